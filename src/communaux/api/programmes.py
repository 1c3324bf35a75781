"""Published programmes of meetings, read-only: sessions, where and when, what needs were said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field as F

from communaux.api.bodies import page as address
from communaux.api.problems import OF_A_MEETING
from communaux.api.strict import strict
from communaux.engines.programme.names import named
from communaux.gatherings.models import Edition
from communaux.gatherings.queries import contributions, editions, names, programmes

router = Router(tags=["gatherings"])
router.add_decorator(strict)
Code = Annotated[str, Path(max_length=6, description="Code of the session")]
Slug = Annotated[str, Path(max_length=120, description="Name of the meeting in addresses")]


class SessionOut(Schema):
    """A session of a published programme."""

    guid: UUID = F(description="The same in every file")
    code: str = F(description="Six letters and digits")
    title: str = F(description="Its title")
    kind: str = F(description="workshop, plenary, … or the word of another system; may be empty")
    theme: str = F(description="Theme of the meeting; may be empty")
    state: str = F(description="accepted, confirmed, held or cancelled")
    summary: str = F(description="May be empty")
    minutes: int = F(description="How long it lasts")
    language: str = F(description="May be empty: not told")
    needs: list[str] = F(description="step_free, hearing_loop, sign_language, captions")
    roles: list[str] = F(
        description="Who speaks or leads: by role, after a name where it was agreed to or is of a public office"
    )
    room: str | None = F(description="null: in no room")
    starts_at: datetime = F(description="With the offset of the place")
    ends_at: datetime = F(description="With the offset of the place")
    url: str = F(description="Its page")


class VersionOut(Schema):
    """A version of a programme."""

    number: str = F(description="1.0, 1.1, …")
    published_at: datetime = F(description="When; a version never changes")
    note: str = F(description="What is new; may be empty")


class ProgrammeOut(VersionOut):
    """A programme as it was published."""

    timezone: str = F(description="Of the meeting, IANA")
    sessions: list[SessionOut] = F(description="By time")


class FigureOut(Schema):
    """A figure of a report."""

    label: str = F(description="What it counts")
    value: str = F(description="As it was told")
    source: str = F(description="Who says so")


class ReportOut(Schema):
    """What a session taught, in its last writing."""

    number: int = F(description="Of the writing, from one")
    written_at: datetime = F(description="When")
    lang: str = F(description="Language of its text")
    licence: str = F(description="SPDX")
    text: str = F(description="What was said")
    learnings: list[str] = F(description="A sentence each")
    biases: list[str] = F(description="What was seen from one side only, a sentence each")
    figures: list[FigureOut] = F(description="Each with its source")
    doi: str = F(description="Where an archive keeps it; may be empty")
    credit: dict[str, int] = F(
        description="Contributions to the session that bodies confirmed, by role of CRediT (ANSI/NISO Z39.104); no names"
    )
    url: str = F(description="Its page")


@router.get(
    "/editions/{slug}/versions", response={200: list[VersionOut], **OF_A_MEETING}, summary="Versions of its programme"
)
def versions(request: HttpRequest, slug: Slug) -> list[dict[str, Any]]:
    """The newest first; empty where nothing is published."""
    return [_version(one) for one in programmes.versions(editions.get(slug))]


@router.get(
    "/editions/{slug}/sessions",
    response={200: list[SessionOut], **OF_A_MEETING},
    summary="Sessions of the last version",
)
def sessions(request: HttpRequest, response: HttpResponse, slug: Slug) -> list[dict[str, Any]]:
    """By time, cancelled ones too; not found where nothing is published."""
    found = editions.get(slug)
    return _sessions(found, programmes.published(found), response)


@router.get(
    "/editions/{slug}/programme/{version}",
    response={200: ProgrammeOut, **OF_A_MEETING},
    summary="A version of its programme",
)
def programme(
    request: HttpRequest,
    response: HttpResponse,
    slug: Slug,
    version: Annotated[str, Path(max_length=12, description="1.0, 1.1, …")],
) -> dict[str, Any]:
    """As it was published; names are those of now."""
    found = editions.get(slug)
    told = programmes.published(found, version)
    return _version(told) | {
        "timezone": told.programme.edition.timezone,
        "sessions": _sessions(found, told, response),
    }


def _version(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("number", "published_at", "note")}


def _sessions(edition: Edition, told: programmes.Published, response: HttpResponse) -> list[dict[str, Any]]:
    laid = names.of_edition(edition)
    if laid:
        response["Cache-Control"] = "no-cache"  # a name that is taken back is in no cache
    by_guid, zone = named(told.programme, laid).by_guid, told.programme.edition.zone
    facts = ("guid", "code", "title", "kind", "theme", "state", "summary", "minutes", "language")
    return [
        {name: getattr(one, name) for name in facts}
        | {
            "needs": sorted(one.needs),
            "roles": [role.words or role.kind for role in one.roles],
            "room": slot.room,
            "starts_at": slot.start.astimezone(zone),
            "ends_at": slot.end.astimezone(zone),
            "url": address("session", edition.slug, one.code),
        }
        for slot in told.programme.slots
        if (one := by_guid[slot.session])
    ]


@router.get(
    "/editions/{slug}/sessions/{code}/report",
    response={200: ReportOut, **OF_A_MEETING},
    summary="What a session taught",
)
def report(request: HttpRequest, slug: Slug, code: Code) -> dict[str, Any]:
    """The last writing; earlier ones are on its page."""
    found = programmes.report(editions.get(slug), code)
    told = {name: getattr(found, name) for name in ReportOut.model_fields if name not in ("url", "credit")}
    url = address("session_report", slug, found.code)
    return told | {"credit": contributions.credit_of(found.session), "url": url}
