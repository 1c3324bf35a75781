"""Published notes d'opportunité through the API; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW
from noting import draft, ready

from communaux.catalogue.models import OpportunityNote
from communaux.catalogue.services import freeze_note, publish_note, revise_note
from communaux.core.canonical import digest
from communaux.core.models import Person

pytestmark = pytest.mark.django_db
NOTES = "/api/v1/notes"


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


def published(by: Person, title: str = "Cantine") -> OpportunityNote:
    return publish_note(by, freeze_note(by, ready(by, title=title), at=NOW), at=NOW)


def test_a_note_is_given_whole_with_its_hash(client: Client, author: Person) -> None:
    note = published(author)
    told = client.get(f"{NOTES}/{note.pk}").json()
    assert digest(told["content"]) == told["sha256"] == note.sha256
    assert (told["state"], told["asked_by"], told["superseded_by"]) == ("published", None, None)
    assert "autrice" not in client.get(f"{NOTES}/{note.pk}").text


def test_drafts_and_frozen_notes_are_not_found_even_by_their_author(client: Client, author: Person) -> None:
    client.force_login(author)
    for note in (draft(author), freeze_note(author, ready(author), at=NOW)):
        assert client.get(f"{NOTES}/{note.pk}").json()["code"] == "unknown_note"
    assert client.get(NOTES).json() == {"items": [], "total": 0, "page": 1, "pages": 1}


@pytest.mark.parametrize(("path", "status"), [(str(UUID(int=1)), 404), ("x", 422), (f"{UUID(int=1)}?x=1", 422)])
def test_what_is_not_there(client: Client, path: str, status: int) -> None:
    answer = client.get(f"{NOTES}/{path}")
    assert (answer.status_code, answer["content-type"]) == (status, "application/problem+json")


def test_pages_newest_first_in_a_fixed_number_of_queries(client: Client, author: Person) -> None:
    notes = [published(author, f"Note {number}") for number in range(3)]
    told = [client.get(NOTES, {"limit": 2, "page": page}).json() for page in (1, 2)]
    assert [item["id"] for one in told for item in one["items"]] == [str(one.pk) for one in reversed(notes)]
    assert [(one["total"], one["pages"]) for one in told] == [(3, 2)] * 2
    assert client.get(NOTES, {"limit": 2, "page": 3}).status_code == 404
    counts = []
    for limit in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            client.get(NOTES, {"limit": limit})
        counts.append(len(asked))
    assert counts == [2, 2]


def test_a_replaced_note_names_the_one_in_force(client: Client, author: Person) -> None:
    old = published(author)
    new = revise_note(author, old, at=NOW)
    assert client.get(f"{NOTES}/{old.pk}").json()["superseded_by"] is None  # a draft is nobody's business
    publish_note(author, freeze_note(author, new, at=NOW), at=NOW)
    told = client.get(f"{NOTES}/{old.pk}").json()
    assert (told["state"], told["superseded_by"]) == ("superseded", str(new.pk))
    assert [one["id"] for one in client.get(NOTES).json()["items"]] == [str(new.pk)]
