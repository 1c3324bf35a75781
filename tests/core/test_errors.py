"""Refusals: a status, a code, a sentence, details."""

import pytest
from django.db import OperationalError

from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady, Refusal, Unavailable, as_refusal


@pytest.mark.parametrize(
    ("kind", "status"),
    [(BadRequest, 400), (NotAllowed, 403), (NotFound, 404), (Conflict, 409), (NotReady, 422), (Unavailable, 503)],
)
def test_status_of_each(kind: type[Refusal], status: int) -> None:
    assert (kind.status, issubclass(kind, Refusal)) == (status, True)


def test_a_refusal_tells_its_sentence_its_code_and_its_details() -> None:
    refusal = NotReady("not_ready", "A licence is missing.", missing=["licence"])
    assert (str(refusal), refusal.code, refusal.message) == (
        "A licence is missing.",
        "not_ready",
        "A licence is missing.",
    )
    assert refusal.details == {"missing": ["licence"]}


def test_a_taken_pen_may_be_told_and_nothing_else_of_the_database() -> None:
    busy = as_refusal(OperationalError("database is locked"))
    assert busy is not None
    assert (busy.status, busy.code) == (503, "busy")
    assert as_refusal(OperationalError("no such table: core_entry")) is None
    assert as_refusal(ZeroDivisionError()) is None
    refusal = NotFound("x", "y")
    assert as_refusal(refusal) is refusal
