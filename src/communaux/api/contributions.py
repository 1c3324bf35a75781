"""What bodies give and promise, read-only: totals of bodies, never a figure of a person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.bodies import page as address
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.core.errors import NotFound
from communaux.gatherings.models import TimePledge
from communaux.gatherings.queries import contributions

router = Router(tags=["gatherings"])
router.add_decorator(strict)


class CellOut(Schema):
    """What was given of one kind, in one capacity, in one unit."""

    kind: str = F(description="code, doc, facilitation, …")
    legal_frame: str = F(description="agent_on_duty, volunteer, paid, mandate or student")
    unit: str = F(description="day, h, eur_in_kind or item; empty: nobody told how much")
    quantity: float | None = F(description="The sum of those that tell it; null: not told")
    lines: int = F(description="How many contributions")
    without_quantity: int = F(description="How many of them do not tell how much")


class PledgeOut(Schema):
    """Days that a body promises."""

    scope: str = F(description="agent: for each agent; team: for the team as a whole")
    days_per_year: float = F(description="Days a year")
    since: int = F(description="First year")
    ended_on: date | None = F(description="null: it goes on")
    rule_url: str = F(description="Where its rule can be read")


class TotalOut(Schema):
    """A body in a year; only what somebody else of the body confirmed."""

    organisation: UUID = F(description="Its number")
    name: str = F(description="Its name")
    url: str = F(description="Its page")
    given: list[CellOut] = F(description="Empty: nothing is known; that is not zero")
    promised: list[PledgeOut] = F(description="Empty: nothing is known")


class TotalsOut(Schema):
    """A page of bodies, by name."""

    year: int | None = F(description="Of which year; null: nothing is known of any")
    years: list[int] = F(description="Years of which something is known, the newest first")
    items: list[TotalOut] = F(description="Those of this page")
    total: int = F(description="How many bodies there are")
    page: int = F(description="Number of this page")
    pages: int = F(description="How many pages there are")


@router.get("/contributions/totals", response={200: TotalsOut, **REFUSALS}, summary="What bodies gave and promised")
def totals(
    request: HttpRequest,
    year: Annotated[int | None, Query(ge=1000, le=9999, description="Without it, the last one known")] = None,
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """A year of which nothing is known is not found. Days, hours, euros and things are not turned into one another."""
    known = contributions.years(timezone.localdate())
    if year is not None and year not in known:
        raise NotFound("unknown_year", _("Nothing is known of this year."))
    asked = year or (known[0] if known else None)
    found = contributions.totals(asked) if asked else []
    pages = max(1, -(-len(found) // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    items = [_total(one) for one in found[(page - 1) * limit : page * limit]]
    return {"year": asked, "years": known, "items": items, "total": len(found), "page": page, "pages": pages}


def _total(one: contributions.Total) -> dict[str, Any]:
    return {
        "organisation": one.organisation.pk,
        "name": one.organisation.name,
        "url": address("organisation", one.organisation.pk),
        "given": [_cell(cell) for cell in one.cells],
        "promised": [_pledge(pledge) for pledge in one.pledges],
    }


def _cell(one: contributions.Cell) -> dict[str, Any]:
    told = {"kind": one.kind, "legal_frame": one.legal_frame, "unit": one.unit, "quantity": _number(one.quantity)}
    return told | {"lines": one.lines, "without_quantity": one.untold}


def _pledge(one: TimePledge) -> dict[str, Any]:
    told = {"scope": one.scope, "days_per_year": _number(one.days_per_year), "since": one.year}
    return told | {"ended_on": one.ended_on, "rule_url": one.rule_url}


def _number(quantity: Decimal | None) -> float | None:
    return None if quantity is None else float(quantity)
