"""Writes on services: declare one, correct it, withdraw it; bring in what was measured; compute, anew with other factors."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communaux.assessment.factors_kept import hourly_of, today, with_hours
from communaux.assessment.measured import Brought, Given, Hours, Told, computed, mark_of_service, question, told_of
from communaux.assessment.models import DigitalService, EnergyHour, FootprintResult, Measurement
from communaux.catalogue.models import Commons
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.engines.footprint import telling

ENGINE: Final = "1"  # of the computation of servers; another one makes other results
RESERVED: Final = frozenset(("nouveau",))


@action("assessment.register_service")
def register_service(by: Person, commons: Commons, *, told: Told, at: datetime) -> DigitalService:
    """Its address is made of its name; a second of the same name gets a number."""
    taken = set(DigitalService.objects.filter(commons=commons).values_list("slug", flat=True)) | RESERVED
    plain = slugify(told.name)[:70] or "service"
    slug = next(one for one in (plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
    try:
        with transaction.atomic():
            return DigitalService.objects.create(commons=commons, slug=slug, created_at=at, **asdict(told))
    except IntegrityError as error:
        raise Conflict("changed_meanwhile", _("Somebody declared this service meanwhile. Look at the list.")) from error


@action("assessment.edit_service")
def edit_service(by: Person, service: DigitalService, *, told: Told, seen: str, at: datetime) -> DigitalService:
    """Its address stays. Results that were computed stay as they are. Raise Conflict where somebody else changed it meanwhile."""
    held = _held(service)
    if mark_of_service(told_of(held)) != seen:
        raise Conflict("changed_meanwhile", _("Somebody changed this meanwhile. Read what it says now and send again."))
    for name, value in asdict(told).items():
        setattr(held, name, value)
    held.save()
    return held


@action("assessment.withdraw_service")
def withdraw_service(by: Person, service: DigitalService, *, at: datetime) -> DigitalService:
    """It leaves the lists; what was measured stays readable at its address."""
    held = _held(service)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    return held


def _held(service: DigitalService) -> DigitalService:
    rows = DigitalService.objects.select_related("commons").select_for_update(of=("self",), no_key=True)
    held = rows.get(pk=service.pk)
    if held.withdrawn_at:
        raise Conflict("withdrawn_already", _("This service was withdrawn. Nothing was changed."))
    return held


@action("assessment.import_measurement")
def import_measurement(by: Person, service: DigitalService, *, brought: Brought, at: datetime) -> Measurement:
    """Raise Conflict for a file that was brought in already with the same question: nothing is counted twice."""
    held, energy = _held(service), brought.energy
    asked, key = question(brought.processes)
    share = energy.share
    made = Measurement(
        service=held,
        kind=energy.kind,
        sha256=brought.sha256,
        asked=asked,
        asked_key=key,
        from_at=datetime.fromtimestamp(energy.start, UTC),
        to_at=datetime.fromtimestamp(energy.end, UTC),
        start=energy.start,
        end=energy.end,
        points=energy.points,
        kwh=energy.kwh,
        coverage=energy.coverage,
        perimeter=energy.perimeter,
        share_low=share.low if share else None,
        share=share.value if share else None,
        share_high=share.high if share else None,
        tier=energy.tier,
        facility=energy.facility,
        theirs=energy.theirs,
        warnings=dict(energy.warnings),
        by=by,
        created_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        told = _("This very file was brought in already: nothing was changed.")
        raise Conflict("said_already", told) from error
    EnergyHour.objects.bulk_create(
        (
            EnergyHour(
                measurement=made,
                hour=datetime.fromtimestamp(one.at, UTC),
                host_kwh=one.host_kwh,
                service_kwh=one.service_kwh,
                seconds_covered=one.seconds,
            )
            for one in energy.hours
        ),
        batch_size=1000,
    )
    return made


@action("assessment.withdraw_measurement")
def withdraw_measurement(by: Person, measurement: Measurement, *, at: datetime) -> Measurement:
    """It and its results leave the lists and the months, and stay readable at their addresses. The file can be brought again."""
    held = _counting(measurement)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    return held


def _counting(measurement: Measurement) -> Measurement:
    """Locked. Raise Conflict where it was withdrawn, or its service was."""
    _held(measurement.service)
    rows = Measurement.objects.select_related("service__commons").select_for_update(of=("self",), no_key=True)
    held = rows.get(pk=measurement.pk)
    if held.withdrawn_at:
        raise Conflict("withdrawn_already", _("What was measured here was withdrawn. Nothing was changed."))
    return held


@action("assessment.compute_footprint")
def compute_footprint(
    by: Person, measurement: Measurement, *, given: Given, hours: Hours | None = None, at: datetime
) -> FootprintResult:
    """With the factors of today; `hours`: electricity hour by hour, which is kept with the result.

    Raise NotReady, in words, for what cannot be computed; Conflict of what was withdrawn.
    """
    _counting(measurement)
    return _kept(by, measurement, with_hours(given, hours, at), at)


@action("assessment.recompute_footprint")
def recompute_footprint(by: Person, old: FootprintResult, *, at: datetime) -> FootprintResult:
    """The same question with the factors of today, in a row of its own. Raise Conflict where nothing would be other."""
    held = FootprintResult.objects.select_related("measurement__service__commons", "factor_set").get(pk=old.pk)
    _counting(held.measurement)
    made = _kept(by, held.measurement, Given(**held.given), at, replaces=held)
    if made.factor_set_id == held.factor_set_id and made.engine_version == held.engine_version:
        raise Conflict(
            "same_factors", _("Neither the numbers nor the method have changed since: it would be the same.")
        )
    return made


def _kept(
    by: Person, measurement: Measurement, given: Given, at: datetime, *, replaces: FootprintResult | None = None
) -> FootprintResult:
    factors, kept = today(at)
    result = computed(factors, measurement.energy(), given, hourly_of(given))
    return FootprintResult.objects.create(
        service=measurement.service,
        measurement=measurement,
        low=result.total.low,
        value=result.total.value,
        high=result.total.high,
        tier=result.tier,
        given=asdict(given),
        document=telling.as_json(result, factors),
        factor_set=kept,
        engine_version=ENGINE,
        replaces=replaces,
        by=by,
        created_at=at,
    )
