"""Places where a human helps, read-only: those of a territory or, if it has none, of what holds it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field as F

from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.api.territory import KIND, TerritoryOut, document
from communaux.territory.models import Place
from communaux.territory.queries import around, places

router = Router(tags=["territory"])
router.add_decorator(strict)
Service = Literal[
    "",
    "administrative",
    "everyday",
    "access",
    "equipment",
    "safety",
    "employment",
    "parenting",
    "understanding",
    "creation",
]
AS_KEPT = (
    *("id", "source", "source_id", "name", "siret", "address", "postal", "lat", "lon", "services", "labels", "publics"),
    *("fees", "streams", "steps", "volumes_per_year", "hours", "phone", "updated_on"),
)


class PlaceOut(Schema):
    """A place as a public list tells it. No address of mail is given."""

    id: int = F(description="Its number on this desk")
    source: str = F(description="List that names it, by its key on this desk")
    source_id: str = F(description="Its number in that list")
    name: str = F(description="Its name")
    siret: str = F(description="SIRET number, or empty")
    address: str = F(description="Number and street, or empty")
    postal: str = F(description="Postal code as the list tells it, or empty")
    territory_code: str = F(description="INSEE code of its commune")
    territory_name: str = F(description="Its commune")
    lat: float | None = F(description="Latitude (WGS 84); null: unknown, or not believed")
    lon: float | None = F(description="Longitude (WGS 84); null: unknown, or not believed")
    services: list[str] = F(description="What it offers, by key; empty: the list does not say")
    labels: list[str] = F(description="Labels and programmes, as written")
    publics: list[str] = F(description="Whom it serves in particular: youth, students, families, seniors, women")
    fees: list[str] = F(description="free, conditional, paid")
    streams: list[str] = F(description="Of a refurbisher: kinds of equipment, as written")
    steps: list[str] = F(description="Of a refurbisher: collection, sorting, refurbishing, distribution")
    volumes_per_year: int | None = F(description="Of a refurbisher, as declared; null: unknown")
    hours: str = F(description="Opening hours (OpenStreetMap), as written; empty: unknown")
    phone: str = F(description="Telephone, or empty")
    website: str = F(description="Address of its own site, or empty")
    updated_on: date | None = F(description="Day that the list gives; null: it gives none")


class PlacesOut(Schema):
    """A page of places, and where they were found."""

    scope: TerritoryOut | None = F(
        description="Territory that has them: the one asked, or what holds it; null: none has"
    )
    total: int = F(description="How many places it has")
    places: list[PlaceOut] = F(description="The nearest first where positions are known, else those read lately")


@router.get(
    "/territories/{kind}/{code}/places",
    response={200: PlacesOut, **REFUSALS},
    summary="Places where a human helps, in a territory or near it",
)
def territory_places(
    request: HttpRequest,
    kind: Annotated[str, Path(description=KIND)],
    code: Annotated[str, Path(description="Its code, as text")],
    service: Annotated[Service, Query(description="Only places that offer it")] = "",
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most")] = 20,
    page: Annotated[int, Query(ge=1, le=100_000, description="Which part of the answer")] = 1,
) -> dict[str, Any]:
    """Those inside it; where there are none, those of its intercommunal body, then of its département: `scope` says which."""
    found = places.offering(around.get(kind, code), service, limit=limit, start=(page - 1) * limit)
    if found is None:
        return {"scope": None, "total": 0, "places": []}
    return {"scope": document(found.scope), "total": found.total, "places": [told(one) for one in found.places]}


def told(one: Place) -> dict[str, Any]:
    place = {"territory_code": one.territory.code, "territory_name": one.territory.name, "website": one.url}
    return {name: getattr(one, name) for name in AS_KEPT} | place
