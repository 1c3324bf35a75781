"""Write a *note d'opportunité* in one go: need, searches, candidates, conclusion, and close it when nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field as F
from pydantic import StrictBool

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, faults, made, page, refuse
from communaux.api.catalogue.notes import router
from communaux.api.organisations import Key
from communaux.catalogue.forms.notes import CandidateForm, NoteForm
from communaux.catalogue.models import Commons, OpportunityNote
from communaux.catalogue.queries import notes as queries
from communaux.catalogue.queries.commons import by_slug
from communaux.catalogue.services import conclude_note, create_note, freeze_note
from communaux.catalogue.services.note_pieces import LONGEST_QUERY, add_note_search, judge_note_candidate
from communaux.catalogue.services.notes import END, NEED
from communaux.core.errors import Conflict
from communaux.core.ids import uuid7
from communaux.core.models import Person

Values = list[str]


class FiltersIn(Body):
    """Filters of a search, as the `counts` of `/search` name them; several values of one: any of them."""

    theme: Values = F([], max_length=40, description="Keys of themes")
    kind: Values = F([], max_length=40, description="Kinds of resource")
    licence: Values = F([], max_length=40, description="Families of licences")
    language: Values = F([], max_length=40, description="Languages")
    stage: Values = F([], max_length=40, description="Stages")
    activity: Values = F([], max_length=40, description="Last signs of life")
    source: Values = F([], max_length=40, description="Keys of sources")
    recommended: Values = F([], max_length=40, description="Who recommends it")


class SearchIn(Body):
    """A search, made now: the desk keeps its answer."""

    q: str = F(max_length=LONGEST_QUERY, description="The need, in your words", examples=["gérer la cantine"])
    filters: FiltersIn | None = F(None, description="None: everything")


class CandidateIn(Body):
    """What was looked at, what becomes of it, and why."""

    commons: str = F("", max_length=120, description="Slug of a commons of the desk", examples=["umap"])
    outside: str = F("", max_length=1000, description="Or the name of anything else")
    address: str = F("", max_length=3000, description="Of what is not on the desk")
    verdict: Literal["reuse", "adapt", "contribute", "pool", "not_kept"] = F(description="What becomes of it")
    reason_code: Literal[
        "",
        "function_missing",
        "licence",
        "no_community",
        "obsolete",
        "not_accessible",
        "hosting",
        "cost",
        "law",
        "other",
    ] = F("", description="For not_kept, and only then")
    reason: str = F(max_length=30_000, description="In words, 40 characters at least", examples=["Essayé une semaine…"])


class NoteIn(Body):
    """A whole note. What is missing to freeze it is told, and nothing is written then."""

    title: str = F(max_length=1000, description="Its title", examples=["Gérer la cantine"])
    need_text: str = F("", max_length=30_000, description="The need, in your words")
    org: str | None = F(None, max_length=64, description="Id of a body of yours, as in `/me`; none: in your own name")
    lang: Literal["fr", "en"] = F("fr", description="Language it is written in")
    searches: list[SearchIn] = F([], max_length=20, description="Two at least to freeze")
    candidates: list[CandidateIn] = F(
        [], max_length=60, description="Three at least to freeze, unless nothing is found"
    )
    conclusion: Literal["", "reuse", "contribute", "pool", "build", "buy"] = F("", description="Needed to freeze")
    conclusion_text: str = F("", max_length=30_000, description="Why, in a few sentences")
    giveback: str = F("", max_length=30_000, description="For build and buy: what is given back to all")
    giveback_licence: str = F("", max_length=1000, description="Under which licence")
    freeze: StrictBool = F(False, description="Close it for ever, with its hash")


class WrittenNoteOut(Schema):
    """The note that was written. It is published on its page."""

    id: UUID = F(description="Stays for ever")
    url: str = F(description="Its page; `.json` in place of the last slash gives what it says")
    state: Literal["draft", "frozen", "published", "superseded"] = F(description="draft until it is frozen")
    sha256: str = F(description="Hash of its content in canonical JSON; empty for a draft")
    missing: list[str] = F(description="What is missing before it can be frozen, one sentence each")


@router.post(
    "/notes",
    auth=WRITES,
    response={200: WrittenNoteOut, 201: WrittenNoteOut, **REFUSED},
    summary="Write a note d'opportunité",
)
def write(request: HttpRequest, response: HttpResponse, body: NoteIn, key: Key = None) -> Status[dict[str, Any]]:
    """All or nothing. The same `Idempotency-Key` again is answered with 200 and the note of the first time."""
    by, number = caller(request), key or uuid7()
    texts, verdicts = _read(body, by)
    try:
        with transaction.atomic():
            note, status = _written(by, number, body, texts, verdicts), 201
    except Conflict as known:
        if known.code != "note_exists":
            raise
        note, status = queries.readable(by, number), 200
    made(response, page("note", note.pk))
    return Status(status, _document(note))


type Verdict = tuple[Commons | str, dict[str, str]]


def _read(body: NoteIn, by: Person) -> tuple[dict[str, Any], list[Verdict]]:
    """Texts and verdicts; raise Unfit with the faults of all of them together."""
    texts = {name: getattr(body, name) for name in (*NEED, *END)} | {"version": 0}
    form = NoteForm(texts, orgs=queries.organisations(by))
    judged = [CandidateForm(_typed(one)) for one in body.candidates]
    both = [f"candidates.{n}.outside" for n, one in enumerate(body.candidates) if one.commons and one.outside]
    twice = {place: [_("A commons of the desk, or something outside: not both.")] for place in both}
    refuse(faults(form), *(faults(one, f"candidates.{n}.") for n, one in enumerate(judged)), twice)
    return checked(form).cleaned_data, [_verdict(one.cleaned_data) for one in judged]


def _typed(one: CandidateIn) -> dict[str, Any]:
    """As the page names them."""
    return one.model_dump() | {"slug": one.commons, "name": one.outside, "version": 0}


def _verdict(given: dict[str, Any]) -> Verdict:
    verdict = {name: given[name] for name in ("verdict", "reason_code", "reason")}
    if given["slug"]:
        found = by_slug(given["slug"])
        return found.merged_into or found, verdict
    return given["name"], verdict | {"address": given["address"]}


def _written(by: Person, number: UUID, body: NoteIn, texts: dict[str, Any], verdicts: list[Verdict]) -> OpportunityNote:
    at = timezone.now()
    note = create_note(by, key=number, lang=body.lang, at=at, **{name: texts[name] for name in NEED})
    for one in body.searches:
        facets = one.filters.model_dump() if one.filters else {}
        add_note_search(by, note, text=one.q, facets=facets, reader=body.lang, at=at)
    for thing, verdict in verdicts:
        judge_note_candidate(by, note, thing=thing, version=0, verdict=verdict, at=at)
    if end := dict(_said(texts)):
        note = conclude_note(by, note, version=note.version, at=at, **end)
    return freeze_note(by, note, at=at) if body.freeze else note


def _said(texts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, texts[name]) for name in END if texts[name])


def _document(note: OpportunityNote) -> dict[str, Any]:
    address = page("note", note.pk)
    missing = queries.missing(note, queries.content(note))
    return {"id": note.pk, "url": address, "state": note.state, "sha256": note.sha256, "missing": missing}
