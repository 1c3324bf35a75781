"""Places by official code, read-only: find one, read it, turn what people typed into one without guessing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field as F

from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.core.errors import NotFound
from communaux.territory.models import Territory
from communaux.territory.queries import around, resolving

router = Router(tags=["territory"])
router.add_decorator(strict)
Kind = Literal["", "ue", "pays", "region", "departement", "epci", "ept", "commune", "quartier"]
KIND = "Kind of territory; the same code may be that of a region and of a département"


class TerritoryOut(Schema):
    """A place that has an official code."""

    kind: str = F(description="ue, pays, region, departement, epci, ept, commune or quartier")
    code: str = F(description="INSEE code, or SIREN of an intercommunal body: text, zeros included")
    name: str = F(description="Its name; several places may have it")
    url: str = F(description="Address of its page")
    population: int | None = F(description="Legal population; null: unknown, or not told for this kind")
    millesime: int = F(description="Year of the last official codes it stands in")
    valid_to: date | None = F(description="Last day, for a place that was merged; null: it stands")
    zone: str = F(description="metro, drom, com, or empty")
    subtype: str = F(description="Of an intercommunal body: CC, CA, CU, METRO or MET69")
    lat: float | None = F(description="Latitude (WGS 84); null: unknown")
    lon: float | None = F(description="Longitude (WGS 84); null: unknown")


class AboveOut(TerritoryOut):
    """What holds a place."""

    depth: int = F(description="How many containments away, by the shortest way")


class TerritorySheetOut(TerritoryOut):
    """A place with all that holds it."""

    postal_codes: list[str] = F(description="Postal codes that serve it")
    above: list[AboveOut] = F(description="What holds it, the nearest first")
    counts: dict[str, int] = F(description="Measure → how many are inside it; what nobody counted is absent")


class ResolutionOut(Schema):
    """What some words or a code may mean."""

    how: str = F(description="code, alias (old or inner code or name), name, postal, or none")
    territory: TerritoryOut | None = F(description="The one place that answers; null when none or several do")
    candidates: list[TerritoryOut] = F(description="Every place that answers, 50 at most")


@router.get("/territories", response={200: list[TerritoryOut], **REFUSALS}, summary="Find places by what is typed")
def territories(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=150, description="Beginning of a name, of an INSEE or a postal code")],
    kind: Annotated[Kind, Query(description=KIND)] = "",
    limit: Annotated[int, Query(ge=1, le=50, description="How many at most")] = 10,
) -> list[dict[str, Any]]:
    """The surest first: whole names, then what begins so; the most populous before."""
    return [document(one) for one in resolving.suggest(q, kind=kind, limit=limit)]


@router.get(
    "/territories/resolve", response={200: ResolutionOut, **REFUSALS}, summary="Turn words or a code into a place"
)
def resolve(
    request: HttpRequest,
    code: Annotated[str, Query(max_length=12, description="INSEE code or SIREN, of today or of yesterday")] = "",
    name: Annotated[str, Query(max_length=150, description="Name, or name (département)")] = "",
    postcode: Annotated[str, Query(max_length=5, description="Postal code")] = "",
    kind: Annotated[Kind, Query(description=KIND)] = "",
) -> dict[str, Any]:
    """A place has to answer to all that is given; nothing answers to nothing. Several answers are all told: nothing is chosen."""
    asked = ((resolving.by_code, code), (resolving.by_name, name), (resolving.by_postal, postcode))
    found = [by(text, kind=kind) for by, text in asked if text] or [resolving.NOTHING]
    common = set.intersection(*({place.pk for place in one.candidates} for one in found))
    candidates = [document(place) for place in found[0].candidates if place.pk in common]
    territory = candidates[0] if len(candidates) == 1 else None
    return {"how": found[0].how if candidates else "none", "territory": territory, "candidates": candidates}


@router.get(
    "/territories/{kind}/{code}",
    url_name="territory",
    response={200: TerritorySheetOut, 308: None, **REFUSALS},
    summary="One place and all that holds it",
)
def territory(
    request: HttpRequest,
    kind: Annotated[str, Path(description=KIND)],
    code: Annotated[str, Path(description="Its code, as text")],
) -> dict[str, Any] | HttpResponse:
    """An old code of one place answers 308; an unknown or a split one 404, with candidates."""
    others = resolving.by_code(code, kind=kind)
    found = resolving.held(kind, code)
    if others.territory and (others.how == "alias" or found is None):
        address = reverse("api:territory", args=[kind, others.territory.code])
        return HttpResponsePermanentRedirect(address, preserve_request=True)
    if found is None:
        near = others.candidates or resolving.nearest_codes(code)
        candidates = [document(one) for one in near]
        raise NotFound("not_found", _("No territory has this code."), candidates=candidates)
    return document(found) | sheet(found)


def document(one: Territory) -> dict[str, Any]:
    names = ("kind", "code", "name", "population", "millesime", "valid_to", "zone", "subtype", "lat", "lon")
    return {name: getattr(one, name) for name in names} | {"url": one.get_absolute_url()}


def sheet(one: Territory) -> dict[str, Any]:
    return {
        "postal_codes": list(one.postal_codes.order_by("code").values_list("code", flat=True)),
        "above": [document(up) | {"depth": depth} for up, depth in around.ancestors(one)],
        "counts": around.counts(one),
    }
