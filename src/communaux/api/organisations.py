"""Organisations: find one, declare one; who holds which role on an object, as far as pages tell everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field as F

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, made, page, told
from communaux.api.catalogue.reuses import BodyOut
from communaux.api.problems import Problem
from communaux.api.strict import strict
from communaux.core import lineage
from communaux.core import organisation_queries as queries
from communaux.core import organisations as services
from communaux.core.errors import NotFound
from communaux.core.ids import uuid7
from communaux.core.models import Grant, Organisation
from communaux.territory.forms import Declaration

router = Router(tags=["people"])
router.add_decorator(strict)

Key = Annotated[
    UUID | None,
    Header(
        alias="Idempotency-Key", description="A UUID drawn by the program: the same one sent again makes nothing more"
    ),
]


class BodiesOut(Schema):
    """A page of organisations."""

    items: list[BodyOut] = F(description="By name")
    total: int = F(description="Organisations found")
    page: int = F(description="This page")
    pages: int = F(description="How many there are")


class DeclareIn(Body):
    """A body that the desk does not know yet. Whoever declares it asks to join it; an operator confirms."""

    name: str | None = F(
        None,
        max_length=1000,
        description="Its name; may be left out with the number of a commune or of an intercommunal body",
        examples=["Commune de démonstration"],
    )
    kind: (
        Literal[
            "local_authority", "state_service", "state_operator", "association", "cooperative", "company", "informal"
        ]
        | None
    ) = F(None, description="What it is; may be left out as the name may")
    siret: str | None = F(None, max_length=100, description="SIRET number, 14 digits, or SIREN, 9 digits")
    rna: str | None = F(None, max_length=100, description="RNA number of an association")


class OfficialOut(Schema):
    """What the official codes say of the number."""

    name: str = F(description="Its name there")
    territory_code: str = F(
        description="Code of its territory: INSEE code of a commune, SIREN of an intercommunal body"
    )
    millesime: int = F(description="Year of the codes")
    source: str = F(description="Where it comes from, in words")


class DeclaredOut(BodyOut):
    """The body, and where the words of it come from."""

    siren: str = F(description="Its SIREN number; empty: none is known")
    territory_code: str = F(description="Code of the territory of its seat; empty: unknown")
    official: OfficialOut | None = F(description="null: the official codes do not know this number")
    filled: list[str] = F(description="Fields that were left out and that the official codes filled: name, kind")
    otherwise: list[str] = F(
        description="Sentences: what was sent that the official codes say otherwise; it stays as sent"
    )


class HeldOut(Schema):
    """A role in force on the object that was asked about, or on what stands above it."""

    role: str = F(description="owner, steward, editor, operator, …")
    object_type: str = F(description="instance (the whole desk), theme, commons, organisation")
    object_id: str = F(description="Which one; empty: the only one of its type")
    organisation: BodyOut | None = F(description="The body that holds it; null: a person, whom no public page names")
    starts_on: date = F(description="First day")
    ends_on: date | None = F(description="Last day; null: none is set")


@router.get("/organisations", response={200: BodiesOut, 404: Problem, 422: Problem}, summary="Find an organisation")
def organisations(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=250, description="Words of its name, or the beginning of its number")] = "",
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """The public part: name, kind, numbers. A page beyond the last is not found."""
    found = queries.find(q.strip())
    total = found.count()
    pages = max(1, -(-total // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    return {"items": list(found[(page - 1) * limit : page * limit]), "total": total, "page": page, "pages": pages}


@router.post(
    "/organisations",
    auth=WRITES,
    response={200: DeclaredOut, 201: DeclaredOut, **REFUSED},
    summary="Declare an organisation",
)
def declare(request: HttpRequest, response: HttpResponse, body: DeclareIn, key: Key = None) -> Status[dict[str, Any]]:
    """One that is known already, by its number or by the key, is answered with 200 in place of 201, as the desk has it."""
    form = checked(Declaration(told(body) | {"key": key or uuid7()}))
    known = queries.declared(**form.facts())
    found = known or services.declare(caller(request), at=timezone.now(), **form.facts())
    made(response, page("organisation", found.pk))
    return Status(200 if known else 201, _declared(found, form, new=not known))


def _declared(found: Organisation, form: Declaration, *, new: bool) -> dict[str, Any]:
    names = ("id", "name", "kind", "siren", "siret", "rna", "territory_code")
    document = {name: getattr(found, name) for name in names}
    if form.official is None:
        return document | {"official": None, "filled": [], "otherwise": []}
    one = form.official
    said = {"name": one.name, "territory_code": one.code, "millesime": one.millesime, "source": one.source}
    return document | {
        "official": said,
        "filled": list(form.taken) if new else [],
        "otherwise": form.said_otherwise() if new else [],
    }


@router.get("/grants", response={200: list[HeldOut], 422: Problem}, summary="Which roles are held on an object")
def grants(
    request: HttpRequest,
    kind: Annotated[
        Literal["instance", "theme", "commons", "organisation"], Query(description="Type of the object")
    ] = "instance",
    id: Annotated[str, Query(max_length=64, description="Which one; empty for the whole desk")] = "",
) -> list[dict[str, Any]]:
    """In force today, nearest object first. Of persons it is told that one holds the role, not who."""
    above = lineage.above((kind, "" if kind == "instance" else id))
    rows = Grant.objects.on(timezone.localdate()).filter(lineage.on(above)).select_related("organisation")
    places = {place: depth for depth, place in enumerate(above)}
    ordered = sorted(rows, key=lambda one: (places[one.object_type, one.object_id], one.role, one.starts_on, one.pk))
    names = ("role", "object_type", "object_id", "organisation", "starts_on", "ends_on")
    return [{name: getattr(one, name) for name in names} for one in ordered]
