"""Services of a commons, what was measured of them, results: read by anybody, written by who speaks for the commons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from ninja import Path, Router, Schema, Status
from pydantic import Field as F

from communaux.api.assessment import Slug, elsewhere, kept
from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, made, told
from communaux.api.footprints import FootprintOut
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_footprint as services
from communaux.assessment.forms_service import MeasurementForm, ResultForm, ServiceForm
from communaux.assessment.models import DigitalService, FootprintResult, Measurement
from communaux.core.actions import allow

router = Router(tags=["assessment"])
router.add_decorator(strict)
ServiceId = Annotated[UUID, Path(description="Number of a service")]
Kind = Literal["web", "native", "api", "data", "other"]


class ServiceIn(Body):
    """What is declared of a service; all of it is public."""

    name: str = F(max_length=120, description="Its name")
    kind: Kind = F(description="web, native, api, data or other")
    url: str | None = F(None, max_length=500, description="Its address")
    perimeter: str | None = F(None, max_length=1000, description="What is counted")
    excluded: str | None = F(None, max_length=1000, description="What is not")
    host: str | None = F(None, max_length=120, description="Who runs the machines")
    place: str | None = F(None, max_length=120, description="Where they stand")
    pue: float | None = F(None, description="PUE of the data centre, with its source")
    pue_source: str | None = F(None, max_length=500, description="Address where it is declared")


class ServiceOut(Schema):
    """A service as its stewards declare it; empty words and null: not told."""

    id: UUID = F(description="Its number")
    commons: str = F(description="Slug of its commons")
    slug: str = F(description="Its name in addresses")
    name: str = F(description="Its name")
    kind: Kind = F(description="What it is")
    url: str = F(description="Its address")
    perimeter: str = F(description="What is counted")
    excluded: str = F(description="What is not")
    host: str = F(description="Who runs the machines")
    place: str = F(description="Where they stand")
    pue: float | None = F(description="PUE that is declared")
    pue_source: str = F(description="Where")
    created_at: datetime = F(description="When it was declared")
    withdrawn_at: datetime | None = F(description="When it was withdrawn; null: it stands")
    page: str = F(description="Address of its page")


class ServicesOut(Schema):
    """Services of a commons that stand, by name."""

    items: list[ServiceOut] = F(description="At most fifty")
    total: int = F(description="How many there are")


class MeasurementIn(Body):
    """A file of measures as text; nothing of it is kept but energy by the hour."""

    content: str = F(max_length=900_000, description="Scaphandre (JSON, text), answer of Prometheus, or codecarbon")
    exe: str | None = F(None, max_length=200, description="Regular expression: programs of the service")
    cmdline: str | None = F(None, max_length=200, description="… or their command lines")
    container: str | None = F(None, max_length=200, description="… or containers, compose services, pods")


class MeasurementOut(Schema):
    """What was understood of it."""

    id: UUID = F(description="Its number")
    service: UUID = F(description="Number of the service")
    kind: str = F(description="scaphandre, prometheus or codecarbon")
    sha256: str = F(description="Hash of the file")
    from_at: datetime = F(description="First reading")
    to_at: datetime = F(description="Last reading")
    points: int = F(description="Readings that were taken")
    kwh: float = F(description="Electricity of the machine")
    coverage: float | None = F(description="Part of the time that was measured; null: the file does not tell")
    perimeter: str = F(description="psys, pkg_dram or unknown")
    share: float | None = F(description="Part of the service; null: no process was asked for")
    share_low: float | None = F(description="Its lower bound")
    share_high: float | None = F(description="Its upper bound")
    tier: Literal["measured", "modelled"] = F(description="How it was had")
    warnings: dict[str, int] = F(description="What was left out or looks wrong, and how often")


class ResultIn(Body):
    """What is declared; left out: what is usual, with its bounds."""

    zone: Literal["FR", "EU", "US", "CN", "WORLD"] = F("FR", description="Whose electricity")
    pue: float | None = F(None, description="PUE of the data centre, as the service declares it with its source")
    wall: float | None = F(None, description="Power at the plug over that of the sensor")
    grid: float | None = F(None, description="Another intensity, g/kWh, with its source")
    grid_source: str | None = F(None, max_length=200, description="Where it is from")
    hourly: str | None = F(None, max_length=900_000, description="The same hour by hour: CSV of timestamp,g_per_kwh")
    hourly_method: Literal["lca", "direct"] | None = F(None, description="What it counts: the whole life, or burning")
    hourly_source: str | None = F(None, max_length=300, description="Where it is from")
    share: float | None = F(None, description="Part of the service, where no process tells")
    embodied: float | None = F(None, description="kg of CO2 equivalent to make the machine, with its source")
    life: float | None = F(None, description="Years that it serves")
    machine_source: str | None = F(None, max_length=200, description="Where the kilograms are from")
    count: float | None = F(None, description="How much work was done, for the intensity by unit (SCI)")
    unit: Literal["request", "user", "active_account", "gb", "hour", "session"] = F(
        "request", description="Of this work"
    )


class ResultOut(Schema):
    """A result; it never changes."""

    id: UUID = F(description="Its number")
    service: UUID = F(description="Number of the service")
    measurement: UUID = F(description="What it was computed from")
    replaces: UUID | None = F(description="The result whose place it takes; null: none")
    created_at: datetime = F(description="When it was computed")
    engine_version: str = F(description="Version of the method")
    footprint: FootprintOut = F(description="All of it")


class ResultsOut(Schema):
    """Results of a service, newest first."""

    items: list[ResultOut] = F(description="At most fifty")
    total: int = F(description="How many there are")


def service_document(row: DigitalService) -> dict[str, Any]:
    names = (*ServiceIn.model_fields, "slug", "created_at", "withdrawn_at")
    address = row.get_absolute_url()
    return {name: getattr(row, name) for name in names} | {"id": row.pk, "commons": row.commons.slug, "page": address}


def measurement_document(row: Measurement) -> dict[str, Any]:
    names = [name for name in MeasurementOut.model_fields if name not in ("id", "service")]
    return {name: getattr(row, name) for name in names} | {"id": row.pk, "service": row.service_id}


def result_document(row: FootprintResult) -> dict[str, Any]:
    told = {"id": row.pk, "service": row.service_id, "measurement": row.measurement_id, "replaces": row.replaces_id}
    return told | {"created_at": row.created_at, "engine_version": row.engine_version, "footprint": row.document}


@router.get(
    "/commons/{slug}/services",
    url_name="services",
    response={200: ServicesOut, 308: None, **REFUSALS},
    summary="Digital services of one commons",
)
def of_commons(request: HttpRequest, slug: Slug) -> dict[str, Any] | HttpResponse:
    """Empty where nobody has declared any: its footprint is unknown."""
    found = kept(slug)
    if found.slug != slug:
        return elsewhere("services", found)
    rows = list(queries.services_of(found))
    return {"items": [service_document(one) for one in rows[: queries.SHOWN]], "total": len(rows)}


@router.post(
    "/commons/{slug}/services",
    auth=WRITES,
    response={201: ServiceOut, **REFUSED},
    summary="Declare a digital service",
)
def register(request: HttpRequest, response: HttpResponse, slug: Slug, body: ServiceIn) -> Status[dict[str, Any]]:
    """By a steward or an editor of the commons."""
    by, found = caller(request), kept(slug)
    allow("assessment.register_service", by, found)
    form = checked(ServiceForm(told(body)))
    row = services.register_service(by, found, told=form.told, at=timezone.now())
    made(response, reverse("api:service", args=[row.pk]))
    return Status(201, service_document(row))


@router.get(
    "/services/{service}", url_name="service", response={200: ServiceOut, **REFUSALS}, summary="One digital service"
)
def one(request: HttpRequest, service: ServiceId) -> dict[str, Any]:
    """A withdrawn one too."""
    return service_document(queries.service_numbered(service))


@router.post(
    "/services/{service}/measurements",
    auth=WRITES,
    response={201: MeasurementOut, **REFUSED},
    summary="Bring in what was measured of a service",
)
def bring(request: HttpRequest, service: ServiceId, body: MeasurementIn) -> Status[dict[str, Any]]:
    """By a steward or an editor; 409 for the same file with the same question."""
    by, found = caller(request), queries.service_numbered(service)
    allow("assessment.import_measurement", by, found)
    form = checked(MeasurementForm(told(body, "content"), _file("file", body.content)))
    row = services.import_measurement(by, found, brought=form.brought, at=timezone.now())
    return Status(201, measurement_document(row))


def _file(name: str, content: str) -> MultiValueDict[str, UploadedFile[Any]]:
    """As a form has it."""
    return MultiValueDict({name: [SimpleUploadedFile(name, content.encode())]})


@router.get(
    "/services/{service}/results",
    url_name="service_results",
    response={200: ResultsOut, **REFUSALS},
    summary="Results of one service",
)
def results(request: HttpRequest, service: ServiceId) -> dict[str, Any]:
    """Newest first; none is ever changed."""
    rows = queries.results_that_count(queries.service_numbered(service))
    return {"items": [result_document(row) for row in rows[: queries.SHOWN]], "total": rows.count()}


@router.post(
    "/services/{service}/measurements/{measurement}/results",
    auth=WRITES,
    response={201: ResultOut, **REFUSED},
    summary="Compute the footprint of what was measured",
)
def compute(
    request: HttpRequest,
    response: HttpResponse,
    service: ServiceId,
    measurement: Annotated[UUID, Path(description="Number of what was measured")],
    body: ResultIn,
) -> Status[dict[str, Any]]:
    """By a steward or an editor, with the numbers of today."""
    by, found = caller(request), queries.measurement_at(queries.service_numbered(service), measurement)
    allow("assessment.compute_footprint", by, found)
    files = _file("hourly", body.hourly) if body.hourly is not None else None
    form = checked(ResultForm(told(body, "hourly"), files, measurement=found))
    row = services.compute_footprint(by, found, given=form.given, hours=form.hours, at=timezone.now())
    made(response, reverse("api:service_results", args=[row.service_id]))
    return Status(201, result_document(row))
