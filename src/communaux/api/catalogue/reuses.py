"""Who uses which commons, and what they learned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.catalogue.commons import following
from communaux.api.problems import Problem
from communaux.api.strict import strict
from communaux.catalogue.models import Experience, Reuse
from communaux.catalogue.queries import reuses as queries

router = Router(tags=["catalogue"])
router.add_decorator(strict)

After = Annotated[int, Query(ge=0, le=2**63 - 1, description="Last id already read")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
Slug = Annotated[str, Query(max_length=120, description="Slug of a commons; empty: all")]


class BodyOut(Schema):
    """A body known to this desk."""

    id: UUID = F(description="Stays the same when the name changes")
    name: str = F(description="Its name")
    kind: str = F(description="state_service, local_authority, association, …")
    siret: str | None = F(description="Its SIRET number; null: none is known")
    rna: str | None = F(description="Its RNA number; null: none is known")


class ReuseOut(Schema):
    """A body uses, deploys, contributes to or hosts a commons."""

    id: int = F(description="Its number; grows with time")
    url: str = F(description="Address of its page, with its public history")
    commons: str = F(description="Slug of the commons")
    organisation: BodyOut = F(description="Who uses it")
    kind: Literal["uses", "deploys", "contributes", "hosts"] = F(description="What the body does with it")
    use_case: str = F(description="What for, in its own words")
    since: date | None = F(description="Since when, as precisely as `since_precision` says; null: unknown")
    since_precision: str = F(description="day, month or year")
    until: date | None = F(description="Last day; null: it has not ended")
    state: Literal["declared", "confirmed", "stale", "ended"] = F(
        description="declared: by one person; confirmed: by another of the body too; stale: not for twelve months"
    )
    confirmed_at: datetime | None = F(description="Last confirmation; null: never")
    confirm_by: date | None = F(description="Last day that the confirmation holds; null: never confirmed")
    end_cause: str = F(description="Why it ended: need_gone, replaced, cost, …; empty: it has not")
    source: str = F(description="Where an editor read it; empty: the body said so itself")


class ReusesOut(Schema):
    """A part of the uses, in order of id."""

    items: list[ReuseOut] = F(description="The uses of this part")
    total: int = F(description="Uses in all")
    next: str | None = F(description="Address of the following part; null at the end")


class ExperienceOut(Schema):
    """What a body tells of its use, under a licence of its own."""

    id: int = F(description="Its number; grows with time")
    reuse: int = F(description="Number of the use, as in `/reuses`")
    commons: str = F(description="Slug of the commons")
    organisation: BodyOut = F(description="Who tells")
    context: str = F(description="Markdown: who they are, what they needed")
    went_well: str = F(description="Markdown; may be empty")
    went_wrong: str = F(description="Markdown; may be empty")
    advice: str = F(description="Markdown; may be empty")
    again: Literal["yes", "no", "on_condition"] = F(description="Whether they would do it again")
    effort_days: int | None = F(description="Days of work; null: unknown")
    cost_cents: int | None = F(description="Money spent, in cents of euros; null: unknown")
    cost_scope: str = F(description="What the amount covers: once, yearly or total; empty: no amount")
    lang: str = F(description="Language of the text")
    licence: str = F(description="Licence of the text")
    published_at: datetime = F(description="When it was first published")
    edited_at: datetime | None = F(description="Last correction; null: none")


class ExperiencesOut(Schema):
    """A part of what is told, in order of id."""

    items: list[ExperienceOut] = F(description="What is told in this part")
    total: int = F(description="Experiences in all")
    next: str | None = F(description="Address of the following part; null at the end")


@router.get("/reuses", response={200: ReusesOut, 422: Problem}, summary="Who uses which commons")
def reuses(
    request: HttpRequest,
    commons: Slug = "",
    organisation: Annotated[UUID | None, Query(description="Id of a body; none: all")] = None,
    after: After = 0,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Ended uses are told too, with their dates. Keyset paging: `after` is the last id already read."""
    found = queries.listed(commons, organisation)
    rows = list(found.filter(pk__gt=after)[: limit + 1])
    return _page(request, [reuse_document(row) for row in rows[:limit]], found.count(), len(rows) > limit)


@router.get("/experiences", response={200: ExperiencesOut, 422: Problem}, summary="What bodies learned from their uses")
def experiences(request: HttpRequest, commons: Slug = "", after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Withdrawn texts are not told. Keyset paging: `after` is the last id already read."""
    found = queries.experiences(commons)
    rows = list(found.filter(pk__gt=after)[: limit + 1])
    return _page(request, [experience_document(row) for row in rows[:limit]], found.count(), len(rows) > limit)


def _page(request: HttpRequest, items: list[dict[str, Any]], total: int, more: bool) -> dict[str, Any]:
    return {"items": items, "total": total, "next": following(request, items[-1]["id"]) if more else None}


def reuse_document(row: Reuse) -> dict[str, Any]:
    names = [name for name in ReuseOut.model_fields if name not in {"url", "commons", "confirmed_at"}]
    told = {name: getattr(row, name) for name in names}
    url = f"{settings.DESK_URL}/usages/{row.pk}/"
    return told | {"url": url, "commons": row.commons.slug, "confirmed_at": row.last_confirmed_at}


def experience_document(row: Experience) -> dict[str, Any]:
    names = [name for name in ExperienceOut.model_fields if name not in {"reuse", "commons", "organisation"}]
    told = {name: getattr(row, name) for name in names}
    use = row.reuse
    return told | {"reuse": use.pk, "commons": use.commons.slug, "organisation": use.organisation}
