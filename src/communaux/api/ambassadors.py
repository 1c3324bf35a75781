"""Ambassadors, read-only: who helps others where, and the page where one writes to them. No address of mail is given."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.bodies import page as address
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.catalogue.queries import ambassadors
from communaux.core.errors import NotFound
from communaux.territory.models import Territory
from communaux.territory.queries import ambassadors as listing
from communaux.territory.queries import around

router = Router(tags=["territory"])
router.add_decorator(strict)


class CoveredOut(Schema):
    """A territory that an ambassador covers."""

    kind: str = F(description="ue, pays, region, departement, epci, ept, commune or quartier")
    code: str = F(description="INSEE code, or SIREN of an intercommunal body")
    name: str = F(description="Its name")


class AmbassadorOut(Schema):
    """A person who agreed to be shown."""

    id: int = F(description="Its number on this desk")
    name: str = F(description="As the person wants to be called")
    territories: list[CoveredOut] = F(description="Where the person helps")
    languages: list[str] = F(description="Languages of the answers: fr, en, de…; empty: not said")
    note: str = F(description="What the person can help with, in their words; may be empty")
    commons: list[str] = F(description="Slugs of the commons that the person speaks of")
    since: date = F(description="First day")
    write: str = F(description="Page where one writes to the person; no address is shown")


class AmbassadorsOut(Schema):
    """A page of ambassadors, by name."""

    items: list[AmbassadorOut] = F(description="Those of this page")
    total: int = F(description="How many there are")
    page: int = F(description="Number of this page")
    pages: int = F(description="How many pages there are")


@router.get("/ambassadors", response={200: AmbassadorsOut, **REFUSALS}, summary="Who helps others find and use commons")
def list_ambassadors(
    request: HttpRequest,
    territory: Annotated[
        str, Query(max_length=40, description="kind:code; of it, of what holds it and lies in it")
    ] = "",
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """Those of today. A page beyond the last is not found."""
    day = timezone.localdate()
    found = listing.listed(_territory(territory), day)
    total = found.count()
    pages = max(1, -(-total // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    cards = ambassadors.cards(list(found[(page - 1) * limit : page * limit]), day)
    return {"items": [told(card) for card in cards], "total": total, "page": page, "pages": pages}


def _territory(typed: str) -> Territory | None:
    if not typed:
        return None
    kind, colon, code = typed.partition(":")
    if not colon:
        raise NotFound("bad_territory", _("A territory is asked for as kind:code, for example commune:33063."))
    return around.get(kind, code)


def told(card: ambassadors.Card) -> dict[str, Any]:
    one = card.ambassador
    return {
        "id": one.pk,
        "name": str(one.person),
        "territories": [{"kind": place.kind, "code": place.code, "name": place.name} for place in card.territories],
        "languages": one.languages,
        "note": one.note,
        "commons": [commons.slug for commons in card.commons],
        "since": one.since,
        "write": address("write_to_ambassador", one.pk),
    }
