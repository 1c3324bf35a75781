"""Propose a commons through the API: a draft with all that is known, or nothing; asked for publication, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from calling import Program, acts, last, refused
from factories import CommonsFactory

from communaux.catalogue.models import Commons, Theme
from communaux.core.models import Entry, Evidence, Person

pytestmark = pytest.mark.django_db
REPOSITORY = "https://github.com/demo/pret-de-velos"
FULL: dict[str, Any] = {
    "name": "Prêt de vélos",
    "address": REPOSITORY,
    "names": ["Vélos & co", "PdV"],
    "licence": "AGPL-3.0-only",
    "short_fr": "Prêter des vélos entre écoles",
    "long_fr": "Un registre partagé. " * 10,
    "themes": ["education"],
    "steward": "Une association d’exemple",
    "evidence": [{"kind": "licence", "locator": f"{REPOSITORY}/LICENSE"}],
}


@pytest.fixture
def author(person: Callable[..., Person], program: Callable[..., Program]) -> Program:
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in ("education", "mobilite")])
    return program(person("autrice@demo.example"))


def test_name_and_address_make_a_draft(author: Program) -> None:
    made = author.post("/commons", {"name": "Prêt de vélos", "address": REPOSITORY})
    told, found = made.json(), Commons.objects.get()
    assert (made.status_code, told["state"], told["id"]) == (201, "draft", str(found.pk))
    assert made["location"] == told["url"] == f"http://127.0.0.1:8000/communs/{found.slug}/publier/"
    assert told["missing"] == ["open_licence", "description", "theme", "evidence"]
    assert (found.resources.get().repository, found.pinned) == (REPOSITORY, {})
    assert [act for act, by in acts() if by.mail == "autrice@demo.example"] == ["catalogue.draft"]


def test_all_that_is_known_and_the_question_to_the_editors(author: Program) -> None:
    told = author.post("/commons", FULL | {"ask": True})
    found = Commons.objects.get()
    assert (told.status_code, told.json()["state"], told.json()["missing"]) == (201, "proposed", [])
    assert (found.names, [t.key for t in found.themes.all()]) == (["Vélos & co", "PdV"], ["education"])
    assert Evidence.objects.get(subject_id=str(found.pk)).locator == f"{REPOSITORY}/LICENSE"
    mine = [act for act, by in acts() if by.mail == "autrice@demo.example"]
    assert mine == ["catalogue.draft", "catalogue.show_evidence", "catalogue.ask"]
    again = author.post("/commons", FULL | {"ask": True})
    assert (again.status_code, again.json()["id"], Commons.objects.count()) == (200, str(found.pk), 1)


def test_what_cannot_be_asked_is_not_begun(author: Program) -> None:
    seq = last()
    told = refused(author.post("/commons", {"name": "Vélos", "address": REPOSITORY, "ask": True}), 422, "minimum")
    assert told["missing"] == ["open_licence", "description", "theme", "evidence"]
    assert (Commons.objects.count(), acts(seq)) == (0, [])


def test_sent_twice_it_is_one_draft(author: Program) -> None:
    first, again = (author.post("/commons", FULL) for _ in range(2))
    assert [(one.status_code, one.json()["id"]) for one in (first, again)] == [
        (201, first.json()["id"]),
        (200, first.json()["id"]),
    ]
    assert Evidence.objects.count() == 1
    refused(author.post("/commons", FULL | {"short_fr": "Autre chose"}), 409, "other_draft")
    assert Entry.objects.filter(act="catalogue.draft").count() == 1


def test_look_alikes_are_told_and_answered(author: Program) -> None:
    there = CommonsFactory(name="Prêt de vélos", slug="la-bas", name_key="pret de velos")
    told = author.post("/commons", FULL).json()
    assert [(one["slug"], one["why"]) for one in told["look_alikes"]] == [(there.slug, ["name"])]
    refused(author.post("/commons", FULL | {"address": f"{REPOSITORY}2", "ask": True}), 422, "minimum")
    word = {"not_the_same": [{"commons": "la-bas", "reason": "Une autre ville."}]}
    done = author.post("/commons", FULL | word | {"address": f"{REPOSITORY}2", "ask": True})
    assert (done.status_code, done.json()["state"], done.json()["look_alikes"]) == (201, "proposed", [])
    odd = {"not_the_same": [{"commons": "rien", "reason": "x"}], "address": f"{REPOSITORY}3"}
    refused(author.post("/commons", FULL | odd), 404, "unknown_look_alike")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        *(
            ({"name": ""}, "name"),
            ({"name": "x" * 251}, "name"),
            ({"name": "a\x00b"}, "name"),
            ({"name": None}, "name"),
        ),
        *(({"address": "ftp://x"}, "address"), ({"address": "javascript:alert(1)"}, "address")),
        *(({"short_fr": "é" * 151}, "short_fr"), ({"long_fr": "x" * 10_001}, "long_fr"), ({"kind": "rien"}, "kind")),
        *(({"themes": ["rien"]}, "themes"), ({"stage": "rien"}, "stage"), ({"ask": "true"}, "ask")),
        ({"evidence": [{"kind": "licence", "locator": "x"}]}, "evidence.0.locator"),
        ({"charter_url": "x y"}, "charter_url"),
    ],
)
def test_what_is_wrong_is_said_by_field(author: Program, wrong: dict[str, Any], field: str) -> None:
    told = refused(author.post("/commons", FULL | wrong), 422, "unfit")
    assert (list(told["errors"]), Commons.objects.count()) == ([field], 0)


def test_hostile_text_stays_text(author: Program) -> None:
    odd = "<img src=x onerror=alert(1)> 🚲\ud800"
    assert author.post("/commons", FULL | {"short_fr": odd}).status_code == 201
    assert Commons.objects.get().texts.get(lang="fr").short == odd.replace("\ud800", "\ufffd")


def test_a_draft_is_read_by_nobody_else(author: Program) -> None:
    slug = author.post("/commons", FULL).json()["slug"]
    refused(author.get(f"/commons/{slug}"), 404, "unknown_commons")
    assert author.get("/commons").json()["total"] == 0
