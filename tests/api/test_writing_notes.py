"""A whole note d'opportunité in one request: written and frozen, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from calling import Program, acts, last, refused
from factories import CommonsFactory
from noting import WHY
from uses import Cast

from communaux.catalogue import indexing
from communaux.catalogue.models import OpportunityNote
from communaux.core.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(cast: Cast) -> Cast:
    for name in ("Cantine", "Repas", "Menus"):
        CommonsFactory(name=name, slug=name.lower(), text_md=f"{name} de l’école, commander les repas de la cantine.")
    indexing.newest.forget()
    indexing.reindex(Person.objects.desk())
    yield cast
    indexing.newest.forget()


def said(**more: Any) -> dict[str, Any]:
    judged = [
        {"commons": "cantine", "verdict": "reuse", "reason": WHY},
        {"commons": "repas", "verdict": "not_kept", "reason_code": "licence", "reason": WHY},
        {"commons": "menus", "verdict": "not_kept", "reason_code": "cost", "reason": WHY},
        {"outside": "Tableur", "address": "https://example.org/", "verdict": "adapt", "reason": WHY},
    ]
    given = {"title": "Gérer la cantine", "need_text": "Commander les repas.", "candidates": judged}
    searches = [{"q": "cantine"}, {"q": "commander les repas", "filters": {"kind": []}}]
    return given | {"searches": searches, "conclusion": "reuse", "conclusion_text": "Il suffit."} | more


def test_a_whole_note_is_written_and_frozen(indexed: Cast, program: Callable[..., Program]) -> None:
    member, seq = program(indexed["member"]), last()
    made = member.post("/notes", said(org=str(indexed.town.pk), freeze=True))
    assert made.status_code == 201, made.json()
    told, note = made.json(), OpportunityNote.objects.get()
    assert (told["id"], told["state"], told["sha256"], told["missing"]) == (str(note.pk), "frozen", note.sha256, [])
    assert made["location"] == told["url"] == f"http://127.0.0.1:8000/notes/{note.pk}/"
    assert (note.author, note.org, note.searches.count(), note.candidates.count()) == (
        *(indexed["member"], indexed.town),
        *(2, 4),
    )
    assert {by for _act, by in acts(seq)} == {indexed["member"]}
    assert [act.partition(".")[2] for act, _by in acts(seq)] == [
        "create_note",
        *["add_note_search"] * 2,
        *["judge_note_candidate"] * 4,
        *("conclude_note", "freeze_note"),
    ]


def test_what_is_missing_is_told_and_nothing_is_written(indexed: Cast, program: Callable[..., Program]) -> None:
    member, seq = program(indexed["member"]), last()
    told = refused(member.post("/notes", said(freeze=True, candidates=[], conclusion="buy")), 422, "note_not_ready")
    assert len(told["missing"]) > 3
    assert (OpportunityNote.objects.count(), acts(seq)) == (0, [])
    draft = member.post("/notes", said(candidates=[]))
    assert (draft.status_code, draft.json()["state"], len(draft.json()["missing"]) > 0) == (201, "draft", True)


def test_the_same_key_is_one_note(indexed: Cast, program: Callable[..., Program]) -> None:
    member, key = program(indexed["member"]), {"idempotency-key": str(uuid4())}
    first, again = (member.post("/notes", said(), **key) for _ in range(2))
    assert [(one.status_code, one.json()) for one in (first, again)] == [(201, first.json()), (200, first.json())]
    refused(program(indexed["reader"]).post("/notes", said(), **key), 403, "note_not_published")
    assert OpportunityNote.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title": ""}, ["title"]),
        ({"title": "x" * 201, "conclusion": "voler"}, ["conclusion"]),
        ({"org": str(uuid4())}, ["org"]),
        ({"candidates": [{"verdict": "reuse", "reason": WHY}]}, ["candidates.0.name"]),
        (
            {"candidates": [{"commons": "cantine", "outside": "x", "verdict": "reuse", "reason": WHY}]},
            ["candidates.0.outside"],
        ),
        ({"candidates": [{"commons": "cantine", "verdict": "not_kept", "reason": "court"}]}, ["reason", "reason_code"]),
        ({"searches": [{"q": "x" * 10_001}]}, ["searches.0.q"]),
        ({"searches": [{"q": "x", "filters": {"theme": "eau"}}]}, ["searches.0.filters.theme"]),
    ],
)
def test_what_is_wrong_is_said_by_field(
    wrong: dict[str, Any], fields: list[str], cast: Cast, program: Callable[..., Program]
) -> None:
    told = refused(program(cast["member"]).post("/notes", said() | wrong), 422, "unfit")
    wanted = [f"candidates.0.{one}" if "." not in one and "candidates" in wrong else one for one in fields]
    assert (sorted(told["errors"]), OpportunityNote.objects.count()) == (wanted, 0)


def test_the_name_of_a_body_needs_a_membership(indexed: Cast, program: Callable[..., Program]) -> None:
    told = refused(program(indexed["reader"]).post("/notes", said(org=str(indexed.town.pk))), 422, "unfit")
    assert list(told["errors"]) == ["org"]


def test_a_candidate_that_is_not_there(indexed: Cast, program: Callable[..., Program]) -> None:
    lost = [{"commons": "nulle-part", "verdict": "reuse", "reason": WHY}]
    refused(program(indexed["member"]).post("/notes", said(candidates=lost)), 404, "unknown_commons")
    refused(program(indexed["member"]).post("/notes", said(searches=[{"q": "!!"}])), 400, "empty_search")
    assert OpportunityNote.objects.count() == 0
