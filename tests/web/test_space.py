"""One's own space: what waits, what is followed, what was told, how often; leaving by one click; nothing written by a GET."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW, CommonsFactory

from communaux.catalogue.models import Commons, Proposal, Theme
from communaux.core import journal, letters, notify, subscriptions
from communaux.core import services as core_services
from communaux.core.frequencies import Frequencies
from communaux.core.models import MailChannel, Notification, Person, Subscription
from communaux.web.space import told

pytestmark = pytest.mark.django_db
MAIL = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture
def reader(client: Client, person: Callable[..., Person]) -> Person:
    made = person("lise@demo.example")
    client.force_login(made)
    return made


@pytest.fixture
def velos(db: None) -> Commons:
    return CommonsFactory(name="Prêt de vélos", slug="pret-de-velos")


def shown(page: str) -> str:
    """The words of the main part, on one line."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def proposal(author: Person, name: str, *themes: Theme) -> Commons:
    made = CommonsFactory(name=name, state="proposed", published_at=None)
    made.themes.set(themes)
    Proposal.objects.create(commons=made, by=author, created_at=NOW, asked_at=NOW)
    return made


def withheld(desk: Person, *commons: Commons) -> None:
    """Something pressing for those who look after it, news for who follows it."""
    for one in commons:
        journal.append(desk, NOW, journal.Line("catalogue.withhold", ("commons", str(one.pk))))
    notify.follow(NOW)


def look_after(desk: Person, who: Person, *commons: Commons) -> None:
    for one in commons:
        on = {"object_type": "commons", "object_id": str(one.pk), "ends_on": NOW.date() + timedelta(days=9999)}
        core_services.grant(desk, who, role="steward", at=NOW, **on)
    notify.follow(NOW)
    Notification.objects.all().delete()


@pytest.mark.parametrize("path", ["/mon-espace/", "/mon-espace/reglages/"])
def test_a_visitor_signs_in_first(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["location"]) == (302, f"/connexion/?next={path}")


@pytest.mark.parametrize("path", ["/mon-espace/lu/", "/mon-espace/ne-plus-suivre/", "/communs/pret-de-velos/suivre/"])
def test_only_forms_are_sent_there_and_by_people(client: Client, velos: Commons, path: str) -> None:
    assert client.get(path).status_code == 405
    answer = client.post(path, {"until": "1"})
    assert (answer.status_code, Subscription.objects.count()) == (403, 0)
    assert 'href="/connexion/?next=/connexion/reprendre/"' in answer.text


def test_an_empty_space_says_what_to_do(client: Client, reader: Person) -> None:
    answer = client.get("/mon-espace/")
    text = shown(answer.text)
    assert answer["cache-control"] == "private, no-store"
    for sentence in ("Rien ne vous est demandé.", "Aucun commun proposé pour l’instant.", "Aucun avis pour l’instant."):
        assert text.count(sentence) == 1
    assert text.count("Vous ne suivez rien encore.") == 1
    assert 'href="/communs/proposer/"' in answer.text
    assert "Tout marquer comme lu" not in text


def test_following_from_the_sheet_twice_is_once(client: Client, reader: Person, velos: Commons) -> None:
    assert ">Suivre</button>" in client.get("/communs/pret-de-velos/").text
    for _twice in range(2):
        answer = client.post("/communs/pret-de-velos/suivre/", {"do": "follow"})
        assert (answer.status_code, answer["location"]) == (302, "/communs/pret-de-velos/")
    row = Subscription.objects.get()
    assert (row.person, row.scope_kind, row.scope_id, row.frequency) == (reader, "commons", str(velos.pk), "daily")
    page = client.get("/communs/pret-de-velos/").text
    assert "Ce qui change ici est dit dans votre espace." in page
    assert ">Ne plus suivre</button>" in page
    assert "Prêt de vélos" in shown(client.get("/mon-espace/").text)
    for _twice in range(2):
        client.post("/communs/pret-de-velos/suivre/", {"do": "unfollow"})
    assert Subscription.objects.count() == 0


def test_a_reader_without_account_sees_no_button_and_costs_nothing(client: Client, velos: Commons) -> None:
    page = client.get("/communs/pret-de-velos/")
    assert "Suivre" not in shown(page.text)
    assert "csrf" not in page.text
    assert page["cache-control"].startswith("public")


def test_only_what_everybody_sees_can_be_followed(
    client: Client, reader: Person, person: Callable[..., Person]
) -> None:
    draft = proposal(person("autre@demo.example"), "Secret")
    assert client.post(f"/communs/{draft.slug}/suivre/").status_code == 404
    assert client.post("/communs/nulle-part/suivre/").status_code == 404
    assert Subscription.objects.count() == 0


def test_a_merged_one_is_followed_where_it_lives_on(client: Client, reader: Person, velos: Commons) -> None:
    CommonsFactory(slug="vieux", state="merged", merged_into=velos)
    assert client.post("/communs/vieux/suivre/")["location"] == "/communs/pret-de-velos/"
    assert Subscription.objects.get().scope_id == str(velos.pk)


def test_what_is_gone_can_still_be_followed_no_more(client: Client, reader: Person) -> None:
    subscriptions.follow(reader, kind="commons", subject_id="01900000-0000-7000-8000-000000000009", at=NOW)
    assert "quelque chose qui n’est plus là" in shown(client.get("/mon-espace/").text)
    form = {"what": "commons:01900000-0000-7000-8000-000000000009"}
    assert client.post("/mon-espace/ne-plus-suivre/", form)["location"] == "/mon-espace/"
    assert Subscription.objects.count() == 0
    assert client.post("/mon-espace/ne-plus-suivre/", {"what": "x" * 500 + "\x00é"}).status_code == 302


def test_what_somebody_follows_is_theirs_alone(
    client: Client, reader: Person, velos: Commons, person: Callable[..., Person], desk: Person
) -> None:
    other = person("autre@demo.example")
    subscriptions.follow(other, kind="commons", subject_id=str(velos.pk), at=NOW)
    withheld(desk, velos)
    mine = Notification.objects.get(person=other, channel="inapp")
    client.post("/mon-espace/ne-plus-suivre/", {"what": f"commons:{velos.pk}"})
    client.post("/mon-espace/lu/", {"one": mine.pk})
    client.post("/mon-espace/lu/", {"until": mine.pk})
    assert "Prêt de vélos" not in shown(client.get("/mon-espace/").text)
    mine.refresh_from_db()
    assert (Subscription.objects.count(), mine.state) == (1, "new")


def test_proposals_wait_for_the_editors_of_their_themes(
    client: Client, reader: Person, desk: Person, person: Callable[..., Person]
) -> None:
    school, roads = (Theme.objects.create(key=key, fr=key, en=key) for key in ("école", "routes"))
    proposal(person("autre@demo.example"), "Pour l’école", school)
    proposal(person("un@demo.example"), "Pour les routes", roads)
    assert "Propositions à lire" not in shown(client.get("/mon-espace/").text)
    core_services.grant(desk, reader, role="editor", object_type="theme", object_id="école", at=NOW)
    text = shown(client.get("/mon-espace/").text)
    assert "Propositions à lire Pour l’école (école, depuis le 1er septembre 2026)" in text
    assert "Pour les routes" not in text


def test_ones_own_drafts_and_what_was_said_of_them(client: Client, reader: Person) -> None:
    made = proposal(reader, "Prêt de vélos")
    Proposal.objects.update(outcome="returned", reason="Qui s’en occupe ?", decided_at=NOW)
    text = shown(client.get("/mon-espace/").text)
    assert "Prêt de vélos — proposé" in text
    assert "« Qui s’en occupe ? »" in text
    assert f'href="/communs/{made.slug}/publier/"' in client.get("/mon-espace/").text


def header(client: Client) -> str:
    page = client.get("/aide/").text
    return re.sub(r"\s+", " ", re.findall(r'<a href="/mon-espace/">(.*?)</a>', page)[0])


def test_the_header_says_in_words_how_much_waits(client: Client, reader: Person, velos: Commons, desk: Person) -> None:
    assert header(client) == "Mon espace"
    look_after(desk, reader, velos)
    withheld(desk, velos)
    assert header(client) == "Mon espace : 1 avis à lire"
    subscriptions.follow(reader, kind="commons", subject_id=str(CommonsFactory().pk), at=NOW)
    withheld(desk, velos, CommonsFactory())
    assert header(client) == "Mon espace : 2 avis à lire"
    client.post("/mon-espace/lu/", {"until": str(10**9)})
    assert header(client) == "Mon espace"


def test_news_do_not_call_from_the_header(client: Client, reader: Person, velos: Commons, desk: Person) -> None:
    subscriptions.follow(reader, kind="commons", subject_id=str(velos.pk), at=NOW)
    withheld(desk, velos)
    assert header(client) == "Mon espace"
    assert "Nouveau · Prêt de vélos — retiré du guichet" in shown(client.get("/mon-espace/").text)


def test_the_header_costs_one_question(client: Client, reader: Person) -> None:
    with CaptureQueriesContext(connection) as counted:
        client.get("/aide/")
    asked = [query["sql"] for query in counted if "core_notification" in query["sql"]]
    assert (len(asked), asked[0].startswith("SELECT COUNT(*)")) == (1, True)
    with CaptureQueriesContext(connection) as anonymous:
        Client().get("/aide/")
    assert len(anonymous) == 0


def test_all_as_read_leaves_what_came_meanwhile(client: Client, reader: Person, velos: Commons, desk: Person) -> None:
    look_after(desk, reader, velos)
    withheld(desk, velos)
    page = client.get("/mon-espace/").text
    until = re.findall(r'name="until" value="(\d+)"', page)[0]
    withheld(desk, velos)
    assert client.post("/mon-espace/lu/", {"until": until})["location"] == "/mon-espace/"
    assert list(Notification.objects.order_by("pk").values_list("state", flat=True)) == ["read", "new"]
    one = re.findall(r'name="one" value="(\d+)"', client.get("/mon-espace/").text)
    assert len(one) == 1
    client.post("/mon-espace/lu/", {"one": one[0]})
    assert "Tout marquer comme lu" not in client.get("/mon-espace/").text


@pytest.mark.parametrize("given", [{}, {"one": "x"}, {"until": "-1"}, {"until": "9" * 40}, {"one": "²"}])
def test_a_form_that_names_no_notice_is_refused_in_words(client: Client, reader: Person, given: dict[str, str]) -> None:
    answer = client.post("/mon-espace/lu/", given)
    assert answer.status_code == 400
    assert "Ce formulaire ne dit pas de quel avis il s’agit." in answer.text


def test_the_newest_stand_first_whatever_they_are(client: Client, reader: Person, desk: Person) -> None:
    old, news, pressing = (CommonsFactory(name=name) for name in ("Ancien", "Suivi", "Le mien"))
    look_after(desk, reader, old, pressing)
    withheld(desk, pressing)
    subscriptions.follow(reader, kind="commons", subject_id=str(news.pk), at=NOW)
    withheld(desk, news, old)
    client.post("/mon-espace/lu/", {"one": str(Notification.objects.get(entry__subject_id=str(old.pk)).pk)})
    found = re.findall(r"(Ancien|Suivi|Le mien) — retiré", shown(client.get("/mon-espace/").text))
    assert found == ["Ancien", "Suivi", "Le mien"]


def test_an_old_one_that_presses_stays_in_sight(
    client: Client, reader: Person, velos: Commons, desk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "LAST", 2)
    look_after(desk, reader, velos)
    withheld(desk, velos)
    for _news in range(3):
        one = CommonsFactory(name="Suivi")
        subscriptions.follow(reader, kind="commons", subject_id=str(one.pk), at=NOW)
        withheld(desk, one)
    found = re.findall(r"(Suivi|Prêt de vélos) — retiré", shown(client.get("/mon-espace/").text))
    assert found == ["Suivi", "Prêt de vélos"]


def test_the_header_and_the_page_do_not_contradict_each_other(
    client: Client, reader: Person, velos: Commons, desk: Person
) -> None:
    look_after(desk, reader, velos)
    withheld(desk, velos)
    news, sentence = CommonsFactory(name="Suivi"), "Les avis à lire sont sous « Derniers avis »."
    subscriptions.follow(reader, kind="commons", subject_id=str(news.pk), at=NOW)
    withheld(desk, news)
    text = shown(client.get("/mon-espace/").text)
    assert (header(client), text.count(sentence)) == ("Mon espace : 1 avis à lire", 1)
    assert re.findall(r"(À lire|Nouveau) · (\S+)", text) == [("Nouveau", "Suivi"), ("À lire", "Prêt")]
    client.post("/mon-espace/lu/", {"until": str(10**9)})
    assert (header(client), shown(client.get("/mon-espace/").text).count(sentence)) == ("Mon espace", 0)


def test_hostile_names_are_only_names(client: Client, reader: Person, desk: Person) -> None:
    one = CommonsFactory(name="<script>alert(1)</script>\u202e 🚲")
    subscriptions.follow(reader, kind="commons", subject_id=str(one.pk), at=NOW)
    withheld(desk, one)
    page = client.get("/mon-espace/").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


def fill(client: Client, reader: Person, desk: Person, n: int, theme: Theme) -> None:
    for number in range(n):
        one = CommonsFactory()
        subscriptions.follow(reader, kind="commons", subject_id=str(one.pk), at=NOW)
        withheld(desk, one)
        proposal(reader, f"Proposé {n} {number}", theme)


def test_one_or_three_of_each_cost_the_same(client: Client, reader: Person, desk: Person) -> None:
    theme = Theme.objects.create(key="école", fr="école", en="school")
    core_services.grant(desk, reader, role="editor", object_type="instance", at=NOW)
    costs = []
    for n in (1, 2):
        fill(client, reader, desk, n, theme)
        with CaptureQueriesContext(connection) as counted:
            client.get("/mon-espace/")
        costs.append(len(counted))
    assert costs[0] == costs[1]
    assert costs[0] <= 19


def test_how_often_is_chosen_and_kept(client: Client, reader: Person, velos: Commons) -> None:
    subscriptions.follow(reader, kind="commons", subject_id=str(velos.pk), at=NOW)
    page = client.get("/mon-espace/reglages/").text
    assert re.findall(r'value="(\w+)" selected', page) == ["immediate", "immediate", "daily"]
    form = {"asked": "daily", "decided": "immediate", "news": "weekly"}
    assert client.post("/mon-espace/reglages/", form)["location"] == "/mon-espace/reglages/"
    page = client.get("/mon-espace/reglages/").text
    assert re.findall(r'value="(\w+)" selected', page) == ["daily", "immediate", "weekly"]
    assert Subscription.objects.get(scope_kind="commons").frequency == "weekly"
    assert sorted(Subscription.objects.filter(scope_kind="kind").values_list("scope_id", flat=True)) == [
        "asked",
        "news",
    ]


@pytest.mark.parametrize("news", ["", "hourly", "<b>", "x" * 10_000])
def test_an_unknown_choice_is_refused_and_the_others_kept(client: Client, reader: Person, news: str) -> None:
    answer = client.post("/mon-espace/reglages/", {"asked": "none", "decided": "daily", "news": news})
    assert (answer.status_code, Subscription.objects.count()) == (422, 0)
    assert 'role="alert"' in answer.text
    assert re.findall(r'value="(\w+)" selected', answer.text)[:2] == ["none", "daily"]


def test_a_desk_without_mail_says_so(client: Client, reader: Person, settings: Any) -> None:
    sentence = "Ce guichet n’envoie pas encore de courriels"
    assert sentence in shown(client.get("/mon-espace/reglages/").text)
    settings.MAILERS = MAIL
    assert sentence not in shown(client.get("/mon-espace/reglages/").text)


def test_a_paused_address_is_told_and_taken_up_again(client: Client, reader: Person) -> None:
    MailChannel.objects.create(person=reader, address=reader.mail, refusals=3, paused_at=NOW)
    for path in ("/mon-espace/", "/mon-espace/reglages/"):
        assert "suspendus depuis le 1er septembre 2026 : lise@demo.example" in shown(client.get(path).text)
    assert client.post("/mon-espace/reglages/", {"do": "resume"}).status_code == 302
    assert MailChannel.objects.get().paused_at is None
    assert "suspendus" not in shown(client.get("/mon-espace/").text)


def link(person: Person, *kinds: str) -> str:
    return f"/desabonnement/{letters.token(person.pk, kinds)}/"


def often(person: Person) -> list[str]:
    return [Frequencies.of([person.pk]).for_kind(person.pk, kind) for kind in ("asked", "decided", "news")]


def test_one_click_of_a_mail_program_ends_that_mail(person: Callable[..., Person]) -> None:
    """RFC 8058: a POST without cookie, token of a form or redirection."""
    lise, program = person("lise@demo.example"), Client(enforce_csrf_checks=True)
    answer = program.post(link(lise, "news"), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert (answer.status_code, often(lise)) == (200, ["immediate", "immediate", "none"])
    assert dict(program.cookies) == {}
    again = program.post(link(lise, "news", "asked"))
    assert (again.status_code, often(lise)) == (200, ["none", "immediate", "none"])


def test_looking_at_the_link_ends_nothing(person: Callable[..., Person]) -> None:
    lise, visitor = person("lise@demo.example"), Client()
    for ask in (visitor.get, visitor.head):
        answer = ask(link(lise, "news"))
        assert (answer.status_code, answer["cache-control"]) == (200, "private, no-store")
    assert "Arrêter ces courriels" in visitor.get(link(lise, "news")).text
    assert (often(lise), Subscription.objects.count()) == (["immediate", "immediate", "daily"], 0)


def test_mail_that_waits_does_not_leave_after_the_click(
    person: Callable[..., Person], desk: Person, velos: Commons, settings: Any
) -> None:
    settings.MAILERS = MAIL
    lise = person("lise@demo.example")
    subscriptions.follow(lise, kind="commons", subject_id=str(velos.pk), at=NOW)
    withheld(desk, velos)
    assert Notification.objects.filter(channel="mail", person=lise).count() == 1
    Client().post(link(lise, "news"))
    assert Notification.objects.filter(channel="mail", person=lise).count() == 0


def test_links_of_others_cut_or_forged_are_refused(person: Callable[..., Person]) -> None:
    lise, mallory = person("lise@demo.example"), person("mallory@demo.example")
    good, other = link(lise, "news"), link(mallory, "news")
    forged = good.partition(":")[0] + ":" + other.partition(":")[2]
    for path in (good[:-9] + "/", forged, "/desabonnement/x/"):
        answer = Client().post(path)
        assert (answer.status_code, "Ce lien n’est pas entier" in answer.text) == (404, True)
    assert Subscription.objects.count() == 0


def test_the_link_of_a_closed_account_writes_nothing(person: Callable[..., Person]) -> None:
    lise = person("lise@demo.example")
    Person.objects.filter(pk=lise.pk).update(is_active=False)
    assert Client().post(link(lise, "news")).status_code == 200
    assert Subscription.objects.count() == 0
