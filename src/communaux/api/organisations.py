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
from communaux.core.forms import Declaration
from communaux.core.ids import uuid7
from communaux.core.models import Grant, Organisation

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

    name: str = F(max_length=1000, description="Its name", examples=["Commune de démonstration"])
    kind: Literal[
        "local_authority", "state_service", "state_operator", "association", "cooperative", "company", "informal"
    ] = F(description="What it is")
    siret: str | None = F(None, max_length=100, description="SIRET number, 14 digits")
    rna: str | None = F(None, max_length=100, description="RNA number of an association")


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
    "/organisations", auth=WRITES, response={200: BodyOut, 201: BodyOut, **REFUSED}, summary="Declare an organisation"
)
def declare(request: HttpRequest, response: HttpResponse, body: DeclareIn, key: Key = None) -> Status[Organisation]:
    """One that is known already, by its number or by the key, is answered with 200 in place of 201."""
    form = checked(Declaration(told(body) | {"key": key or uuid7()}))
    facts = form.facts()
    known = Organisation.objects.filter(pk=facts["key"]).first() or queries.with_number(facts["siret"], facts["rna"])
    found = known or services.declare(caller(request), at=timezone.now(), **facts)
    made(response, page("organisation", found.pk))
    return Status(200 if known else 201, found)


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
