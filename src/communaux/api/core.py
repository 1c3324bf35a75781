"""The public journal, and how far long work is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from communaux.api.problems import REFUSALS, Problem
from communaux.core.models import Entry, Progress

router = Router(tags=["core"])


class EntryOut(Schema):
    seq: int
    at: datetime
    actor_id: UUID
    act: str
    subject_kind: str
    subject_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    private_sha256: str
    prev_hash: str
    hash: str


class ProgressOut(Schema):
    id: UUID
    title: str
    state: str
    done: int
    total: int | None
    messages: list[str]
    error: str


@router.get(
    "/journal",
    response={200: list[EntryOut], 422: Problem},
    summary="Lines of the journal, in order, for anyone to verify",
)
def journal(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=2**62),
    limit: int = Query(100, ge=1, le=1000),
) -> list[Entry]:
    """`after` is the last number already read."""
    return list(Entry.objects.filter(seq__gt=after).order_by("seq")[:limit])


@router.get("/tasks/{pk}", response={200: ProgressOut, **REFUSALS}, summary="How far a piece of long work is")
def task(request: HttpRequest, pk: UUID) -> Progress:
    return get_object_or_404(Progress, pk=pk)
