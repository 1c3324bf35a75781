"""Digital services that a commons runs, what was measured of them, and results that never change."""

from __future__ import annotations

import io
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.models import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.engines.footprint import grid
from communaux.engines.footprint.grid import Hourly
from communaux.engines.footprint.intervals import Interval
from communaux.engines.footprint.power import Energy, Hour
from communaux.engines.footprint.results import Result
from communaux.engines.footprint.telling import from_json


class DigitalService(models.Model):
    """What people use of a commons: a site, an application, an interface; with where it runs, as its stewards declare it."""

    class Kind(models.TextChoices):
        WEB = "web"
        NATIVE = "native"
        API = "api"
        DATA = "data"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commons = models.ForeignKey(Commons, models.PROTECT, related_name="digital_services")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=6, choices=Kind)
    url = models.URLField(max_length=500, blank=True)
    perimeter = models.TextField(blank=True)  # what is counted; empty: not told
    excluded = models.TextField(blank=True)
    host = models.CharField(max_length=120, blank=True)  # who runs the machines; empty: not told
    place = models.CharField(max_length=120, blank=True)
    pue = models.FloatField(null=True, blank=True)  # ISO/IEC 30134-2; None: not declared
    pue_source = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *(
            "commons_slug",
            "slug",
            "name",
            "kind",
            "url",
            "perimeter",
            "excluded",
            "host",
            "place",
            "pue_told",
            "pue_source",
        ),
        "withdrawn_at",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commons", "slug"], name="service_once_in_a_commons"),
            models.CheckConstraint(condition=Q(pue__isnull=True) | Q(pue__gte=1, pue__lte=10), name="pue_that_can_be"),
            models.CheckConstraint(condition=Q(pue__isnull=True) | ~Q(pue_source=""), name="pue_has_its_source"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("service", args=[self.commons.slug, self.slug])

    @property
    def commons_slug(self) -> str:
        return self.commons.slug

    @property
    def pue_told(self) -> str:
        """For the journal, which has no fractions; empty: not declared."""
        return "" if self.pue is None else repr(self.pue)


class Measurement(models.Model):
    """A file of measures, as it was understood; the file itself is not kept. The same file, asked the same, is one row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(DigitalService, models.PROTECT, related_name="measurements")
    kind = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)
    asked = models.JSONField(default=dict)  # expressions that say which processes are those of the service
    asked_key = models.CharField(max_length=64)  # hash of `asked`
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    start = models.FloatField()  # the same in seconds since 1970, to the last bit
    end = models.FloatField()
    points = models.PositiveIntegerField()
    kwh = models.FloatField()
    coverage = models.FloatField(null=True)  # share of the time; None: the file does not tell
    perimeter = models.CharField(max_length=9)
    share_low = models.FloatField(null=True)  # the three together: None where no process was asked for
    share = models.FloatField(null=True)
    share_high = models.FloatField(null=True)
    tier = models.CharField(max_length=8)
    facility = models.BooleanField(default=False)
    theirs = models.FloatField(null=True)  # g/kWh that the file itself used
    warnings = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(
        null=True, blank=True
    )  # brought in by mistake: it counts nowhere, and stays readable

    JOURNAL: ClassVar[tuple[str, ...]] = (
        "commons_slug",
        "service_slug",
        "kind",
        "sha256",
        "from_at",
        "to_at",
        "kwh_told",
        "withdrawn_at",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "sha256", "asked_key"], condition=Q(withdrawn_at=None), name="measured_once"
            ),
            models.CheckConstraint(condition=Q(kwh__gt=0), name="measured_something"),
            models.CheckConstraint(
                condition=Q(coverage__isnull=True) | Q(coverage__gt=0, coverage__lte=1.000001),
                name="coverage_is_a_part",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("measurement", args=[self.commons_slug, self.service_slug, self.pk])

    @property
    def commons_slug(self) -> str:
        return self.service.commons.slug

    @property
    def service_slug(self) -> str:
        return self.service.slug

    @property
    def kwh_told(self) -> str:
        """For the journal, which has no fractions."""
        return repr(self.kwh)

    def energy(self) -> Energy:
        """As the engine made it of the file, to the last bit."""
        hours = self.hours.order_by("hour")
        share = None
        if self.share is not None and self.share_low is not None and self.share_high is not None:
            share = Interval(self.share_low, self.share, self.share_high)
        return Energy(
            kind=self.kind,
            start=self.start,
            end=self.end,
            points=self.points,
            kwh=self.kwh,
            hours=tuple(
                Hour(int(one.hour.timestamp()), one.host_kwh, one.service_kwh, one.seconds_covered) for one in hours
            ),
            coverage=self.coverage,
            perimeter=self.perimeter,
            share=share,
            tier="modelled" if self.tier == "modelled" else "measured",
            warnings=self.warnings,
            facility=self.facility,
            theirs=self.theirs,
        )


class EnergyHour(models.Model):
    """What was measured in one hour: years stay small."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, related_name="hours")
    hour = models.DateTimeField()
    host_kwh = models.FloatField()
    service_kwh = models.FloatField()
    seconds_covered = models.FloatField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["measurement", "hour"], name="hour_once")]


class FactorSet(models.Model):
    """The numbers that a result was computed with, kept for ever."""

    sha256 = models.CharField(max_length=64, unique=True)  # of `content`
    version = models.CharField(max_length=20)  # of ADEME's package
    content = models.TextField()
    created_at = models.DateTimeField()


class GridSeries(models.Model):
    """How carbon-intensive electricity was, hour by hour, as somebody brought it for a result; kept for ever."""

    sha256 = models.CharField(max_length=64, unique=True)  # of the three that follow
    method = models.CharField(max_length=6)  # lca, direct
    source = models.CharField(max_length=300)
    content = models.TextField()  # lines of timestamp,g_per_kwh
    created_at = models.DateTimeField()

    @property
    def hourly(self) -> Hourly:
        return grid.read(io.StringIO(self.content, newline=""), method=self.method, source=self.source)


class FootprintResult(models.Model):
    """g of CO2 equivalent of a measurement; never changed: other factors, or a correction, make another row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(DigitalService, models.PROTECT, related_name="results")
    measurement = models.ForeignKey(Measurement, models.PROTECT, related_name="results")
    low = models.FloatField()
    value = models.FloatField()
    high = models.FloatField()
    tier = models.CharField(max_length=8)
    given = models.JSONField()  # what the person gave, as the engine takes it
    document = models.JSONField()  # communaux.footprint/1
    factor_set = models.ForeignKey(FactorSet, models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=20)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "service_slug", "grams_told", "tier", "engine_version")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("value"), value__lte=F("high")), name="result_between_its_bounds"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["service", "-created_at"], name="results_of_a_service")]

    def get_absolute_url(self) -> str:
        return reverse("footprint_result", args=[self.commons_slug, self.service_slug, self.pk])

    @property
    def commons_slug(self) -> str:
        return self.service.commons.slug

    @property
    def service_slug(self) -> str:
        return self.service.slug

    @property
    def grams_told(self) -> str:
        """For the journal, which has no fractions: low, value, high."""
        return f"{self.low!r} {self.value!r} {self.high!r}"

    @property
    def result(self) -> Result:
        """As it was computed."""
        return from_json(self.document)
