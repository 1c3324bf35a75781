"""The thesaurus as people and editors meet it: read by all, changed by editors, its effect shown before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW

from communaux.catalogue import indexing, services
from communaux.catalogue.models import Need, QueryReview, SearchLog, ThesaurusChange
from communaux.catalogue.tasks import measure_words
from communaux.core import services as core_services
from communaux.core.models import Person, Progress
from communaux.data import thesaurus_files
from communaux.engines.search import Parsed, parse
from communaux.engines.search.overlay import WordChange
from communaux.web.checker import said

pytestmark = pytest.mark.django_db
MENUS = "/thesaurus/cantine.menus/"
QUERY = "frichti des mioches"


@pytest.fixture(scope="module")
def two_domains() -> Parsed:
    return parse({name: text for name, text in thesaurus_files().items() if name in {"cantine.toml", "sante.toml"}})


@pytest.fixture(autouse=True)
def _small_thesaurus(two_domains: Parsed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_read", lambda: two_domains.thesaurus)
    monkeypatch.setattr(indexing, "shipped", lambda: two_domains)
    monkeypatch.setattr(indexing, "shipped_sha256", lambda: two_domains.thesaurus.sha256)


@pytest.fixture
def editor(client: Client, person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="instance", at=NOW)
    client.force_login(made)
    return made


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return unescape(answer.text).replace("\u202f", " ").replace("\xa0", " ")


def proposed(client: Client, **more: str) -> ThesaurusChange:
    form = {"label": QUERY, "into": "everyday_fr", "verb": "add", "why": "On le dit"} | more
    answer = client.post(MENUS, form)
    assert answer.status_code == 302
    assert answer["location"].startswith("/taches/")
    return ThesaurusChange.objects.latest("proposed_at")


def measured(change: ThesaurusChange) -> None:
    measure_words.func(str(Progress.objects.latest("created_at").pk), str(change.pk))


def test_domains_functions_and_words_are_read_by_all(client: Client) -> None:
    assert 'href="?theme=cantine"' in text_of(client, "/thesaurus/")
    assert f'href="{MENUS}"' in text_of(client, "/thesaurus/?theme=cantine")
    assert f'href="{MENUS}"' in text_of(client, "/thesaurus/?q=menus")
    page = text_of(client, MENUS)
    assert "Mots de tous les jours, en français" in page
    assert "Proposer un mot" not in page
    assert "Words" not in page
    assert 'href="/en/thesaurus/cantine.menus/"' in text_of(client, "/en/thesaurus/?q=menus")


@pytest.mark.parametrize(
    "query", ["theme=nulle-part", "q=%00%E2%80%AE", "q=<script>alert(1)</script>", f"q={'x' * 9000}"]
)
def test_odd_questions_get_a_page(client: Client, query: str) -> None:
    assert "<script>alert" not in client.get(f"/thesaurus/?{query}").text


@pytest.mark.parametrize("name", ["nulle.part", "a%00b", "<b>", "x" * 500])
def test_an_unknown_function_is_told(client: Client, name: str) -> None:
    assert client.get(f"/thesaurus/{name}/").status_code == 404


def test_an_unknown_change_is_told(client: Client) -> None:
    assert client.get("/thesaurus/changements/00000000-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "label"), [("louer une grande salle", True), ("où louer une salle des fêtes", False)]
)
def test_a_sentence_is_shown_and_does_not_fill_the_field_of_a_word(
    client: Client, editor: Person, asked: str, label: bool
) -> None:
    form = text_of(client, f"{MENUS}?recherche={asked}&l=fr")
    assert ('name="label" value="' in form) is label
    assert f'name="query" value="{asked}"' in form
    assert f"Recherche : « {asked} »" in form
    assert "Un ou deux mots, pas une phrase." in form
    assert "Recherche : «" not in text_of(client, MENUS)


def test_from_a_search_without_answer_to_a_word_and_its_undoing(client: Client, editor: Person) -> None:
    SearchLog.objects.create(day=NOW.date(), query_masked=f"{QUERY} [n]", lang="fr", n=0)
    assert f"{QUERY} [n]" in text_of(client, "/edition/besoins-sans-reponse/")
    page = text_of(client, f"/edition/besoins-sans-reponse/recherche/?q={QUERY}+[n]&l=fr&fonction=menus")
    assert f"{MENUS}?recherche=" in page
    form = text_of(client, f"{MENUS}?recherche={QUERY}+[n]&l=fr")
    assert f'name="label" value="{QUERY}"' in form
    change = proposed(client, query=f"{QUERY} [n]", lang="fr")
    assert QueryReview.objects.values_list("outcome", "concept").get() == ("concept", "cantine.menus")
    assert "Chaque recherche a trouvé" in text_of(client, "/edition/besoins-sans-reponse/")
    path = change.get_absolute_url()
    assert "Pas encore mesuré" in text_of(client, path)
    assert client.post(path, {"do": "accept"}).status_code == 422
    assert client.post(path, {"do": "hostile"}).status_code == 422
    measured(change)
    shown = text_of(client, path)
    assert "Il est désormais compris comme cette fonction." in shown
    assert "Accepter ce changement" in shown
    assert client.post(path, {"do": "accept"}).status_code == 302
    assert client.post(path, {"do": "accept"}).status_code == 409
    answer = client.post(path, {"do": "undo"})
    assert answer.status_code == 302
    back = ThesaurusChange.objects.exclude(pk=change.pk).get()
    assert (back.op, back.undoes) == ("remove_label", change)
    client.post(path, {"do": "undo"})
    assert ThesaurusChange.objects.count() == 2
    assert "Un changement plus récent le défait" in text_of(client, path)
    assert client.post(back.get_absolute_url(), {"do": "refuse", "reason": ""}).status_code == 422
    client.post(back.get_absolute_url(), {"do": "refuse", "reason": "Il <b>sert</b>"})
    assert "Il <b>sert</b>" not in client.get(back.get_absolute_url()).text
    assert "Proposer de le défaire" in text_of(client, path)


def test_what_people_searched_for_is_shown_to_editors_only(client: Client, editor: Person) -> None:
    told = {"base": indexing.wanted_sha256(), "fault": "", "problems": [], "documents": 2}
    told |= {"word": {"text": QUERY, "known": True, "understood": True, "before": ["a"], "after": []}}
    told |= {"cases": {"n": 0, "shown": []}}
    told |= {"searches": {"n": 1, "changed": 1, "shown": [{"query": "ma voisine", "comes": ["b"], "goes": []}]}}
    change = proposed(client)
    services.keep_effect(editor, change, effect=told, at=NOW)
    path = change.get_absolute_url()
    assert "ma voisine" in text_of(client, path)
    public = text_of(Client(), path)
    assert ("ma voisine" in public, "Recherches différentes regardées : 1" in public) == (False, True)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"label": ""}, 422),
        ({"label": "x" * 81}, 422),
        ({"into": "nowhere"}, 422),
        ({"label": "!!!"}, 422),
        ({"verb": "remove"}, 422),
    ],
)
def test_a_word_that_means_nothing_is_refused_and_nothing_is_lost(
    client: Client, editor: Person, more: dict[str, str], status: int
) -> None:
    form = {"label": "<i>frichti</i>", "into": "everyday_fr", "verb": "add", "why": "On le dit"} | more
    answer = client.post(MENUS, form)
    assert (answer.status_code, ThesaurusChange.objects.count()) == (status, 0)
    assert "<i>frichti</i>" not in answer.text


def test_two_clicks_propose_once(client: Client, editor: Person) -> None:
    assert proposed(client) == proposed(client)


def test_a_pair_is_proposed_on_the_page_of_changes(client: Client, editor: Person) -> None:
    assert client.post("/thesaurus/changements/", {"fr": "", "en": "x", "verb": "add"}).status_code == 422
    assert client.post("/thesaurus/changements/", {"fr": "popote", "en": "cooking", "verb": "add"}).status_code == 302
    page = text_of(client, "/thesaurus/changements/?state=proposed")
    assert "Ajouter une paire de mots « popote = cooking »" in page
    assert "popote" not in text_of(client, "/thesaurus/changements/?state=accepted")
    assert "popote" in text_of(client, "/thesaurus/changements/?state=hostile&page=99")


def test_others_read_and_may_not_act(client: Client, editor: Person, person: Callable[..., Person]) -> None:
    change = proposed(client)
    reader = Client()
    assert reader.post(MENUS, {"label": "x"}).status_code == 403
    reader.force_login(person("quelquun@demo.example"))
    form = {"label": "popote", "into": "everyday_fr", "verb": "add"}
    assert reader.post(MENUS, form).status_code == 403
    assert reader.post("/thesaurus/changements/", {"fr": "a1", "en": "b1", "verb": "add"}).status_code == 403
    assert reader.post(change.get_absolute_url(), {"do": "refuse", "reason": "x"}).status_code == 403
    assert reader.post(f"{change.get_absolute_url()}mesurer/").status_code == 403
    assert reader.get("/edition/besoins-sans-reponse/").status_code == 403
    assert reader.get("/edition/besoins-sans-reponse/recherche/?q=x").status_code == 403
    assert reader.get(f"{change.get_absolute_url()}mesurer/").status_code == 405
    assert (ThesaurusChange.objects.count(), Progress.objects.count()) == (1, 1)
    assert client.post(f"{change.get_absolute_url()}mesurer/").status_code == 302


def test_a_search_is_given_to_a_commons_a_need_or_set_aside(client: Client, editor: Person) -> None:
    for word in ("un [mail]", "deux", "trois"):
        SearchLog.objects.create(day=date(2026, 9, 1), query_masked=word, lang="fr", n=0)
    path = "/edition/besoins-sans-reponse/recherche/"
    answer = client.post(f"{path}?q=un+[mail]&l=fr", {"do": "commons"})
    assert answer["location"] == "/communs/proposer/?nom=un"
    assert 'value="un"' in text_of(client, answer["location"])
    assert client.post(f"{path}?q=deux&l=fr", {"do": "aside"}).status_code == 302
    assert client.post(f"{path}?q=deux&l=fr", {"do": "aside"}).status_code == 409
    assert client.post(f"{path}?q=trois&l=fr", {"do": "need", "need": "nulle-part"}).status_code == 404
    assert client.post(f"{path}?q=trois&l=fr", {"do": "hostile"}).status_code == 422
    assert client.get(f"{path}?q=jamais&l=fr").status_code == 404
    assert client.get(path)["location"] == "/edition/besoins-sans-reponse/"
    assert "mise de côté" in text_of(client, f"{path}?q=deux&l=fr")
    assert Need.objects.count() == 0
    assert sorted(QueryReview.objects.values_list("query_masked", "outcome")) == [
        ("deux", "aside"),
        ("un [mail]", "commons"),
    ]


def test_one_or_three_changes_cost_the_same(client: Client, editor: Person) -> None:
    counts = []
    for labels in (("un",), ("deux", "trois")):
        for label in labels:
            services.propose_word(editor, WordChange("add_label", "cantine.menus", "fr", label), at=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert Client().get("/thesaurus/changements/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("label « menu » is also in sante.soins", "« menu » est déjà un mot de la fonction sante.soins."),
        (
            "2 French and 1 English labels, needs 3 and 2",
            "La fonction garderait 2 mots français et 1 mots anglais ; il en faut 3 et 2.",
        ),
        ("something else", "something else"),
    ],
)
def test_the_checker_speaks_the_language_of_the_page(message: str, told: Any) -> None:
    assert said(message).replace("\u202f", " ") == told
