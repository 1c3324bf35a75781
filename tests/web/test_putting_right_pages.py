"""Pages of editors, pairs, contests and ends: what each person sees, what hostile or hasty hands do, addresses that moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import MappedFactory

from communaux.catalogue.formats.mapped import Event, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.models import Commons, LifeEvent, MatchProposal, Merge
from communaux.catalogue.services import merge, propose_pair
from communaux.core import contest as contests
from communaux.core.models import Contest, Entry, Evidence, Person
from communaux.core.services import grant

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\u202e\x07 😀 \"'&"


@pytest.fixture
def people(desk: Person, person: Callable[..., Person], now: datetime) -> dict[str, Person]:
    found = {who: person(f"{who}@demo.example") for who in ("editor", "other", "reader")}
    for who in ("editor", "other"):
        grant(desk, found[who], role="editor", object_type="instance", at=now, starts_on=date(2020, 1, 1))
    return found


@pytest.fixture
def four(desk: Person, now: datetime) -> list[Commons]:
    """Four commons developed in one place; the first has a declared end."""
    end = (Event("end", on=date(2025, 12, 31), cause="unknown"),)
    same = {"repository": "https://github.com/demo/carte", "stage": "operated"}
    told = [MappedFactory(external_id=f"carte-{n}", events=end if n == 0 else (), **same) for n in range(4)]
    run_import(desk, "sill", Reading(tuple(told)), etag="", at=now)
    return list(Commons.objects.order_by("slug"))


@pytest.fixture
def signed(people: dict[str, Person]) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        client = Client()
        client.force_login(people[who])
        return client

    return make


def text_of(answer: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def contested(people: dict[str, Person], commons: Commons, now: datetime, code: str = "stage", **more: Any) -> Contest:
    said = {"proposed": "paused", "fact": "Un fait.", "links": ["https://a.example"]} | more
    return contests.open_contest(people["reader"], subject=("commons", str(commons.pk)), field=code, at=now, **said)


# Who sees what -------------------------------------------------------------------------------------------------------------

FORMS = [
    "/communs/carte-0/fusionner/",
    "/communs/carte-0/contester/",
    "/communs/carte-0/fin/",
    "/edition/",
    "/edition/doublons/",
]


@pytest.mark.parametrize("path", FORMS)
def test_a_visitor_signs_in_first_and_comes_back(client: Client, four: list[Commons], path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["location"]) == (302, f"/connexion/?next={path}")


@pytest.mark.parametrize(
    ("path", "reader", "editor"),
    [
        ("/communs/carte-0/fusionner/", 200, 200),
        ("/communs/carte-0/contester/", 200, 200),
        ("/communs/carte-0/contester/?quoi=stage", 200, 200),
        ("/communs/carte-0/fin/", 403, 200),
        ("/edition/", 403, 200),
        ("/edition/doublons/", 403, 200),
        ("/edition/doublons/1234567890123456789012/", 404, 404),
        ("/contestations/99/", 404, 404),
        ("/contestations/99999999999999999999/", 404, 404),
        ("/communs/nulle-part/fin/", 404, 404),
    ],
)
def test_each_page_answers_each_person(
    signed: Callable[[str], Client], four: list[Commons], path: str, reader: int, editor: int
) -> None:
    assert [signed(who).get(path).status_code for who in ("reader", "editor")] == [reader, editor]


def test_buttons_are_shown_to_those_who_may(
    signed: Callable[[str], Client], client: Client, people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    pair = propose_pair(people["reader"], four[0], four[1], reason="Même dépôt.", at=now)
    made = contested(people, four[0], timezone.now())
    pages = [f"/edition/doublons/{pair.pk}/", f"/contestations/{made.pk}/", "/communs/carte-0/"]
    shown = {
        who: [
            re.findall(r'action="(?:/[\w-]+)*/([\w-]+)/"', one.get(page).text.partition("<main")[2]) for page in pages
        ]
        for who, one in {"visitor": client, "reader": signed("reader"), "editor": signed("editor")}.items()
    }
    assert shown == {
        "visitor": [[], [], []],
        "reader": [[], ["retirer"], ["suivre"]],
        "editor": [["reunir", "distinguer"], ["repondre"], ["suivre"]],
    }
    links = {who: "/communs/carte-0/fin/" in signed(who).get(pages[2]).text for who in ("reader", "editor")}
    assert links == {"reader": False, "editor": True}


@pytest.mark.parametrize(
    "path",
    [
        *("/edition/doublons/1/reunir/", "/edition/doublons/1/distinguer/", "/edition/doublons/1/revenir/"),
        *("/contestations/1/repondre/", "/contestations/1/decider/", "/contestations/1/retirer/"),
        *("/communs/carte-0/fin/confirmer/", "/communs/carte-0/fin/retirer/", "/communs/carte-0/rouvrir/"),
    ],
)
def test_what_writes_answers_to_post_only(signed: Callable[[str], Client], four: list[Commons], path: str) -> None:
    assert signed("editor").get(path).status_code == 405


# Pairs ---------------------------------------------------------------------------------------------------------------------


def test_a_reader_names_a_pair_and_an_editor_judges_it(
    signed: Callable[[str], Client], four: list[Commons], now: datetime
) -> None:
    reader, editor = signed("reader"), signed("editor")
    for named in ("https://guichet.example/communs/carte-1/?x=1", "Carte 1", "carte-1"):
        answer = reader.post("/communs/carte-0/fusionner/", {"other": named, "reason": "Même dépôt."})
        pair = MatchProposal.objects.get()
        assert (answer.status_code, answer["location"]) == (302, f"/edition/doublons/{pair.pk}/")
    page = text_of(reader.get(f"/edition/doublons/{pair.pk}/"))
    assert "même dépôt (+4)" in page
    assert "Signalée par reader : Même dépôt." in page
    path = f"/edition/doublons/{pair.pk}/"
    refused = editor.post(f"{path}reunir/", {"kept": "carte-0", "reason": ""})
    assert (refused.status_code, refused.text.count("checked"), Merge.objects.count()) == (422, 1, 0)
    assert editor.post(f"{path}reunir/", {"kept": "autre", "reason": "x"}).status_code == 422
    assert editor.post(f"{path}reunir/", {"kept": "carte-0", "reason": "Oui."})["location"] == path
    assert "Carte 1 (carte-1) a été réuni à Carte 0 (carte-0) par editor" in text_of(reader.get(path))
    assert reader.post(f"{path}revenir/", {"reason": "Non."}).status_code == 403
    assert editor.post(f"{path}revenir/", {"reason": "Non."})["location"] == path
    assert "réunis, puis séparés" in text_of(reader.get(path))


def test_the_second_of_two_editors_reads_who_decided(
    signed: Callable[[str], Client], people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    pair = propose_pair(people["reader"], four[0], four[1], reason="Même dépôt.", at=now)
    path = f"/edition/doublons/{pair.pk}/"
    assert signed("editor").post(f"{path}distinguer/", {"reason": "Deux outils."}).status_code == 302
    late = signed("other").post(f"{path}reunir/", {"kept": "carte-0", "reason": "Un seul."})
    told = "editor (édition) a déjà jugé que ce sont deux communs différents. Rien n’a changé."
    assert (late.status_code, f"<h1>{told}</h1>" in late.text, Merge.objects.count()) == (409, True, 0)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("", "obligatoire"),
        ("nulle part", "n’a ce nom"),
        (HOSTILE, "n’a ce nom"),
        ("carte-0", "le commun lui-même"),
        ("x" * 5000, "300"),
    ],
)
def test_a_name_that_is_none_is_told_and_nothing_is_lost(
    signed: Callable[[str], Client], four: list[Commons], other: str, told: str
) -> None:
    answer = signed("reader").post("/communs/carte-0/fusionner/", {"other": other, "reason": "Parce <que>."})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert "Parce &lt;que&gt;." in answer.text
    assert MatchProposal.objects.count() == 0


def test_homonyms_are_named_by_their_address(
    signed: Callable[[str], Client], four: list[Commons], desk: Person, now: datetime
) -> None:
    run_import(desk, "dpga", Reading((MappedFactory(external_id="z", name="Carte 1"),)), etag="", at=now)
    answer = signed("reader").post("/communs/carte-0/fusionner/", {"other": "Carte 1", "reason": "x"})
    assert "Plusieurs communs ont ce nom" in text_of(answer)


def test_the_list_asks_as_much_for_one_pair_as_for_three(
    signed: Callable[[str], Client], people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    editor, asked = signed("editor"), []
    for n in range(1, 4):
        propose_pair(people["reader"], four[0], four[n], reason="Même dépôt.", at=now)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page = editor.get("/edition/doublons/")
        asked.append(len(seen))
        assert page.text.count('class="name"') == n
    assert (len(set(asked)), asked[0] <= 12) == (1, True)
    assert "3 en attente" in text_of(editor.get("/edition/"))


# Contests ------------------------------------------------------------------------------------------------------------------


def test_a_contest_from_the_sheet_to_its_decision(
    signed: Callable[[str], Client],
    client: Client,
    people: dict[str, Person],
    four: list[Commons],
    desk: Person,
    now: datetime,
) -> None:
    steward = Person.objects.create(display_name="steward", mail="steward@demo.example")
    grant(
        desk,
        steward,
        role="steward",
        object_type="commons",
        object_id=str(four[0].pk),
        at=now,
        ends_on=date(2027, 1, 1),
    )
    holder = Client()
    holder.force_login(steward)
    said = {
        "proposed": "paused",
        "fact": HOSTILE,
        "links": "http://127.0.0.1/\nhttps://a.example/?a=1&b=2\nhttp://127.0.0.1/",
    }
    opened = signed("reader").post("/communs/carte-0/contester/?quoi=stage", said)
    made = Contest.objects.get()
    path = f"/contestations/{made.pk}/"
    assert (opened.status_code, opened["location"]) == (302, path)
    again = signed("reader").post("/communs/carte-0/contester/?quoi=stage", said)
    assert (again["location"], Contest.objects.count(), Evidence.objects.count()) == (path, 1, 2)
    page = client.get(path)
    assert "<script>alert" not in page.text
    assert made.fact == "<script>alert(1)</script> 😀 \"'&"
    assert re.findall(r'<a href="(http[^"]*)" rel="external', page.text) == ["https://a.example/?a=1&amp;b=2"]
    assert "<code>http://127.0.0.1/</code>" in page.text
    for sheet in ("/communs/carte-0/", "/communs/carte-0/sources/"):
        assert f'<a class="state unknown" href="{path}">contesté</a>' in client.get(sheet).text
    assert holder.post(f"{path}repondre/", {"answer": "Non."}).status_code == 302
    for who in ("editor", "other"):
        assert signed(who).post(f"{path}decider/", {"verdict": "upheld", "reason": "Vu."}).status_code == 302
    assert "en pause" in text_of(client.get("/communs/carte-0/"))
    assert "contesté</a>" not in client.get("/communs/carte-0/").text
    history = text_of(client.get("/communs/carte-0/histoire/"))
    assert "avis sur une contestation" in history
    assert "contest_state" not in history


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"fact": ""}, "Le fait"),
        ({"links": ""}, "Où on peut le lire"),
        ({"links": "javascript:alert(1)"}, "commence par http"),
        ({"links": "http://[::1"}, "commence par http"),
        ({"links": "\n".join(f"https://a.example/{n}" for n in range(6))}, "Cinq adresses au plus"),
        ({"links": "https://a.example/" + "x" * 2500}, "trop longue"),
        ({"fact": "x" * 5000}, "4000"),
        ({"proposed": "partout"}, "Ce qui est vrai"),
        ({"proposed": ""}, "Ce qui est vrai"),
    ],
)
def test_a_contest_that_lacks_something_is_given_back_whole(
    signed: Callable[[str], Client], four: list[Commons], said: dict[str, str], told: str
) -> None:
    given = {"proposed": "paused", "fact": "Un <fait>.", "links": "https://a.example"} | said
    answer = signed("reader").post("/communs/carte-0/contester/?quoi=stage", given)
    assert (answer.status_code, Contest.objects.count()) == (422, 0)
    assert told in text_of(answer)
    assert ("Un &lt;fait&gt;." in answer.text) == ("fact" not in said)


@pytest.mark.parametrize("code", ["", "nothing", "event:1x", "<script>", "merge:99"])
def test_a_code_of_nothing_shows_what_can_be_contested(
    signed: Callable[[str], Client], four: list[Commons], code: str
) -> None:
    page = signed("reader").get("/communs/carte-0/contester/", {"quoi": code})
    offered = re.findall(r'href="\?quoi=([^"]+)"', page.text)
    event = LifeEvent.objects.get()
    fields = ["name", "short.fr", "licence_raw", "repository", "url", "version", "stage", "is_commons"]
    assert offered == [*fields, f"event%3A{event.pk}"]


def test_an_end_that_is_contested_is_marked_in_the_life(
    client: Client, people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    made = contested(people, four[0], now, LifeEvent.objects.get().code)
    assert (
        f'href="/contestations/{made.pk}/">contesté'
        in client.get("/communs/carte-0/").text.partition('class="life"')[2]
    )


def test_past_its_date_the_sheet_says_since_when_no_answer_came(
    client: Client, people: dict[str, Person], four: list[Commons]
) -> None:
    contested(people, four[0], datetime(2024, 1, 1, 12, tzinfo=None).astimezone())
    assert "contesté, sans réponse depuis le 31 janvier 2024" in client.get("/communs/carte-0/").text
    assert "sans réponse depuis le 31 janvier 2024" in client.get("/contestations/").text


def test_the_contests_ask_as_much_for_one_as_for_three(
    client: Client, people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    asked = []
    for n in range(3):
        contested(people, four[n], now)
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/contestations/")
        asked.append(len(seen))
        assert page.text.count('class="name"') == n + 1
    assert (len(set(asked)), asked[0] <= 5) == (1, True)


def test_a_sheet_asks_twelve_questions_at_most(
    client: Client, people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    merge(people["editor"], four[0], four[1], reason="Même dépôt.", at=now)
    contested(people, four[0], now)
    with CaptureQueriesContext(connection) as seen:
        client.get("/communs/carte-0/")
    assert len(seen) <= 12


def test_what_stands_against_a_merged_one_shows_on_the_kept_one(
    client: Client, signed: Callable[[str], Client], people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    made = contested(people, four[1], now)
    merge(people["editor"], four[0], four[1], reason="Même dépôt.", at=now)
    assert f'href="/contestations/{made.pk}/">contesté' in client.get("/communs/carte-0/").text
    assert "Carte 0 — étape" in text_of(client.get(f"/contestations/{made.pk}/"))
    moved = signed("reader").get("/communs/carte-1/contester/?quoi=stage")
    assert (moved.status_code, moved["location"]) == (301, "/communs/carte-0/contester/?quoi=stage")
    late = signed("reader").post(
        "/communs/carte-1/contester/?quoi=stage", {"proposed": "idea", "fact": "x", "links": "https://a.example"}
    )
    assert (late.status_code, Contest.objects.count()) == (409, 1)


# Ends ----------------------------------------------------------------------------------------------------------------------

END = {
    "cause": "goal_reached",
    "on": "2023-03",
    "remains": "Le <b>code</b>.",
    "successor": "carte-1",
    "kept_at": "swh:1:dir:" + "a" * 40,
    "message": "Merci 😀",
}


def test_an_end_is_said_and_the_sheet_keeps_what_serves(
    signed: Callable[[str], Client], client: Client, four: list[Commons]
) -> None:
    answer = signed("editor").post("/communs/carte-0/fin/", END)
    assert (answer.status_code, answer["location"]) == (302, "/communs/carte-0/")
    page = text_of(client.get("/communs/carte-0/"))
    for told in (
        "Ce commun est terminé.",
        "mars 2023, but atteint",
        "Le <b>code</b>.",
        "swh:1:dir:",
        "Merci 😀",
        "Carte 1",
    ):
        assert told in page
    assert "<b>code" not in client.get("/communs/carte-0/").text
    lines = Entry.objects.count()
    assert (signed("editor").post("/communs/carte-0/fin/", END).status_code, Entry.objects.count()) == (409, lines)
    again = signed("editor").post("/communs/carte-0/rouvrir/", {"stage": "operated", "reason": "Un financement."})
    assert again["location"] == "/communs/carte-0/"
    assert "Ce commun est terminé." not in text_of(client.get("/communs/carte-0/"))
    assert signed("editor").post("/communs/carte-0/rouvrir/", {"stage": "idea", "reason": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"on": "2026-13"}, "Ce n’est pas une date"),
        ({"on": "9999"}, "encore venu"),
        ({"on": "0000"}, "Ce n’est pas une date"),
        ({"on": "hier"}, "Ce n’est pas une date"),
        ({"on": "٢٠٢٦"}, "Ce n’est pas une date"),
        ({"cause": "vol"}, "Cause"),
        ({"successor": "carte-0"}, "le commun lui-même"),
        ({"successor": "nulle-part"}, "n’a ce nom"),
        ({"kept_at": "javascript:alert(1)"}, "SWHID"),
        ({"message": "x" * 4001}, "4000"),
    ],
)
def test_an_end_that_cannot_be_is_given_back_whole(
    signed: Callable[[str], Client], four: list[Commons], said: dict[str, str], told: str
) -> None:
    answer = signed("editor").post("/communs/carte-0/fin/", END | said)
    assert (answer.status_code, LifeEvent.objects.count()) == (422, 1)
    assert told in text_of(answer)
    assert "Le &lt;b&gt;code&lt;/b&gt;." in answer.text


def test_a_declared_end_is_confirmed_and_taken_back(
    signed: Callable[[str], Client], client: Client, four: list[Commons]
) -> None:
    editor, event = signed("editor"), LifeEvent.objects.get()
    assert editor.post("/communs/carte-0/fin/confirmer/", {"event": event.pk}).status_code == 302
    assert "confirmé par une personne" in text_of(client.get("/communs/carte-0/"))
    assert editor.post("/communs/carte-0/fin/confirmer/", {"event": event.pk}).status_code == 409
    assert editor.post("/communs/carte-0/fin/retirer/", {"event": event.pk, "reason": ""}).status_code == 422
    assert editor.post("/communs/carte-0/fin/retirer/", {"event": event.pk, "reason": "Non."}).status_code == 302
    assert Commons.objects.get(slug="carte-0").stage == "operated"


@pytest.mark.parametrize("event", ["", "x", "999999", "9" * 30, "²"])
def test_an_end_that_is_not_there_is_not_confirmed(
    signed: Callable[[str], Client], four: list[Commons], event: str
) -> None:
    assert signed("editor").post("/communs/carte-0/fin/confirmer/", {"event": event}).status_code == 404


@pytest.mark.parametrize("view", ["fusionner", "contester", "fin"])
def test_forms_of_a_merged_commons_moved_for_ever(
    signed: Callable[[str], Client], people: dict[str, Person], four: list[Commons], now: datetime, view: str
) -> None:
    merge(people["editor"], four[0], four[1], reason="Même dépôt.", at=now)
    answer = signed("editor").get(f"/communs/carte-1/{view}/")
    assert (answer.status_code, answer["location"]) == (301, f"/communs/carte-0/{view}/")
    assert signed("editor").post(f"/communs/carte-1/{view}/", END).status_code == 409


def test_one_h1_and_a_title_of_its_own_in_both_languages(
    signed: Callable[[str], Client], people: dict[str, Person], four: list[Commons], now: datetime
) -> None:
    pair = propose_pair(people["reader"], four[0], four[1], reason="Même dépôt.", at=now)
    made = contested(people, four[0], now - timedelta(days=40))
    pages = [*FORMS, f"/edition/doublons/{pair.pk}/", "/contestations/", f"/contestations/{made.pk}/"]
    editor, titles = signed("editor"), list[str]()
    for path in (*pages, *(f"/en{page}" for page in pages)):
        page = editor.get(path).text
        assert page.count("<h1") == 1
        ids = re.findall(r' id="([^"]+)"', page)
        assert (path, sorted(ids)) == (path, sorted(set(ids)))
        titles += re.findall(r"<title>(.*?)</title>", page)
    assert len(set(titles)) == len(titles)
