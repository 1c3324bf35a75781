"""From a search to a need as people meet it: nothing fits, what was seen goes along, nothing typed is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from factories import NOW

from communaux.catalogue import indexing, services
from communaux.catalogue.models import Commons, Need, NeedSupport, SearchLog
from communaux.core import services as core_services
from communaux.core.models import Organisation, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
WORDS = "carte en ligne pour la commune"


@pytest.fixture
def client() -> Client:
    return Client(headers=BROWSER)


@pytest.fixture
def author(client: Client, person: Callable[..., Person]) -> Person:
    made = person("autrice@demo.example")
    client.force_login(made)
    return made


def link(client: Client, asked: str = WORDS) -> str:
    """Where "nothing fits" leads."""
    page = client.get("/chercher/", {"q": asked}).text
    (found,) = re.findall(r'href="(/besoins/nouveau/\?[^"]+)"', page)
    return html.unescape(found)


def typed(page: str) -> dict[str, Any]:
    """What a person who changes nothing would send."""
    form = page[page.rindex('<form method="post">') :]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        names = dict(re.findall(r'(name|value)="([^"]*)"', tag))
        if "name" in names:
            fields[names["name"]] = html.unescape(names.get("value", ""))
    fields |= {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.S)
    }
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_from_a_search_where_nothing_fits_to_a_need(client: Client, author: Person) -> None:
    address = link(client)
    carried = parse_qs(urlsplit(address).query)
    seen = carried["vus"][0].split(",")
    assert (carried["q"], len(seen)) == ([WORDS], 5)
    assert carried["g"] == [str(indexing.newest.get().generation)]
    page = client.get(address)
    form = typed(page.text)
    assert (form["title"], form["query"], form["seen"], form["theme"]) == (
        "Carte en ligne pour la commune",
        WORDS,
        ",".join(seen),
        "cartographie",
    )
    form |= {"kind": "service", "text_md": "Pour les travaux", f"code_{seen[0]}": "licence", f"why_{seen[0]}": "Non"}
    looked = client.post("/besoins/nouveau/", form)
    assert looked.status_code == 200
    assert Need.objects.count() == 0
    assert "Avant d’enregistrer" in looked.text
    again = typed(looked.text)
    assert (again[f"code_{seen[0]}"], again[f"why_{seen[0]}"], again["text_md"]) == (
        "licence",
        "Non",
        "Pour les travaux",
    )
    answer = client.post("/besoins/nouveau/", again, follow=True)
    need = Need.objects.get()
    assert answer.redirect_chain == [(f"/besoins/{need.slug}/", 302)]
    hits = list(need.hits.filter(shown="search").order_by("rank"))
    assert [(hit.commons.slug, hit.rank) for hit in hits] == [(slug, n + 1) for n, slug in enumerate(seen)]
    assert (hits[0].reason_code, hits[0].reason, hits[1].reason) == ("licence", "Non", "")
    assert need.hits.filter(shown="form").count() > 0
    assert not {hit.commons.slug for hit in need.hits.filter(shown="form")} & set(seen)
    assert SearchLog.objects.values_list("query_masked", "used_for").get() == (WORDS, "need")
    for words in ("sa licence", "« Non »", "personne n’a dit s’ils conviennent", WORDS):
        assert words in html.unescape(answer.text).replace("\u202f", " ")
    client.post("/besoins/nouveau/", again)
    assert Need.objects.count() == 1


def test_nothing_at_all_found_leads_there_too(client: Client, author: Person) -> None:
    address = link(client, "zzqxv wkpq")
    assert parse_qs(urlsplit(address).query)["q"] == ["zzqxv wkpq"]
    form = typed(client.get(address).text) | {"kind": "data", "theme": "cartographie", "title": "Zzqxv wkpq partout"}
    client.post("/besoins/nouveau/", form)
    need = Need.objects.get()  # nothing to look at once more: it is saved at once
    assert (need.hits.count(), need.query) == (0, "zzqxv wkpq")


def test_the_second_page_of_results_carries_its_own_ranks(client: Client, author: Person) -> None:
    page = client.get("/chercher/?q=logiciel&page=2").text
    (address,) = re.findall(r'href="(/besoins/nouveau/\?[^"]+)"', page)
    assert parse_qs(urlsplit(html.unescape(address)).query)["rang"] == ["21"]


def test_a_visitor_signs_in_first_and_comes_back_with_the_words(client: Client) -> None:
    answer = client.get(link(client))
    assert answer.status_code == 302
    assert answer["location"].startswith("/connexion/?next=/besoins/nouveau/%3Fq%3Dcarte")


def test_other_words_are_looked_at_again(client: Client, author: Person) -> None:
    form = typed(client.get(link(client)).text) | {"kind": "service", "title": "Visioconférence pour le conseil"}
    looked = typed(client.post("/besoins/nouveau/", form).text)
    answer = client.post("/besoins/nouveau/", looked | {"title": "Gérer la cantine de l’école"})
    assert (answer.status_code, Need.objects.count()) == (200, 0)


def test_words_for_which_nothing_else_is_found_are_saved_at_once(client: Client, author: Person) -> None:
    client.post("/besoins/nouveau/", typed(client.get(link(client)).text) | {"kind": "service"})
    assert Need.objects.get().hits.count() == 5


def test_a_need_alike_is_shown_before_one_more_is_made(client: Client, author: Person, person: Any) -> None:
    other = person("autre@demo.example")
    given = {"title": "Carte en ligne pour la commune", "text_md": "", "kind": "service", "for_whom": ""}
    given |= {"theme_id": "cartographie", "org": None, "generation": 1, "lang": "fr"}
    there = services.express_need(other, key=uuid4(), given=given, hits=[], query="", at=NOW)
    form = typed(client.get(link(client)).text) | {"kind": "service"}
    answer = client.post("/besoins/nouveau/", form)
    assert there.get_absolute_url() in answer.text
    assert "à peu près la même chose, en rejoindre un" in answer.text


def fits(page: str) -> list[str]:
    """The commons offered by a form of a need, in their order."""
    return re.findall(r'<h3><a href="/communs/([^"]+)/">', page)


def test_a_detail_beside_the_point_changes_nothing_of_what_is_offered(client: Client, author: Person) -> None:
    form = typed(client.get("/besoins/nouveau/").text) | {"theme": "cartographie", "kind": "service"}
    alone = client.post("/besoins/nouveau/", form | {"title": "Photos de terrain à vue de rue"})
    beside = "Nous perdons le suivi des courriels et des factures, personne ne paie à temps."
    detailed = client.post("/besoins/nouveau/", form | {"title": "Photos de terrain à vue de rue", "text_md": beside})
    assert fits(alone.text)[0] == "panoramax"
    assert fits(detailed.text)[: len(fits(alone.text))] == fits(alone.text)


def test_where_nothing_convinces_it_says_so_and_why_not(client: Client, author: Person, need: Need) -> None:
    form = typed(client.get("/besoins/nouveau/").text) | {"theme": "urbanisme", "kind": "service"}
    page = client.post("/besoins/nouveau/", form | {"title": "Suivre les trous partout"}).text
    assert need.get_absolute_url() in page
    assert (fits(page), "rien de convaincant" in page) == ([], True)
    assert "ses mots sont trop loin du besoin" in page
    alone = client.post("/besoins/nouveau/", form | {"title": "Suivre les trous partout", "theme": "cartographie"})
    assert ("rien de convaincant" in alone.text, Need.objects.count()) == (True, 1), "said before it is saved"
    client.post("/besoins/nouveau/", typed(alone.text))
    assert Need.objects.count() == 2
    Need.objects.filter(pk=need.pk).update(title="Suivre les trous partout")
    told = client.get(f"{need.get_absolute_url()}reponses/").text
    assert (fits(told), "Rien de convaincant" in told) == ([], True)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"title": ""}, "À remplir : ce champ est obligatoire."),
        ({"title": "court"}, "Trop court : écrivez au moins 8 caractères (il y en a 5)."),
        ({"title": "x" * 141}, "Trop long : écrivez au plus 140 caractères (il y en a 141)."),
        ({"text_md": "x" * 5001}, "au plus 5"),
        ({"theme": "nulle-part"}, "n’en fait pas partie"),
        ({"kind": "<script>"}, "n’en fait pas partie"),
        ({"for_whom": "x" * 201}, "au plus 200"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_typed_is_lost(
    client: Client, author: Person, more: dict[str, str], told: str
) -> None:
    kept = {"text_md": "Une longue histoire <b>grave</b> 🕳️", "kind": "service", "why_umap": "gardé <i>tel quel</i>"}
    form = typed(client.get("/besoins/nouveau/?q=carte+des+trous&vus=umap").text) | kept | more
    answer = client.post("/besoins/nouveau/", form)
    assert (answer.status_code, Need.objects.count()) == (422, 0)
    page = answer.text.replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "’")
    assert told in page
    if "text_md" not in more:
        assert "Une longue histoire &lt;b&gt;grave&lt;/b&gt; 🕳️" in page
    assert "gardé &lt;i&gt;tel quel&lt;/i&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 10_000,
        "q=%00%E2%80%AE&vus=%00,../..,<b>&g=nombre&rang=-1",
        "vus=" + ",".join(["umap"] * 500),
        "q=" + "%F0%9F%95%B3" * 500 + "&rang=99999999999999999999",
    ],
)
def test_a_hostile_address_opens_an_ordinary_form(client: Client, author: Person, query: str) -> None:
    answer = client.get(f"/besoins/nouveau/?{query}")
    assert answer.status_code == 200
    form = typed(answer.text) | {"title": "Un besoin ordinaire", "kind": "data", "theme": "cartographie", "key": "x"}
    for _ in range(2):
        answer = client.post(
            "/besoins/nouveau/",
            form | typed(answer.text) | {"kind": "data", "theme": "cartographie", "title": "Un besoin ordinaire"},
        )
        if answer.status_code == 302:
            break
    assert Need.objects.get().hits.filter(shown="search").count() <= 1


def test_what_is_not_published_is_never_carried(client: Client, author: Person) -> None:
    Commons.objects.filter(slug="umap").update(state="withheld")
    assert "code_umap" not in client.get("/besoins/nouveau/?q=carte&vus=umap,panoramax").text


def test_a_session_that_ended_gives_the_form_back(client: Client, person: Callable[..., Person]) -> None:
    sent = {
        "title": "Ne pas perdre ceci",
        "text_md": "Ni ceci",
        "kind": "data",
        "theme": "cartographie",
        "seen": "umap",
    }
    sent |= {"key": str(uuid4()), "code_umap": "licence", "why_umap": "Pas pour nous", "place": ""}
    assert client.post("/besoins/nouveau/", sent).status_code == 403
    client.force_login(person("revenue@demo.example"))
    page = client.get("/connexion/reprendre/", follow=True)
    form = typed(page.text)
    assert (page.redirect_chain, page.status_code) == ([("/besoins/nouveau/", 302)], 200)
    assert "renvoyez le formulaire" in page.text
    assert {name: form[name] for name in sent if name != "place"} == {n: v for n, v in sent.items() if n != "place"}
    assert "<dt>" not in page.text
    assert Need.objects.count() == 0
    client.post("/besoins/nouveau/", form)
    assert Need.objects.get().title == "Ne pas perdre ceci"
    assert typed(client.get("/besoins/nouveau/").text)["title"] == "", "once"


def test_without_any_cookie_only_what_was_written_is_shown(person: Callable[..., Person]) -> None:
    client = Client(headers=BROWSER, enforce_csrf_checks=True)
    sent = {"title": "Ne pas perdre ceci", "seen": "umap,panoramax", "key": str(uuid4()), "code_umap": "licence"}
    page = client.post("/besoins/nouveau/", sent).text
    shown = re.sub(r"<input [^>]*>", "", page[page.index("<main") : page.index("<footer")])
    assert "<li>Ne pas perdre ceci</li>" in shown
    assert not re.search(r"code_umap|panoramax|licence|\bkey\b|<dt>", shown)
    assert 'name="seen" value="umap,panoramax"' in page


@pytest.fixture
def need(person: Callable[..., Person]) -> Need:
    given = {"title": "Suivre les trous", "text_md": "", "kind": "service", "for_whom": "", "theme_id": "urbanisme"}
    given |= {"org": None, "generation": 1, "lang": "fr"}
    return services.express_need(person("elle@demo.example"), key=uuid4(), given=given, hits=[], query="", at=NOW)


def test_me_too_with_two_clicks_is_once(client: Client, author: Person, need: Need, desk: Person) -> None:
    town = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    stranger = Organisation.objects.create(name="Autre")
    core_services.add_member(desk, town, person=author, starts_on=NOW.date() - timedelta(days=900), at=NOW)
    for org in (town.pk, town.pk):
        assert client.post(need.get_absolute_url(), {"do": "support", "org": org}).status_code == 302
    assert list(NeedSupport.objects.values_list("org__name", flat=True)) == ["Commune de démonstration"]
    client.post(need.get_absolute_url(), {"do": "support", "org": stranger.pk})  # not theirs: for themselves alone
    assert NeedSupport.objects.filter(org=None).count() == 1
    client.post(need.get_absolute_url(), {"do": "withdraw"})
    assert NeedSupport.objects.filter(withdrawn_at=None).count() == 0


def test_a_visitor_reads_a_page_that_may_be_kept_and_may_not_act(client: Client, need: Need) -> None:
    answer = client.get(need.get_absolute_url())
    assert answer["Cache-Control"].startswith("public")
    assert '<form method="post"' not in answer.text
    assert client.post(need.get_absolute_url(), {"do": "support"}).status_code == 403
    assert NeedSupport.objects.count() == 0


def test_the_author_corrects_a_word(client: Client, need: Need) -> None:
    address = need.get_absolute_url()
    client.force_login(need.author)
    assert 'value="correct"' in client.get(address).text
    refused = client.post(address, {"do": "correct", "title": "court", "text_md": "gardé"})
    assert (refused.status_code, "gardé" in refused.text) == (422, True)
    client.post(address, {"do": "correct", "title": "Suivre les  trous", "text_md": "Ceux de la chaussée"})
    assert "Ceux de la chaussée" in client.get(address).text
    NeedSupport.objects.create(need=need, person=need.author, at=NOW)
    assert 'value="correct"' not in client.get(address).text


def test_a_reader_sees_no_button_to_decide_and_is_refused(client: Client, author: Person, need: Need) -> None:
    page = client.get(need.get_absolute_url()).text
    assert ('value="support"' in page, 'value="close"' in page, 'value="match"' in page) == (True, False, False)
    answer = client.post(need.get_absolute_url(), {"do": "close", "reason": "duplicate"})
    assert (answer.status_code, Need.objects.get().state) == (403, "open")


def test_the_author_names_the_commons_that_answers(client: Client, need: Need) -> None:
    assert need.author
    client.force_login(need.author)
    path = need.get_absolute_url()
    wrong = client.post(path, {"do": "match", "commons": "nulle part", "why": "Parce <b>que</b>"})
    assert (wrong.status_code, "Parce &lt;b&gt;que&lt;/b&gt;" in wrong.text) == (422, True)
    assert (
        client.post(path, {"do": "match", "commons": "https://ici.example/communs/umap/", "why": "Oui"}).status_code
        == 302
    )
    assert client.post(path, {"do": "match", "commons": "uMap", "why": "Oui"}).status_code == 409
    page = client.get(path).text
    assert ('href="/communs/umap/"' in page, "Il sert" in page) == (True, True)
    assert client.post(path, {"do": "answer"}).status_code == 302
    assert client.post(path, {"do": "reopen", "reason": ""}).status_code == 422
    assert client.post(path, {"do": "hostile"}).status_code == 422
    assert Need.objects.get().state == "answered"


def test_the_list_is_walked_by_links_alone(client: Client, need: Need) -> None:
    page = client.get("/besoins/?theme=urbanisme&state=open").text
    assert need.title in page
    assert client.get("/besoins/?theme=sante").text.count("Aucun besoin ici") == 1
    assert client.get("/besoins/?page=999").status_code == client.get("/en/besoins/").status_code == 200
    assert client.get("/besoins/nulle-part/").status_code == 404
