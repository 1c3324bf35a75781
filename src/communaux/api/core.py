"""The public journal, and how far long work is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import Field as F

from communaux.api.problems import REFUSALS, Problem
from communaux.core import tasks
from communaux.core.models import Entry, Progress

router = Router(tags=["core"])


class EntryOut(Schema):
    """A line of the journal; its hash covers `prev_hash` and all other fields, in canonical JSON."""

    seq: int = F(description="Its number; 1 is the first")
    at: datetime = F(description="When it was written")
    actor_id: UUID = F(description="Who did it: a number, no name")
    act: str = F(description="What was done: area.verb")
    subject_kind: str = F(description="Kind of thing it was done to")
    subject_id: str = F(description="Which one")
    before: dict[str, Any] = F(description="Fields that changed, before")
    after: dict[str, Any] = F(description="The same, after")
    reason: str = F(description="Why, when it was said")
    private_sha256: str = F(description="Hash of a private part that may be erased; empty: there is none")
    prev_hash: str = F(description="Hash of the line before; 64 zeros before the first")
    hash: str = F(description="SHA-256 of this line")


class ProgressOut(Schema):
    """A piece of long work."""

    id: UUID = F(description="Its identifier")
    title: str = F(description="What it does")
    state: str = F(description="waiting, running, done, failed or cancelled")
    done: int = F(description="Steps done")
    total: int | None = F(description="Steps in all; null: not known")
    messages: list[str] = F(description="What it last said, oldest first")
    error: str = F(description="Why it failed; may be empty")

    @staticmethod
    def resolve_messages(work: Progress) -> list[str]:
        return tasks.messages(work)

    @staticmethod
    def resolve_error(work: Progress) -> str:
        return tasks.failure(work)


@router.get(
    "/journal",
    response={200: list[EntryOut], 422: Problem},
    summary="Lines of the journal, in order, for anyone to verify",
)
def journal(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**62, description="Last number already read")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at most")] = 100,
) -> list[Entry]:
    """All lines since the first; nothing personal is in them."""
    return list(Entry.objects.filter(seq__gt=after).order_by("seq")[:limit])


@router.get("/tasks/{pk}", response={200: ProgressOut, **REFUSALS}, summary="How far a piece of long work is")
def task(
    request: HttpRequest, response: HttpResponse, pk: Annotated[UUID, Path(description="Identifier of the work")]
) -> Progress:
    """Ask again every few seconds; the answer is not to be kept."""
    response["Cache-Control"] = "no-store"
    return get_object_or_404(Progress, pk=pk)
