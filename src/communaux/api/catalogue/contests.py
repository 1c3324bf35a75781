"""Contests: what is disputed on the desk and how each ended; opening one, answering, judging, withdrawing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field as F

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, document, made, page, told
from communaux.api.catalogue.commons import following
from communaux.api.problems import REFUSALS, Problem
from communaux.api.strict import strict
from communaux.catalogue.contests import CODES, KIND, is_many
from communaux.catalogue.forms.contests import Answering, Contesting, Judging
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import contests as queries
from communaux.catalogue.queries.commons import by_slug
from communaux.core import contest as services
from communaux.core.contestable import KINDS
from communaux.core.errors import NotFound
from communaux.core.models import Contest, Evidence

router = Router(tags=["catalogue"])
router.add_decorator(strict)

LARGEST = 2**63 - 1
Number = Annotated[int, Path(ge=1, le=LARGEST, description="Number of the contest")]


class OpinionOut(Schema):
    """What one of those who judge thinks; two who agree decide."""

    verdict: Literal["upheld", "dismissed"] = F(description="upheld: the contest is right")
    reason: str = F(description="Why")
    at: datetime = F(description="When it was given")


class ContestOut(Schema):
    """A fact, with its evidence, against something the desk shows. Who said what stands on its page."""

    id: int = F(description="Its number; grows with time")
    url: str = F(description="Address of its page")
    subject_kind: str = F(description="Kind of thing: commons")
    subject_id: str = F(description="Id of what it was opened on")
    commons: str | None = F(description="Slug of the commons it is about now; null: it is gone")
    field: str = F(description="What is contested: a field (`licence_raw`), or `event:12`, `merge:3`")
    proposed: str = F(description="What is true instead; empty: the thing is to be taken away")
    fact: str = F(description="What shows it, in words")
    links: list[str] = F(description="Where it can be read")
    state: Literal["open", "answered", "upheld", "dismissed", "withdrawn"] = F(description="Where it stands")
    opened_at: datetime = F(description="When it was opened")
    due_at: datetime = F(description="An answer is due by then; after, it may be judged without")
    answer: str = F(description="What the other party said; empty: nothing")
    answered_at: datetime | None = F(description="When; null: not answered")
    decided_at: datetime | None = F(description="When two agreed; null: not decided")
    reason: str = F(description="Why it was decided so; empty: it was not")


class ContestWholeOut(ContestOut):
    """The same, with what those who judge have said so far."""

    opinions: list[OpinionOut] = F(description="In the order they were given")


class ContestsOut(Schema):
    """A part of the contests, in order of id."""

    items: list[ContestOut] = F(description="The contests of this part")
    total: int = F(description="Contests found")
    next: str | None = F(description="Address of the following part; null at the end")


class ContestIn(Body):
    """What is wrong, what is true, what shows it."""

    kind: Literal["commons"] = F("commons", description="Kind of thing")
    id: str = F(max_length=120, description="Id or slug of the commons", examples=["umap"])
    field: str = F(
        max_length=80,
        description="name, licence_raw, repository, url, version, stage, is_commons, short.fr; platforms, replaces, orgs; "
        "community.<key>, governance.<key>; event:<id>, merge:<id>",
        examples=["licence_raw"],
    )
    proposed: str = F(
        "",
        max_length=10_000,
        description="What is true; one line each for a list; none for an event or a merge, nor where nothing should be said",
        examples=["MIT"],
    )
    fact: str = F(
        max_length=20_000, description="What you know, in a few sentences; public", examples=["Le dépôt dit MIT."]
    )
    links: list[str] = F(
        max_length=20,
        description="Where it can be read: http(s) addresses, at most five; kept as text, never fetched",
        examples=[["https://example.org/LICENSE"]],
    )


class ContestAnswerIn(Body):
    """What the other party answers."""

    answer: str = F(max_length=20_000, description="Public", examples=["Corrigé ce jour."])


class DecisionIn(Body):
    """What one who judges thinks."""

    verdict: Literal["upheld", "dismissed"] = F(description="upheld: the contest is right")
    reason: str = F(max_length=20_000, description="Why; public", examples=["Le fichier LICENSE dit MIT."])


@router.get("/contests", response={200: ContestsOut, 422: Problem}, summary="What is or was contested")
def contests(
    request: HttpRequest,
    kind: Annotated[Literal["", "commons"], Query(description="Kind of thing; empty: all")] = "",
    id: Annotated[str, Query(max_length=120, description="Id or slug of the commons; empty: all")] = "",
    state: Annotated[
        Literal["", "open", "answered", "upheld", "dismissed", "withdrawn"], Query(description="Empty: all")
    ] = "",
    after: Annotated[int, Query(ge=0, le=LARGEST, description="Last id already read")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 50,
) -> dict[str, Any]:
    """Keyset paging: `after` is the last id already read."""
    found = _asked(kind, id, state)
    rows = list(found.filter(pk__gt=after)[: limit + 1])
    items, more = rows[:limit], len(rows) > limit
    return {
        "items": _documents(items),
        "total": found.count(),
        "next": following(request, items[-1].pk) if more else None,
    }


def _asked(kind: str, id: str, state: str) -> QuerySet[Contest]:
    rows = Contest.objects.order_by("pk")
    rows = rows.filter(subject_kind=kind) if kind else rows
    rows = rows.filter(state=state) if state else rows
    return rows.filter(subject_id__in=_ids(id)) if id else rows


def _ids(id: str) -> list[str]:
    """The id of a commons by its id or its slug; one that is not there has none."""
    try:
        return [_subject(KIND, id)]
    except NotFound:
        return []


def _subject(kind: str, id: str) -> str:
    known = KINDS[kind].find(id)
    found = by_slug(known.slug if known else id)  # which finds no draft
    return str((found.merged_into or found).pk)


def _documents(rows: Iterable[Contest]) -> list[dict[str, Any]]:
    """Three questions, whatever their number."""
    contests = list(rows)
    subjects = queries.subjects(contests)
    links: dict[str, list[str]] = {}
    for one in Evidence.objects.filter(
        subject_kind=services.KIND, subject_id__in=[str(c.pk) for c in contests]
    ).order_by("pk"):
        links.setdefault(one.subject_id, []).append(one.locator)
    names = [name for name in ContestOut.model_fields if name not in {"url", "commons", "links"}]
    return [
        {name: getattr(one, name) for name in names}
        | {
            "url": page("contest", one.pk),
            "commons": subjects[one.subject_id].slug if one.subject_id in subjects else None,
            "links": links.get(str(one.pk), []),
        }
        for one in contests
    ]


@router.get(
    "/contests/{id}", url_name="contest", response={200: ContestWholeOut, **REFUSALS}, summary="One contest, whole"
)
def contest(request: HttpRequest, id: Number) -> dict[str, Any]:
    """What was said on both sides, and by those who judge."""
    return _whole(_found(id))


def _found(number: int) -> Contest:
    found = Contest.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("unknown_contest", _("No contest has this number."))
    return found


def _whole(found: Contest) -> dict[str, Any]:
    return _documents([found])[0] | {"opinions": list(found.opinions.order_by("pk"))}


@router.post("/contests", auth=WRITES, response={201: ContestWholeOut, **REFUSED}, summary="Contest what a sheet says")
def open_contest(request: HttpRequest, response: HttpResponse, body: ContestIn) -> Status[dict[str, Any]]:
    """One at a time for each thing and person: a second one answers 409, with the number of the first (`contest`)."""
    subject = _subject(body.kind, body.id)
    choices = [(value, value) for value in CODES.get(body.field, ())] or None
    many = is_many(Commons.objects.get(pk=subject), body.field)
    typed = told(body) | {"links": "\n".join(body.links)}
    form = Contesting(typed, code=body.field, choices=choices, many=many)
    said = checked(form).cleaned_data
    value = {"field": body.field, "proposed": said.get("proposed", "")}
    given = {"subject": (body.kind, subject), "fact": said["fact"], "links": said["links"], **value}
    found = services.open_contest(caller(request), **given, at=timezone.now())
    made(response, document("contest", found.pk))
    return Status(201, _whole(found))


@router.post(
    "/contests/{id}/answer", auth=WRITES, response={200: ContestWholeOut, **REFUSED}, summary="Answer a contest"
)
def answer(request: HttpRequest, id: Number, body: ContestAnswerIn) -> dict[str, Any]:
    """By who speaks for the commons; where nobody does, by an editor. Never by who contests."""
    said = checked(Answering(told(body))).cleaned_data
    return _whole(services.answer_contest(caller(request), _found(id), **said, at=timezone.now()))


@router.post(
    "/contests/{id}/decision", auth=WRITES, response={200: ContestWholeOut, **REFUSED}, summary="Judge a contest"
)
def decision(request: HttpRequest, id: Number, body: DecisionIn) -> dict[str, Any]:
    """An editor outside the dispute gives an opinion; the second who agrees decides, and the sheet changes."""
    said = checked(Judging(told(body))).cleaned_data
    return _whole(services.decide_contest(caller(request), _found(id), **said, at=timezone.now()))


@router.post(
    "/contests/{id}/withdrawal", auth=WRITES, response={200: ContestWholeOut, **REFUSED}, summary="Withdraw a contest"
)
def withdrawal(request: HttpRequest, id: Number) -> dict[str, Any]:
    """By who opened it; it stays readable."""
    return _whole(services.withdraw_contest(caller(request), _found(id), at=timezone.now()))
