"""Pages of the note d'opportunité: begin, write on one page without losing a word, freeze, publish, take away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW, CommonsFactory
from noting import KEPT, WHY, draft, judged, ready, searched

from communaux.catalogue.models import OpportunityNote
from communaux.catalogue.services import freeze_note, publish_note, write_note
from communaux.core import services as core
from communaux.core.models import Entry, Organisation, Person
from communaux.web.note_blocks import LEGAL

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('x')</script> & « 😀 » " + "x" * 40


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


@pytest.fixture
def signed_in(client: Client, author: Person) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def town(desk: Person, author: Person) -> Organisation:
    made = core.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    core.add_member(desk, made, person=author, starts_on=date(2020, 1, 1), at=NOW)
    return made


def edit(note: OpportunityNote) -> str:
    return f"/notes/{note.pk}/modifier/"


def form(note: OpportunityNote, **typed: str) -> dict[str, str]:
    """What the page of a draft sends when nothing is touched, and what is typed."""
    note = OpportunityNote.objects.get(pk=note.pk)
    names = ("version", "title", "need_text", "conclusion", "conclusion_text", "giveback", "giveback_licence")
    kept = {name: str(getattr(note, name)) for name in names} | {"org": str(note.org_id or "")}
    return (
        kept | {"c-version": "0", "do": "save"} | {name.replace("c_", "c-", 1): value for name, value in typed.items()}
    )


def text_of(answer: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def published(by: Person, **more: Any) -> OpportunityNote:
    return publish_note(by, freeze_note(by, ready(by, **more), at=NOW), at=NOW)


# Begin


def test_a_visitor_is_led_to_the_sign_in_with_the_search(client: Client) -> None:
    answer = client.get("/notes/nouvelle/", {"q": "cantine"})
    assert (answer.status_code, answer["location"]) == (302, "/connexion/?next=/notes/nouvelle/%3Fq%3Dcantine")


def test_a_note_is_begun_once_however_often_the_form_is_sent(signed_in: Client, town: Organisation) -> None:
    page = signed_in.get("/notes/nouvelle/").text
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    given = {"key": key, "title": "Cantine", "need_text": "Des repas", "org": town.pk}
    answers = [signed_in.post("/notes/nouvelle/", given) for _click in range(2)]
    assert [one["location"] for one in answers] == [f"/notes/{key}/modifier/"] * 2
    note = OpportunityNote.objects.get()
    assert (note.title, note.need_text, note.org, note.lang) == ("Cantine", "Des repas", town, "fr")
    assert Entry.objects.filter(act="catalogue.create_note").count() == 1


def test_a_form_without_title_keeps_the_rest(signed_in: Client) -> None:
    answer = signed_in.post("/notes/nouvelle/", {"key": UUID(int=1), "title": "", "need_text": HOSTILE})
    assert "x" * 40 in answer.text
    assert "<script>alert" not in answer.text
    assert not OpportunityNote.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-7000-8000-00000000000g"])
def test_a_damaged_key_is_said(signed_in: Client, key: str) -> None:
    given = {"key": key, "note": "", "c": CommonsFactory().slug}
    assert signed_in.post("/notes/ajouter/", given).status_code == 400
    assert signed_in.post("/notes/nouvelle/", {"key": key, "title": "x"}).status_code == 200
    assert not OpportunityNote.objects.exists()


# Write


def test_the_page_says_at_any_time_what_is_missing(signed_in: Client, author: Person) -> None:
    note = draft(author, need_text="")
    told = text_of(signed_in.get(edit(note)))
    assert "Il manque encore, avant de la figer le besoin, en quelques mots deux recherches" in told
    assert "Il ne manque rien" in text_of(signed_in.get(edit(ready(author))))


def test_all_that_was_typed_is_saved_whatever_button_is_pressed(signed_in: Client, author: Person) -> None:
    note, one = ready(author), CommonsFactory(name="Nouveau")
    typed = form(
        note,
        title="Titre neuf",
        conclusion_text="Conclusion neuve",
        c_slug=one.slug,
        c_verdict="not_kept",
        c_reason_code="cost",
        c_reason=WHY,
        do=f"judge {one.slug}",
    )
    answer = signed_in.post(edit(note), typed)
    assert (answer.status_code, answer["location"]) == (302, f"{edit(note)}?juger={one.slug}#candidate")
    note = OpportunityNote.objects.get(pk=note.pk)
    assert (note.title, note.conclusion_text) == ("Titre neuf", "Conclusion neuve")
    assert note.candidates.get(commons=one).reason_code == "cost"


def test_two_clicks_write_once(signed_in: Client, author: Person) -> None:
    note, one = draft(author), CommonsFactory()
    typed = form(note, title="Neuf", c_slug=one.slug, c_verdict="reuse", c_reason=WHY)
    before = Entry.objects.count()
    answers = [signed_in.post(edit(note), typed) for _click in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert (Entry.objects.count() - before, note.candidates.count()) == (2, 1)


def test_a_verdict_that_is_refused_loses_nothing(signed_in: Client, author: Person) -> None:
    note, one = draft(author), CommonsFactory(name="Outil 9")
    typed = form(
        note,
        title="Titre neuf",
        c_slug=one.slug,
        c_verdict="not_kept",
        c_reason="trop <b>court",
        q="repas",
        do="freeze",
    )
    answer = signed_in.post(edit(note), typed)
    assert answer.status_code == 422
    assert "trop &lt;b&gt;court" in answer.text
    assert 'name="q" value="repas"' in answer.text
    assert "Votre verdict sur Outil 9" in text_of(answer)
    assert "il y en a 13 pour l’instant" in text_of(answer)
    assert 'name="version" value="2"' in answer.text  # its texts are saved, so that the next sending is not stale
    assert OpportunityNote.objects.get(pk=note.pk).title == "Titre neuf"


def test_texts_that_are_refused_lose_nothing(signed_in: Client, author: Person) -> None:
    note = draft(author)
    typed = form(note, title="", need_text=HOSTILE, c_name="Ailleurs", c_reason="à finir")
    answer = signed_in.post(edit(note), typed)
    assert answer.status_code == 422
    assert all(part in unescape(answer.text) for part in (HOSTILE, "Ailleurs", "à finir"))
    assert "<script>alert" not in answer.text


def test_too_long_a_text_is_counted_and_kept(signed_in: Client, author: Person) -> None:
    note = draft(author)
    answer = signed_in.post(edit(note), form(note, need_text="y" * 10_001))
    assert answer.status_code == 422
    assert "y" * 10_001 in answer.text
    assert "10001" in re.sub(r"\s|\u202f|\xa0", "", text_of(answer))


def test_two_tabs_are_shown_both_texts_and_mine_can_be_kept(signed_in: Client, author: Person) -> None:
    note = draft(author)
    typed = form(note, need_text="Le mien <b>", c_name="Progiciel", c_verdict="reuse", c_reason=WHY)
    write_note(author, note, version=1, at=NOW, need_text="Celui de l’autre onglet")
    answer = signed_in.post(edit(note), typed)
    assert answer.status_code == 409
    assert "Le mien &lt;b&gt;" in answer.text
    assert "Celui de l’autre onglet" in unescape(answer.text)
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert again["version"] == "2"
    signed_in.post(edit(note), {name: unescape(value) for name, value in again.items()})
    note = OpportunityNote.objects.get(pk=note.pk)
    assert (note.need_text, note.candidates.get().outside) == ("Le mien <b>", "Progiciel")


def test_a_verdict_given_in_another_tab_is_shown_beside_mine(signed_in: Client, author: Person) -> None:
    note, one = draft(author), CommonsFactory()
    judged(author, note, one)
    typed = form(note, c_slug=one.slug, c_verdict="reuse", c_reason=f"{WHY} Vraiment.")
    answer = signed_in.post(edit(note), typed)
    assert answer.status_code == 409
    told = text_of(answer)
    assert f"{WHY} Vraiment." in told
    assert f"Enregistré entre-temps {WHY}" in told
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert again["c-version"] == "1"
    signed_in.post(edit(note), {name: unescape(value) for name, value in again.items()})
    assert note.candidates.get().verdict == "reuse"


def test_what_is_typed_after_the_note_was_frozen_elsewhere_is_shown(signed_in: Client, author: Person) -> None:
    note = ready(author)
    typed = form(note, need_text="Dit trop tard <b>", c_name="Progiciel", c_verdict="reuse", c_reason=f"{WHY} Tard.")
    freeze_note(author, note, at=NOW)
    answer = signed_in.post(edit(note), typed)
    assert answer.status_code == 409
    assert "Cette note a été figée entre-temps" in unescape(answer.text)
    assert [part in answer.text for part in ("Dit trop tard &lt;b&gt;", "Tard.", "Progiciel")] == [True] * 3
    assert OpportunityNote.objects.get(pk=note.pk).need_text == "Commander les repas de l’école."


@pytest.mark.usefixtures("catalogue")
def test_control_characters_in_a_kept_search_are_taken_out(signed_in: Client) -> None:
    for key, query in ((UUID(int=7), "car\x00te\u202e libre"), (UUID(int=6), "\x00")):
        signed_in.post("/notes/garder/", {"q": query, "note": "", "key": key, "kind": "soft\x00ware"})
    told = [(one.title, [s.query for s in one.searches.all()]) for one in OpportunityNote.objects.order_by("-pk")]
    assert told == [("carte libre", ["carte libre"]), ("Note", [])]


def test_an_unchanged_page_sent_late_harms_nothing(signed_in: Client, author: Person) -> None:
    note = draft(author)
    write_note(author, note, version=1, at=NOW, title="Autre titre")
    typed = form(note) | {"version": "1"}
    assert signed_in.post(edit(note), typed).status_code == 302
    assert OpportunityNote.objects.get(pk=note.pk).version == 2


def test_an_ended_session_gives_back_what_was_typed(client: Client, author: Person) -> None:
    note = draft(author)
    answer = client.post(edit(note), form(note, need_text="Dix lignes\nécrites <i>"))
    assert answer.status_code == 403
    client.force_login(author)
    page = client.get("/connexion/reprendre/").text
    assert f'action="{edit(note)}"' in page
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    client.post(edit(note), {name: unescape(value) for name, value in again.items()})
    assert OpportunityNote.objects.get(pk=note.pk).need_text == "Dix lignes\nécrites <i>"


def test_control_characters_are_taken_out_of_what_is_typed(signed_in: Client, author: Person) -> None:
    note = draft(author)
    signed_in.post(edit(note), form(note, title="Can\x00tine\x07", need_text="un\r\ndeux\u202e"))
    note = OpportunityNote.objects.get(pk=note.pk)
    assert (note.title, note.need_text) == ("Cantine", "un\ndeux")


def test_a_name_of_the_desk_is_its_commons_and_another_is_outside(signed_in: Client, author: Person) -> None:
    note, one = draft(author), CommonsFactory(name="Outil Éclair")
    kept = {"c_verdict": "reuse", "c_reason": WHY}
    signed_in.post(edit(note), form(note, c_name="outil eclair", **kept))
    signed_in.post(edit(note), form(note, c_name="Progiciel", c_address="https://example.org/", **kept))
    assert [(row.commons, row.outside, row.address) for row in note.candidates.order_by("pk")] == [
        (one, "", ""),
        (None, "Progiciel", "https://example.org/"),
    ]
    row = note.candidates.get(outside="Progiciel")
    page = signed_in.get(f"{edit(note)}?candidat={row.pk}").text
    assert 'name="c-name" value="Progiciel"' in page
    assert WHY in page


@pytest.mark.parametrize("query", ["candidat=x", f"candidat={'9' * 40}", "candidat=%00", "juger=nulle-part", "juger="])
def test_a_candidate_that_is_not_there_is_an_empty_form(signed_in: Client, author: Person, query: str) -> None:
    answer = signed_in.get(f"{edit(draft(author))}?{query}")
    assert "Juger autre chose" in text_of(answer)


@pytest.mark.parametrize(
    "do", ["", "drop_search x", f"drop_candidate {'9' * 18}", "drop_search 12", "nothing", "judge \r\nx: y"]
)
def test_an_unknown_button_does_nothing_and_breaks_nothing(signed_in: Client, author: Person, do: str) -> None:
    note = ready(author)
    assert signed_in.post(edit(note), form(note, do=do)).status_code == 302
    assert (note.searches.count(), note.candidates.count()) == (2, 3)


def test_pieces_are_taken_out(signed_in: Client, author: Person) -> None:
    note = ready(author)
    row, search = note.candidates.last(), note.searches.last()
    assert row is not None
    assert search is not None
    signed_in.post(edit(note), form(note, do=f"drop_candidate {row.pk}"))
    signed_in.post(edit(note), form(note, do=f"drop_search {search.pk}"))
    assert (note.searches.count(), note.candidates.count()) == (1, 2)


# Freeze, publish, read


def test_freezing_too_early_says_what_is_missing_and_keeps_the_rest(signed_in: Client, author: Person) -> None:
    note = draft(author)
    answer = signed_in.post(edit(note), form(note, title="Neuf", do="freeze"))
    assert answer.status_code == 422
    assert "Pas figée\u00a0: il manque encore ceci" in unescape(answer.text)
    note = OpportunityNote.objects.get(pk=note.pk)
    assert (note.state, note.title) == ("draft", "Neuf")


def test_the_whole_life_of_a_note(client: Client, author: Person) -> None:
    client.force_login(author)
    note = ready(author)
    frozen = client.post(edit(note), form(note, do="freeze"))
    assert frozen["location"] == f"/notes/{note.pk}/"
    assert Client().get(f"/notes/{note.pk}/")["location"].startswith("/connexion/")
    assert client.get(edit(note))["location"] == f"/notes/{note.pk}/"
    client.post(f"/notes/{note.pk}/publier/")
    anyone = Client().get(f"/notes/{note.pk}/")
    note = OpportunityNote.objects.get(pk=note.pk)
    assert (anyone.status_code, note.sha256 in anyone.text) == (200, True)
    assert anyone["cache-control"].startswith("public")
    links = [client.post(f"/notes/{note.pk}/reviser/")["location"] for _click in range(2)]
    assert links[0] == links[1] != edit(note)
    assert OpportunityNote.objects.count() == 2
    revision = OpportunityNote.objects.get(revises=note)
    client.post(edit(revision), form(revision, do="freeze"))
    client.post(f"/notes/{revision.pk}/publier/")
    told = text_of(Client().get(f"/notes/{note.pk}/"))
    assert "Une note plus récente prend sa place" in told
    assert "remplacée par une plus récente" in told


@pytest.mark.parametrize("path", ["", ".md", ".odt", ".json"])
def test_a_draft_is_its_authors_and_their_colleagues(
    client: Client, author: Person, town: Organisation, desk: Person, person: Callable[..., Person], path: str
) -> None:
    colleague = person("camille@demo.example")
    core.add_member(desk, town, person=colleague, starts_on=date(2020, 1, 1), at=NOW)
    note = draft(author, org=town)
    address = f"/notes/{note.pk}{path or '/'}"
    assert client.get(address)["location"].startswith("/connexion/?next=/notes/")
    statuses = []
    for who in (author, colleague, person("lise@demo.example"), person("odile@demo.example", operator=True)):
        client.force_login(who)
        statuses.append(client.get(address).status_code)
    assert statuses == [200, 200, 403, 403]


def test_readers_of_a_published_note_may_not_write_it(
    client: Client, author: Person, person: Callable[..., Person]
) -> None:
    note = published(author)
    client.force_login(person("lise@demo.example"))
    secret = draft(author)
    statuses = [
        client.get(edit(secret)).status_code,
        client.post(edit(secret), form(secret, title="Volé")).status_code,
        client.post("/notes/garder/", {"note": secret.pk, "q": "x"}).status_code,
        client.post("/notes/ajouter/", {"note": secret.pk, "c": CommonsFactory().slug}).status_code,
    ]
    assert statuses == [403] * 4
    client.post(f"/notes/{note.pk}/reviser/")
    assert (OpportunityNote.objects.count(), OpportunityNote.objects.get(pk=secret.pk).title) == (2, "Gérer la cantine")
    assert "Écrire une révision" not in client.get(f"/notes/{note.pk}/").text


def test_an_address_without_note_is_not_found(client: Client) -> None:
    assert client.get(f"/notes/{UUID(int=5)}/").status_code == 404


def test_what_is_typed_is_text_on_the_page_and_in_the_files(client: Client, author: Person) -> None:
    note = ready(author, title=HOSTILE[:100], need_text=HOSTILE)
    judged(author, note, "<img src=x>", **(KEPT | {"reason": HOSTILE, "address": "javascript:alert(1)"}))
    note = publish_note(author, freeze_note(author, note, at=NOW), at=NOW)
    page = client.get(f"/notes/{note.pk}/").text
    assert ("<script>alert" in page, "<img" in page, 'href="javascript:' in page) == (False, False, False)
    assert HOSTILE in unescape(page)
    markdown = client.get(f"/notes/{note.pk}.md")
    assert (markdown["content-type"], "<script>" in markdown.text) == ("text/markdown; charset=utf-8", False)
    odt = client.get(f"/notes/{note.pk}.odt")
    assert odt["content-disposition"] == f'attachment; filename="note-{note.pk}.odt"'
    assert odt.content[30:38] == b"mimetype"


def test_the_json_file_is_what_was_frozen(client: Client, author: Person) -> None:
    note = published(author)
    told = json.loads(client.get(f"/notes/{note.pk}.json").content)
    assert told == {"sha256": note.sha256, "content": note.content}


def test_the_law_is_not_printed_before_it_is_verified(client: Client, author: Person) -> None:
    page = unescape(client.get(f"/notes/{published(author).pk}/").text)
    assert [words for words in LEGAL.values() if words in page] == []


def test_the_english_page_says_which_words_are_french(client: Client, author: Person) -> None:
    note = published(author)
    page = client.get(f"/en/notes/{note.pk}/").text
    assert '<span lang="fr">Commander les repas de l’école.</span>' in unescape(page)
    assert "What was searched" in page


# Lists


def test_lists_ask_the_same_number_of_questions_for_one_and_three(
    client: Client, author: Person, town: Organisation
) -> None:
    client.force_login(author)
    counts, shown = [], []
    for _turn in (1, 2):
        published(author, org=town)
        draft(author, org=town)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/notes/")
        counts.append(len(asked))
        shown.append(page.text.count("Gérer la cantine"))
        published(author, org=town)
    assert (counts[0], shown) == (counts[1], [3, 8])
    assert counts[0] <= 8


def test_only_published_notes_are_listed(client: Client, author: Person) -> None:
    draft(author, title="Secret")
    freeze_note(author, ready(author, title="Figée"), at=NOW)
    published(author, title="Publiée")
    page = client.get("/notes/").text
    assert [title in page for title in ("Secret", "Figée", "Publiée")] == [False, False, True]


def test_the_page_of_a_draft_asks_a_bounded_number_of_questions(signed_in: Client, author: Person) -> None:
    counts = []
    for number in (3, 9):
        note = ready(author, candidates=number)
        searched(note, "menus", [CommonsFactory(name=f"À juger {i}") for i in range(5)], later=3)
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(edit(note))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26


# From a search, from a comparison


@pytest.mark.usefixtures("catalogue")
def test_a_search_is_kept_in_a_draft_or_in_a_new_note(signed_in: Client, author: Person) -> None:
    note = draft(author, title="Ma note")
    page = signed_in.get("/chercher/", {"q": "cartes", "kind": "software"}).text
    assert f'<option value="{note.pk}">Ma note</option>' in page
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    answer = signed_in.post("/notes/garder/", {"q": "cartes", "kind": "software", "note": note.pk, "key": key})
    assert answer["location"] == edit(note)
    assert (note.searches.get().query, note.searches.get().filters) == ("cartes", {"kind": ["software"]})
    for _click in range(2):
        answer = signed_in.post("/notes/garder/", {"q": "plan de la ville", "note": "", "key": key})
        assert answer["location"] == f"/notes/{key}/modifier/"
    new = OpportunityNote.objects.get(pk=key)
    assert (new.title, new.searches.count()) == ("plan de la ville", 1)


@pytest.mark.usefixtures("catalogue")
def test_the_search_page_offers_ticks_and_the_note(client: Client) -> None:
    page = client.get("/chercher/", {"q": "carte", "kind": "software"}).text
    ticks = re.findall(r'<input type="checkbox" name="c" value="([^"]+)" aria-label="Comparer [^"]+">', page)
    assert len(ticks) == len(set(ticks)) == page.count("<h3>")
    assert 'href="/notes/nouvelle/?q=carte&amp;kind=software"' in page
    assert len(re.findall(r"<[a-z]", page)) <= 395
    listed = client.get("/communs/").text
    assert listed.count('type="checkbox" name="c"') == 20
    assert len(re.findall(r"<[a-z]", listed)) <= 395


@pytest.mark.usefixtures("catalogue")
def test_a_note_begins_with_the_search_it_came_from(signed_in: Client) -> None:
    page = signed_in.get("/notes/nouvelle/", {"q": "cartes", "kind": ["software", "data"]}).text
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    assert [pair for pair in hidden if pair[0] in ("q", "kind")] == [
        ("q", "cartes"),
        ("kind", "software"),
        ("kind", "data"),
    ]
    given = {"key": dict(hidden)["key"], "title": "Cartes", "q": "cartes", "kind": ["software", "data"]}
    signed_in.post("/notes/nouvelle/", given)
    assert OpportunityNote.objects.get().searches.get().filters == {"kind": ["data", "software"]}


@pytest.mark.usefixtures("catalogue")
def test_a_search_typed_in_the_note_is_kept_with_its_texts(signed_in: Client, author: Person) -> None:
    note = draft(author)
    signed_in.post(edit(note), form(note, title="Cartes", q="fond de carte libre", do="search"))
    note = OpportunityNote.objects.get(pk=note.pk)
    assert (note.title, [one.query for one in note.searches.all()]) == ("Cartes", ["fond de carte libre"])
    answer = signed_in.post(edit(note), form(note, q="😀", do="search"), follow=True)
    assert "ne disent rien du besoin" in text_of(answer)
    assert note.searches.count() == 1


def test_what_is_compared_goes_into_a_note_to_be_judged(signed_in: Client, author: Person) -> None:
    note, one, two = draft(author), CommonsFactory(name="Un"), CommonsFactory(name="Deux")
    given = {"c": [one.slug, two.slug], "note": note.pk, "key": UUID(int=9)}
    for _click in range(2):
        assert signed_in.post("/notes/ajouter/", given)["location"] == edit(note)
    assert sorted(str(row) for row in note.candidates.all()) == ["Deux", "Un"]
    assert signed_in.post("/notes/ajouter/", given | {"note": ""})["location"] == f"/notes/{UUID(int=9)}/modifier/"
    assert OpportunityNote.objects.get(pk=UUID(int=9)).title == "Un, Deux"
    assert signed_in.post("/notes/ajouter/", {"c": "nulle-part", "key": UUID(int=8)}).status_code == 400
