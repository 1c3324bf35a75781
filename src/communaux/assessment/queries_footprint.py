"""Reads: services of a commons, what was measured of them, results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Final
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from communaux.assessment.measured import question
from communaux.assessment.models import CheckRun, DigitalService, EnergyHour, FootprintResult, Measurement, ServiceAudit
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import commons as commons_queries
from communaux.core.errors import NotFound
from communaux.core.models import Progress
from communaux.engines.footprint.readings import Service as Processes

SHOWN: Final = 50


def services_of(commons: Commons) -> QuerySet[DigitalService]:
    """Those that stand, by name; each with the day of its last result."""
    own = Q(commons=commons) | Q(commons__merged_into=commons)
    rows = DigitalService.objects.filter(own, withdrawn_at=None).select_related("commons")
    counts = Q(results__measurement__withdrawn_at=None)
    return rows.annotate(last_at=Max("results__created_at", filter=counts)).order_by("name", "slug")


def last_results(services: list[DigitalService]) -> dict[UUID, FootprintResult]:
    """Of each service its newest result, in one question."""
    newest = [one.last_at for one in services if one.last_at]  # type: ignore[attr-defined]  # annotated above
    rows = FootprintResult.objects.filter(service__in=services, created_at__in=newest, measurement__withdrawn_at=None)
    rows = rows.order_by("created_at", "pk")
    return {one.service_id: one for one in rows.select_related("service__commons")}


def service_at(slug: str, name: str) -> DigitalService:
    """By the addresses of its commons and its own. Of a merged commons services have moved along, but for one whose address the
    kept commons had already: that one stays at its old address for ever. Raise NotFound, Gone."""
    commons = commons_queries.by_slug(slug)
    rows = DigitalService.objects.filter(slug=name).select_related("commons__merged_into")
    places = [one for one in (commons, commons.merged_into) if one]
    found = next((row for one in places if (row := rows.filter(commons=one).first())), None)
    if found is None:
        raise NotFound("unknown_service", _("This commons has no service of this name."))
    return found


def service_numbered(pk: UUID) -> DigitalService:
    """Of a commons that anybody may read."""
    shown = Q(commons__state="published") | Q(commons__merged_into__state="published")
    found = DigitalService.objects.filter(shown, pk=pk).select_related("commons").first()
    if found is None:
        raise NotFound("unknown_service", _("No service has this number."))
    return found


def measurements_of(service: DigitalService) -> QuerySet[Measurement]:
    return service.measurements.select_related("service__commons").order_by("-to_at", "-created_at")


def measurements_that_count(service: DigitalService) -> QuerySet[Measurement]:
    """Without those that were withdrawn."""
    return measurements_of(service).filter(withdrawn_at=None)


def measurement_at(service: DigitalService, pk: UUID) -> Measurement:
    found = measurements_of(service).filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown_measurement", _("Nothing that was measured has this number."))
    return found


def brought_already(service: DigitalService, sha256: str, processes: Processes) -> Measurement | None:
    """The same file, asked the same."""
    return measurements_that_count(service).filter(sha256=sha256, asked_key=question(processes)[1]).first()


def results_of(service: DigitalService) -> QuerySet[FootprintResult]:
    """Newest first."""
    return service.results.select_related("service__commons", "measurement").order_by("-created_at", "-pk")


def results_that_count(service: DigitalService) -> QuerySet[FootprintResult]:
    """Without those of what was withdrawn."""
    return results_of(service).filter(measurement__withdrawn_at=None)


def result_at(service: DigitalService, pk: UUID) -> FootprintResult:
    rows = results_of(service).select_related("factor_set", "replaces__service__commons")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown_result", _("No result has this number."))
    return found


def replacing(one: FootprintResult) -> FootprintResult | None:
    """The newest result that was computed in its place."""
    return one.replaced_by.select_related("service__commons").order_by("-created_at").first()


@dataclass(frozen=True, slots=True)
class Month:
    """kWh of the machine, and seconds that were measured (UTC)."""

    month: datetime
    kwh: float
    seconds: float


def by_month(service: DigitalService) -> list[Month]:
    """In order; a month in which nothing was measured is not there. An hour that two files tell is counted once: by the one that
    measured more of it, then by the newer."""
    rows = EnergyHour.objects.filter(measurement__service=service, measurement__withdrawn_at=None).order_by(
        "seconds_covered", "measurement__created_at"
    )
    hours = {hour: (kwh, seconds) for hour, kwh, seconds in rows.values_list("hour", "host_kwh", "seconds_covered")}
    found: dict[datetime, list[tuple[float, float]]] = {}
    for hour in sorted(hours):
        found.setdefault(hour.replace(day=1, hour=0), []).append(hours[hour])
    return [Month(month, fsum(one[0] for one in told), fsum(one[1] for one in told)) for month, told in found.items()]


def audits_of(service: DigitalService) -> QuerySet[ServiceAudit]:
    """Newest first."""
    return (
        ServiceAudit.objects.filter(service=service).select_related("service__commons").order_by("-started_at", "-pk")
    )


def audit_at(service: DigitalService, pk: UUID) -> ServiceAudit:
    found = audits_of(service).filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown_audit", _("No audit has this number."))
    return found


def checks_of(audit: ServiceAudit) -> QuerySet[CheckRun]:
    """By check, then by target."""
    return CheckRun.objects.filter(audit=audit).order_by("check_id", "target")


def checks_kind(audit: ServiceAudit) -> str:
    """Under which the reading of its pages is found among tasks."""
    return f"checks:{audit.pk}"


def checking(audit: ServiceAudit) -> Progress | None:
    """The reading of its pages that goes on."""
    return Progress.objects.filter(kind=checks_kind(audit), ended_at=None).first()


def audit_numbered(pk: UUID) -> ServiceAudit:
    """Of a commons that anybody may read."""
    shown = Q(service__commons__state="published") | Q(service__commons__merged_into__state="published")
    found = ServiceAudit.objects.filter(shown, pk=pk).select_related("service__commons").first()
    if found is None:
        raise NotFound("unknown_audit", _("No audit has this number."))
    return found


def declaration_of(service: DigitalService) -> ServiceAudit:
    """The audit that was published last, even where it is too old by now."""
    found = audits_of(service).exclude(published_at=None).order_by("-published_at").first()
    if found is None:
        raise NotFound("no_declaration", _("No audit of this service has been published."))
    return found


def declared_after(row: ServiceAudit) -> ServiceAudit | None:
    """The newest audit of its service that was published later."""
    rows = ServiceAudit.objects.filter(service=row.service_id, published_at__gt=row.published_at)
    return rows.select_related("service__commons").order_by("-published_at").first()
