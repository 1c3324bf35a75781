"""Meetings and road maps, read-only: what was told of each, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field as F

from communaux.api.bodies import page as address
from communaux.api.problems import OF_A_MEETING, REFUSALS
from communaux.api.strict import strict
from communaux.core.errors import NotFound
from communaux.gatherings.means import mean
from communaux.gatherings.models import Commitment, Edition, FollowUp, Roadmap, RoadmapLink, RoadmapPhase
from communaux.gatherings.queries import commitments, editions, roadmaps, themes

router = Router(tags=["gatherings"])
router.add_decorator(strict)
Slug = Annotated[str, Path(max_length=120, description="Its name in addresses")]


class SayingOut(Schema):
    """One value that is told, and the texts that give it."""

    value: dict[str, str] = F(description="By language")
    note: dict[str, str] = F(description="What the texts add, by language; may be empty")
    sources: list[str] = F(description="Numbers of the transcripts")


class MatterOut(Schema):
    """What claims are about; several sayings: the texts disagree."""

    key: str = F(description="Key of the matter")
    label: dict[str, str] = F(description="Its name, by language")
    sayings: list[SayingOut] = F(description="Each value that is told")


class EditionOut(Schema):
    """A meeting."""

    slug: str = F(description="Its name in addresses")
    name: str = F(description="Its name")
    kind: str = F(description="national, local, online or off")
    ordinal: int | None = F(description="Its number in the series; null: not told")
    starts_on: date = F(description="First day, as precise as `precision` says")
    ends_on: date | None = F(description="Last day; null: not told")
    precision: str = F(description="day, month or year")
    place: str = F(description="Where; may be empty")
    territory: str | None = F(description="kind:code; null: not known")
    fictive: bool = F(description="Made up for a demonstration")
    roadmaps: int = F(description="How many road maps came out of it")
    url: str = F(description="Its page")


class EditionSheet(EditionOut):
    """A meeting, and what is told of it."""

    organisers: list[str] = F(description="As the source names them")
    claims: list[MatterOut] = F(description="What is told; texts that disagree are all there")


class BalanceOut(Schema):
    """What became of the road maps of a meeting, as far as this desk was told."""

    published: int = F(description="Road maps that came out of it")
    adopted: int = F(description="That somebody took up, once or today")
    delivered: int = F(description="That were delivered")
    adapted: int = F(description="That somebody adapted")
    silent: int = F(description="Not over, and nobody told anything for twelve months")
    heard: int = F(description="On how many road maps `months` rests")
    months: float | None = F(description="Median months from publication to the first news; null: unknown")


class CalledOut(Schema):
    """A theme in the words of a meeting."""

    edition: str = F(description="Slug of the meeting")
    label: str = F(description="As its programme has it")
    sessions: int = F(description="How many of its sessions stand in the last version of the programme")


class DomainOut(Schema):
    """A domain of the catalogue, and what meetings call it."""

    theme: str = F(description="Key of the domain")
    name: dict[str, str] = F(description="By language")
    called: list[CalledOut] = F(description="The newest meeting first; may be empty")
    roadmaps: int = F(description="How many road maps are of it")


class PromisesOut(Schema):
    """What became of the commitments made at a meeting, as far as this desk was told."""

    made: int = F(description="Commitments that bodies made there")
    kept: int = F(description="That were kept")
    dropped: int = F(description="That were given up")
    late: int = F(description="Still open after the day that the body gave itself")
    silent: int = F(description="Still open, and nobody told anything for twelve months")
    heard: int = F(description="On how many commitments `months` rests")
    months: float | None = F(description="Median months from the meeting to the first news; null: unknown")


class ScoreboardOut(BalanceOut):
    """What became of the road maps and the commitments of a meeting."""

    commitments: PromisesOut = F(description="What became of the commitments made there")


class MilestoneOut(Schema):
    """Something that is to be there."""

    text: str = F(description="What")
    due_on: date | None = F(description="By when; null: not told")
    done_at: datetime | None = F(description="When somebody said that it is there; null: nobody did")
    done_role: str = F(description="Role of who said it, never a name; may be empty")
    evidence_url: str = F(description="Where it can be seen; may be empty")


class MeanOut(Schema):
    """Who does something in a phase, or what it takes: words of its authors, which nobody named there has confirmed."""

    kind: str = F(description="actor, need, or empty for a line in other words")
    code: str = F(
        description="Of an actor: carry, fund, host, test, train, evaluate; of a need: money, skill, data, place, law, "
        "resource; empty where nothing closer is told"
    )
    text: str = F(description="Who or what")
    amount_cents: int | None = F(description="Euros that a need of money tells, in cents; null: none told")


class LinkOut(Schema):
    """What a road map leads to."""

    rel: str = F(description="reuses, answers, funded_by, decided_in or inspired_by")
    name: str = F(description="Name on this desk, else the address")
    url: str = F(description="Where it leads")


class PhaseOut(Schema):
    """One of three steps."""

    position: int = F(description="1, 2 or 3")
    title: str = F(description="Its title")
    text: str = F(description="What is to be done")
    gate: str = F(description="What must be true before the next one; empty: not told")
    starts_on: date | None = F(description="First day; null: not told")
    ends_on: date | None = F(description="Last day; null: not told")
    milestones: list[MilestoneOut] = F(description="In their order; may be empty")
    means: list[MeanOut] = F(description="Who does what, and what it takes, as its authors wrote it; may be empty")


class RoadmapOut(Schema):
    """A road map as lists show it."""

    slug: str = F(description="Its name in addresses")
    title: str = F(description="Its title")
    lang: str = F(description="Language of its text")
    state: str = F(description="published, adopted, in_progress, delivered, abandoned or dormant")
    edition: str | None = F(description="Slug of the meeting; null: of none")
    axis: str = F(description="Axis of the workshop; may be empty")
    group: int | None = F(description="Number of the group in its axis; null: not told")
    theme: str | None = F(description="Key of its theme; null: none")
    licence: str = F(description="Empty: the source names none")
    carrier: str | None = F(description="Who carries it; null: nobody known")
    adapted_from: str | None = F(description="Slug of what it was adapted from")
    published_at: datetime | None = F(description="When; null: only the year of its meeting is known")
    adopted_at: datetime | None = F(description="When it was taken up; null: never, or not told")
    last_heard_at: datetime | None = F(description="Last answer of a person; null: none known")
    fictive: bool = F(description="Made up for a demonstration")
    url: str = F(description="Its page")


class RoadmapSheet(RoadmapOut):
    """A road map with its three phases and its lineage."""

    summary: str = F(description="May be empty")
    phases: list[PhaseOut] = F(description="Three")
    links: list[LinkOut] = F(description="What it leads to; may be empty")
    adaptations: list[str] = F(description="Slugs of what was adapted from it, all generations")


class RoadmapsOut(Schema):
    """A page of road maps."""

    items: list[RoadmapOut] = F(description="Those of this page")
    total: int = F(description="How many there are")
    page: int = F(description="Number of this page")
    pages: int = F(description="How many pages there are")


class FollowUpOut(Schema):
    """One line of what became of a road map."""

    at: datetime = F(description="When it was told")
    kind: str = F(description="human: a person answered; auto: a sign that the desk saw")
    status: str = F(description="advances, blocked, stopped, delivered or sign")
    role: str = F(description="Role of who answered, never a name; may be empty")
    organisation: str | None = F(description="In the name of which body")
    text: str = F(description="In one line")
    evidence_url: str = F(description="Where it can be seen; may be empty")


class CommitmentOut(Schema):
    """What a body said at a meeting that it will do."""

    id: UUID = F(description="Its number")
    text: str = F(description="In its words")
    lang: str = F(description="Language of its text")
    body: str = F(description="Who commits itself, as it was named; empty: the source does not say")
    organisation: UUID | None = F(description="Number of the body on this desk; null: not known here")
    session: str | None = F(description="Code of the session where it was said; null: not told")
    due_on: date | None = F(description="By when; null: not told")
    state: str = F(description="open, kept or dropped")
    source: str = F(description="Number of the transcript that tells it; may be empty")
    source_url: str = F(description="Where it can be read or heard; may be empty")
    last_heard_at: datetime | None = F(description="Last answer of a person; null: none known")
    follow_ups: list[FollowUpOut] = F(description="What was told of it, the oldest first; a line that is written stays")
    url: str = F(description="Its page")


@router.get("/editions", response={200: list[EditionOut], **REFUSALS}, summary="Meetings, the newest first")
def list_editions(request: HttpRequest) -> list[dict[str, Any]]:
    """Real ones, then those made up for a demonstration."""
    return [_edition(one) for one in editions.listed()]


@router.get(
    "/editions/{slug}", response={200: EditionSheet, **OF_A_MEETING}, summary="A meeting, and what is told of it"
)
def edition(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Texts that disagree are all there."""
    found = editions.get(slug)
    return _edition(found) | {
        "organisers": list(found.organisers.order_by("pk").values_list("name", flat=True)),
        "claims": [asdict(one) for one in editions.matters(found)],
    }


@router.get(
    "/editions/{slug}/scoreboard",
    response={200: ScoreboardOut, **OF_A_MEETING},
    summary="What became of its road maps and commitments",
)
def scoreboard(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Of today, as far as this desk was told."""
    found, day = editions.get(slug), timezone.localdate()
    return asdict(editions.balance(found, day)) | {"commitments": asdict(editions.promised(found, day))}


@router.get(
    "/editions/{slug}/commitments",
    response={200: list[CommitmentOut], **OF_A_MEETING},
    summary="What bodies committed themselves to at a meeting",
)
def list_commitments(request: HttpRequest, slug: Slug) -> list[dict[str, Any]]:
    """The next day first, those without a day at the end, each with what was told of it, the oldest first."""
    return [_commitment(one) for one in commitments.with_ledger(editions.get(slug))]


@router.get("/themes", response={200: list[DomainOut], **REFUSALS}, summary="Themes that meetings share")
def list_themes(request: HttpRequest) -> list[dict[str, Any]]:
    """By domain of the catalogue; themes that no organiser related to a domain are not here."""
    return [_domain(one) for one in themes.across()]


@router.get("/roadmaps", response={200: RoadmapsOut, **REFUSALS}, summary="Road maps, the last heard of first")
def list_roadmaps(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=20, description="published, adopted, in_progress, …")] = "",
    theme: Annotated[str, Query(max_length=40, description="Key of a theme")] = "",
    edition: Annotated[str, Query(max_length=80, description="Slug of a meeting")] = "",
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """A page beyond the last is not found; a state that does not exist is not found either."""
    if state and state not in Roadmap.State.values:
        raise NotFound("unknown_state", _("No road map can be in this state."))
    rows = roadmaps.listed({n: v for n, v in (("state", state), ("theme", theme), ("edition", edition)) if v})
    total = rows.count()
    pages = max(1, -(-total // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    rows = rows.select_related("adapted_from")
    items = [_roadmap(one) for one in rows[(page - 1) * limit : page * limit]]
    return {"items": items, "total": total, "page": page, "pages": pages}


@router.get("/roadmaps/{slug}", response={200: RoadmapSheet, **OF_A_MEETING}, summary="A road map in three phases")
def roadmap(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """What became of it stands at `/roadmaps/{slug}/follow-ups`."""
    return sheet(roadmaps.get(slug))


def sheet(found: Roadmap) -> dict[str, Any]:
    return _roadmap(found) | {
        "summary": found.summary,
        "phases": [_phase(one) for one in roadmaps.phases(found)],
        "links": [{"rel": one.rel, "name": one.linked, "url": _leads_to(one)} for one in roadmaps.links(found)],
        "adaptations": [one.roadmap.slug for one in roadmaps.children(found)],
    }


@router.get(
    "/roadmaps/{slug}/follow-ups",
    response={200: list[FollowUpOut], **OF_A_MEETING},
    summary="What became of a road map",
)
def follow_ups(request: HttpRequest, slug: Slug) -> list[dict[str, Any]]:
    """Oldest first; a line that is written stays."""
    rows: Iterable[FollowUp] = roadmaps.get(slug).follow_ups.select_related("organisation").order_by("at", "pk")
    return [_follow_up(one) for one in rows]


def _edition(one: Edition) -> dict[str, Any]:
    where = one.territory
    count = getattr(one, "n_roadmaps", None)
    return _fields(one, "slug", "name", "kind", "ordinal", "starts_on", "ends_on", "precision", "fictive") | {
        "place": one.place_name,
        "territory": f"{where.kind}:{where.code}" if where else None,
        "roadmaps": one.roadmaps.count() if count is None else count,
        "url": address("gathering", one.slug),
    }


def _domain(one: themes.Domain) -> dict[str, Any]:
    return {
        "theme": one.theme.key,
        "name": {"fr": one.theme.fr, "en": one.theme.en},
        "called": [
            {"edition": said.edition.slug, "label": said.label, "sessions": said.n_sessions} for said in one.called
        ],
        "roadmaps": one.n_roadmaps,
    }


def _roadmap(one: Roadmap) -> dict[str, Any]:
    return _fields(
        one, "slug", "title", "lang", "state", "axis", "licence", "published_at", "adopted_at", "fictive"
    ) | {
        "edition": one.edition.slug if one.edition else None,
        "group": one.number,
        "theme": one.theme_id,
        "carrier": one.carrier_name or None,
        "adapted_from": one.adapted_from.slug if one.adapted_from else None,
        "last_heard_at": one.last_heard,
        "url": address("roadmap", one.slug),
    }


def _phase(one: RoadmapPhase) -> dict[str, Any]:
    aims = [_fields(aim, *MilestoneOut.model_fields) for aim in one.milestones.all()]
    return _fields(one, "position", "title", "text", "gate", "starts_on", "ends_on") | {
        "milestones": aims,
        "means": [asdict(mean(line)) for line in one.means],
    }


def _leads_to(one: RoadmapLink) -> str:
    if one.commons:
        return address("commons", one.commons.slug)
    return address("need", one.need.slug) if one.need else one.url


def _follow_up(one: FollowUp) -> dict[str, Any]:
    told = _fields(one, "at", "kind", "status", "role", "text", "evidence_url")
    return told | {"organisation": one.organisation.name if one.organisation else None}


def _commitment(one: Commitment) -> dict[str, Any]:
    return _fields(one, "id", "text", "lang", "body", "due_on", "state", "source", "source_url") | {
        "organisation": one.carrier_id,
        "session": one.code or None,
        "last_heard_at": one.last_heard,
        "follow_ups": [_follow_up(news) for news in one.follow_ups.all()],
        "url": address("commitment", one.edition.slug, one.pk),
    }


def _fields(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
