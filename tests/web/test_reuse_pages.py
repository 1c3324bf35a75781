"""Pages of uses, experiences and providers: who sees what, one write for two clicks, nothing typed is lost."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from factories import RecordFactory
from slices import NOW
from uses import TEXT, Cast, told

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Experience, Fact, Provider, Reuse
from communaux.core.models import Entry, SlugHistory

pytestmark = pytest.mark.django_db
DECLARE, OFFER = "/communs/umap/utiliser/", "/communs/umap/accompagner/"
LESSON = {"context": "Une commune.", "went_well": "Tout.", "again": "yes", "lang": "fr", "licence": "CC-BY-SA-4.0"}


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def sent(cast: Cast, **more: str) -> dict[str, str]:
    return {"organisation": str(cast.town.pk), "kind": "uses", "since": "2024", "use_case": TEXT} | more


@pytest.fixture
def as_(client: Client, cast: Cast) -> Any:
    """`as_("member")` is the browser of that person."""

    def browser(part: str) -> Client:
        client.logout()
        if part != "visitor":
            client.force_login(cast[part])
        return client

    return browser


def test_the_whole_life_of_a_use_by_two_colleagues(as_: Any, cast: Cast) -> None:
    answer = as_("member").post(DECLARE, sent(cast), follow=True)
    use = Reuse.objects.get()
    assert answer.redirect_chain == [(f"/usages/{use.pk}/", 302)]
    assert "L’usage est déclaré. Une autre personne de l’organisme peut maintenant le confirmer." in answer.text
    assert "Vous l’avez déclaré" in answer.text
    assert "Je confirme cet usage" not in answer.text
    assert "l’utilise, depuis 2024 déclaré" in text_of(as_("visitor").get("/communs/umap/").text)
    page = as_("second").get(f"/usages/{use.pk}/").text
    assert f'action="/usages/{use.pk}/confirmer/"' in page
    answer = as_("second").post(f"/usages/{use.pk}/confirmer/", follow=True)
    assert "Merci\xa0: l’usage est confirmé pour un an." in answer.text
    assert "C’est toujours vrai" not in answer.text, "it was confirmed today"
    given = {"until": timezone.localdate().isoformat(), "cause": "cost", "note": "<b>Trop</b> cher"}
    answer = as_("member").post(f"/usages/{use.pk}/fin/", given, follow=True)
    assert "trop cher à faire tourner — &lt;b&gt;Trop&lt;/b&gt; cher" in answer.text
    assert [entry.act for entry in Entry.objects.filter(subject_kind="reuse").order_by("seq")] == [
        *("catalogue.declare_reuse", "catalogue.confirm_reuse", "catalogue.end_reuse"),
    ]
    sheet = text_of(as_("visitor").get("/communs/umap/").text)
    assert "terminé (trop cher à faire tourner)" in sheet
    history = text_of(as_("visitor").get(f"/usages/{use.pk}/").text)
    assert "usage confirmé par une autre personne" in history
    assert re.findall(r"\b(uses|declared|confirmed|ended|end_cause|cost)\b", history) == []


def test_a_year_later_one_click(as_: Any, cast: Cast) -> None:
    use = cast.confirmed(at=timezone.now() - timedelta(days=400))
    services.mark_stale_reuses(cast["desk"], at=timezone.now())
    page = as_("visitor").get("/communs/umap/usages/").text
    assert "à reconfirmer" in page
    assert "/renouveler/" not in as_("outsider").get(f"/usages/{use.pk}/").text
    assert f'action="/usages/{use.pk}/renouveler/"' in as_("member").get(f"/usages/{use.pk}/").text
    for _click in range(2):
        assert as_("member").post(f"/usages/{use.pk}/renouveler/").status_code == 302
    assert Entry.objects.filter(act="catalogue.renew_reuse").count() == 1
    assert Reuse.objects.get().state == "confirmed"


@pytest.mark.parametrize(("days", "offered"), [(300, False), (310, True)])
def test_the_button_to_confirm_again_comes_two_months_before_the_term(
    as_: Any, cast: Cast, days: int, offered: bool
) -> None:
    use = cast.confirmed(at=timezone.now() - timedelta(days=days))
    assert ("/renouveler/" in as_("member").get(f"/usages/{use.pk}/").text) == offered


def test_two_clicks_write_once(as_: Any, cast: Cast) -> None:
    browser = as_("member")
    first, second = (browser.post(DECLARE, sent(cast)) for _click in range(2))
    assert (first.status_code, second.status_code, first["location"]) == (302, 302, second["location"])
    use = Reuse.objects.get()
    as_("second")
    for _click in range(2):
        assert browser.post(f"/usages/{use.pk}/confirmer/").status_code == 302
        assert browser.post(f"/usages/{use.pk}/retour/", LESSON | {"version": "0"}).status_code == 302
        assert browser.post(OFFER, {"organisation": str(cast.town.pk), "services": ["audit"]}).status_code == 302
    assert "Merci" in browser.get(f"/usages/{use.pk}/").text
    assert (Reuse.objects.count(), Experience.objects.count(), Provider.objects.count()) == (1, 1, 1)
    assert Entry.objects.filter(act__in=["catalogue.confirm_reuse", "catalogue.write_experience"]).count() == 2


def test_a_colleague_who_says_it_otherwise_keeps_the_text_and_finds_the_first(as_: Any, cast: Cast) -> None:
    use = cast.declared()
    other = "Un tout autre usage, <b>dit</b> autrement."
    answer = as_("second").post(DECLARE, sent(cast, use_case=other))
    assert answer.status_code == 422
    assert html.escape(other) in answer.text
    assert f'href="/usages/{use.pk}/"' in answer.text
    assert Reuse.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"since": "hier"}, {"since": "2999"}, {"use_case": "court"}, {"kind": "sells"}])
def test_a_refused_form_keeps_what_was_typed(as_: Any, cast: Cast, wrong: dict[str, str]) -> None:
    answer = as_("member").post(DECLARE, sent(cast, **{"use_case": "Texte à garder, assez long."} | wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    kept = wrong.get("use_case", "Texte à garder, assez long.")
    assert kept in answer.text
    assert wrong.get("since", "2024") in answer.text
    assert not Reuse.objects.exists()


def test_a_session_that_ended_gives_back_what_was_typed(client: Client, cast: Cast) -> None:
    assert client.post(DECLARE, sent(cast, use_case="Texte & <i>suite</i>, assez long.")).status_code == 403
    client.force_login(cast["member"])
    page = client.get("/connexion/reprendre/").text
    assert '<input type="hidden" name="use_case" value="Texte &amp; &lt;i&gt;suite&lt;/i&gt;, assez long.">' in page
    client.logout()
    assert client.post(OFFER, {"services": ["hosting", "audit"]}).status_code == 403
    client.force_login(cast["member"])
    page = client.get("/connexion/reprendre/").text
    assert re.findall(r'name="services" value="(\w+)"', page) == ["hosting", "audit"]
    assert not Reuse.objects.exists()


def test_an_old_token_gives_back_every_box_that_was_ticked(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["member"])
    answer = client.post(OFFER, {"services": ["hosting", "audit"]})
    assert answer.status_code == 403
    assert re.findall(r'name="services" value="(\w+)"', answer.text) == ["hosting", "audit"]


@pytest.mark.parametrize(
    "path", [DECLARE, OFFER, "/communs/umap/utiliser/source/", "/usages/1/fin/", "/usages/1/retour/"]
)
def test_forms_ask_to_sign_in(client: Client, cast: Cast, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["location"]) == (302, f"/connexion/?next={path}")


def test_whoever_has_no_body_is_told_how_without_a_dead_link(as_: Any, cast: Cast) -> None:
    for path in (DECLARE, OFFER):
        page = as_("reader").get(path).text
        assert "Vous n’appartenez encore à aucun organisme connu de ce guichet" in page
        assert 'name="organisation"' not in page
        assert 'href=""' not in page
        assert as_("reader").post(path, sent(cast) | {"services": "audit"}).status_code == 422
    assert (Reuse.objects.count(), Provider.objects.count()) == (0, 0)


@pytest.mark.parametrize("part", ["outsider", "reader", "editor", "operator", "steward"])
def test_nobody_speaks_for_the_body_of_others(as_: Any, cast: Cast, part: str) -> None:
    use, lines = cast.declared(), Entry.objects.count()
    browser = as_(part)
    assert browser.post(f"/usages/{use.pk}/confirmer/").status_code == 403
    assert browser.post(f"/usages/{use.pk}/renouveler/").status_code == 403
    assert browser.post(f"/usages/{use.pk}/retour/", LESSON).status_code == 403
    assert browser.post(DECLARE, sent(cast)).status_code == 422
    assert Entry.objects.count() == lines
    page = browser.get(f"/usages/{use.pk}/").text
    assert [word for word in ("/confirmer/", "/renouveler/", "/retour/") if word in page] == []


def test_an_editor_declares_from_a_source_and_only_an_editor(as_: Any, cast: Cast) -> None:
    body = cast.body("Association d’exemple", rna="W123456789")
    path = "/communs/umap/utiliser/source/"
    given = sent(cast, organisation="W123456789", source="https://demo.example/article")
    assert as_("outsider").post(path, given).status_code == 403
    assert path not in as_("outsider").get(DECLARE).text
    assert path in as_("editor").get(DECLARE).text
    answer = as_("editor").post(path, given, follow=True)
    use = Reuse.objects.get()
    assert (use.organisation, use.state, use.source) == (body, "declared", "https://demo.example/article")
    assert 'href="https://demo.example/article"' in answer.text
    assert as_("editor").post(path, given)["location"] == f"/usages/{use.pk}/"
    assert as_("member").post(f"/usages/{use.pk}/confirmer/").status_code == 302
    assert Reuse.objects.get().state == "confirmed"


def test_what_was_learned_is_written_corrected_and_withdrawn(as_: Any, cast: Cast) -> None:
    use = cast.declared()
    path = f"/usages/{use.pk}/retour/"
    assert 'name="version" value="0"' in as_("member").get(path).text
    as_("member").post(path, LESSON | {"went_well": "**Tout** <script>alert(1)</script>", "version": "0"})
    page = as_("visitor").get("/communs/umap/retours/").text
    assert "<strong>Tout</strong> &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<dd>inconnu</dd>") == 2
    assert "1 retour d’expérience" in as_("visitor").get("/communs/umap/").text
    more = {"effort_days": "4", "cost_cents": "1 200,50", "cost_scope": "yearly", "version": "1"}
    assert as_("second").post(path, LESSON | more).status_code == 302
    page = as_("visitor").get("/communs/umap/retours/").text
    assert "1\u202f200,50\u202f€, par an" in page
    assert "€1,200.50, each year" in as_("visitor").get("/en/communs/umap/retours/").text
    stale = LESSON | {"advice": "Mon conseil à garder", "version": "1"}
    answer = as_("member").post(path, stale)
    assert answer.status_code == 422
    assert "Mon conseil à garder" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert "1\u202f200,50\u202f€" in answer.text, "what is stored stands beside"
    assert as_("outsider").post(f"{path}retirer/").status_code == 403
    assert as_("editor").post(f"{path}retirer/").status_code == 302
    assert "Tout." not in as_("visitor").get("/communs/umap/retours/").text
    assert as_("editor").post(f"{path}retirer/").status_code == 404
    assert "retour d’expérience retiré" in as_("visitor").get(f"/usages/{use.pk}/").text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_a_version_that_is_none_is_a_conflict_not_a_fault(as_: Any, cast: Cast, version: str) -> None:
    use = cast.declared()
    services.write_experience(cast["member"], use, told=told(), at=NOW)
    answer = as_("member").post(f"/usages/{use.pk}/retour/", LESSON | {"advice": "Autre", "version": version})
    assert answer.status_code == 422


def test_a_provider_is_declared_confirmed_ended(as_: Any, cast: Cast) -> None:
    as_("member").post(OFFER, {"organisation": str(cast.town.pk), "services": ["training", "hosting"], "since": "2020"})
    one = Provider.objects.get()
    assert "hébergement, formation, depuis 2020 déclaré" in text_of(as_("visitor").get("/communs/umap/").text)
    path = f"/prestataires/{one.pk}/"
    assert as_("member").post(f"{path}confirmer/").status_code == 403
    assert "Je confirme" in as_("steward").get(path).text
    for _click in range(2):
        assert as_("steward").post(f"{path}confirmer/").status_code == 302
    answer = as_("member").post(f"{path}fin/", {"until": timezone.localdate().isoformat()}, follow=True)
    assert "Le service est terminé." in answer.text
    assert "hébergement" not in as_("visitor").get("/communs/umap/").text
    assert "hébergement, formation, de 2020 au" in text_of(as_("visitor").get("/communs/umap/prestataires/").text)
    assert as_("member").post(f"{path}fin/", {"until": timezone.localdate().isoformat()}).status_code == 422


def test_a_form_filled_in_at_an_old_address_is_not_lost(as_: Any, cast: Cast) -> None:
    SlugHistory.objects.create(kind="commons", old_slug="carte-ancienne", object_id=str(cast.commons.pk))
    old = "/communs/carte-ancienne/utiliser/"
    answer = as_("member").get(old)
    assert (answer.status_code, answer["location"]) == (301, DECLARE)
    assert as_("member").post(old, sent(cast)).status_code == 302
    assert Reuse.objects.get().commons == cast.commons
    assert as_("member").get("/communs/rien/utiliser/").status_code == 404


def test_numbers_that_name_nothing_are_404(as_: Any, cast: Cast) -> None:
    for path in ("/usages/7/", "/prestataires/7/", f"/usages/{'9' * 40}/", f"/prestataires/{'9' * 40}/"):
        assert as_("visitor").get(path).status_code == 404
    for path in ("/usages/7/fin/", "/usages/7/retour/", "/prestataires/7/fin/"):
        assert as_("member").get(path).status_code == 404


def test_users_that_a_source_names_are_told_as_declared_by_it_never_as_confirmed(as_: Any, cast: Cast) -> None:
    record = RecordFactory(source__key="canada-ore", source__title="Échange de ressources", commons=cast.commons)
    Fact.objects.create(
        commons=cast.commons,
        pillar="community",
        key="declared_users",
        value=["Ville A", "Ville B", "Ville C"],
        declared_by="canada-ore",
        record=record,
        as_of=date(2026, 8, 1),
    )
    sheet = text_of(as_("visitor").get("/communs/umap/").text)
    assert "3 utilisateurs d’après Échange de ressources déclaré, août 2026" in sheet
    assert "confirmé" not in sheet


def fill(cast: Cast, n: int) -> None:
    body = cast.body(f"Association {n}")
    use = cast.confirmed(organisation=body)
    services.write_experience(cast["member"], use, told=told(advice="Conseil. " * 40), at=NOW)
    services.declare_provider(cast["member"], cast.offer(organisation=body), at=NOW)


def test_pages_ask_as_much_for_three_as_for_one(as_: Any, cast: Cast, django_assert_num_queries: Any) -> None:
    questions = {"": 12, "usages/": 4, "retours/": 4, "prestataires/": 4}  # one asks the journal for its last line
    browser = as_("visitor")
    for n in range(3):
        fill(cast, n)
        for page, number in questions.items():
            with django_assert_num_queries(number):
                assert browser.get(f"/communs/umap/{page}").status_code == 200


def test_the_page_of_one_use_asks_little_even_of_who_may_do_all(
    as_: Any, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    fill(cast, 1)
    use = Reuse.objects.get()
    browser = as_("member")
    with django_assert_max_num_queries(14):
        assert browser.get(f"/usages/{use.pk}/").status_code == 200


def test_a_sheet_with_many_uses_stays_short(as_: Any, cast: Cast) -> None:
    for n in range(12):
        fill(cast, n)
    page = as_("visitor").get("/communs/umap/").text
    assert page.count('href="/usages/') == 5
    assert page.count('href="/prestataires/') == 4
    assert "Les 12 usages" in page
    assert "12 prestataires" in page
    assert len(re.findall(r"<[a-z]", page)) <= 380
    retours = as_("visitor").get("/communs/umap/retours/").text
    assert retours.count("<article>") == 5
    assert "?page=2" in retours


def test_an_unpublished_commons_takes_no_use(as_: Any, cast: Cast) -> None:
    Commons.objects.filter(pk=cast.commons.pk).update(state="withheld")
    answer = as_("member").post(DECLARE, sent(cast))
    assert answer.status_code == 422
    assert "Ce commun n’est pas publié" in answer.text
