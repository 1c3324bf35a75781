"""Editions: a meeting on some days, who organises it, and what was told of it (07 § 2)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.models import Theme
from communaux.core.canonical import digest
from communaux.core.ids import uuid7
from communaux.core.models import Organisation
from communaux.gatherings import life
from communaux.territory.models import Territory


class Edition(models.Model):
    """One meeting. `starts_on` is as precise as `precision` says; `fictive`: made up to show a full life, and said so."""

    class Kind(models.TextChoices):
        NATIONAL = "national"
        LOCAL = "local"
        ONLINE = "online"
        OFF = "off"

    class Precision(models.TextChoices):
        DAY = "day"
        MONTH = "month"
        YEAR = "year"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=Kind)
    ordinal = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    timezone = models.CharField(max_length=40, default="Europe/Paris")  # IANA
    place_name = models.CharField(max_length=200, blank=True)
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="editions")
    organisers_note = models.JSONField(default=dict, blank=True)  # by language
    licence = models.CharField(max_length=60, blank=True)  # of its programme; empty: none named
    source = models.CharField(max_length=40, blank=True)  # number of the transcript that names it
    fictive = models.BooleanField(default=False)
    withheld_reason = models.CharField(max_length=300, blank=True)  # why a person took it off the desk
    facts_sha256 = models.CharField(max_length=64, blank=True)  # of the shipped facts it was last made from
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("slug", "name", "kind", "ordinal", "starts_on", "ends_on", "precision", "place_name", "fictive"),
        *("timezone", "licence", "facts_sha256", "withheld"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="edition_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(precision="day") | Q(ends_on=None), name="edition_end_needs_days"),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_on"], name="edition_by_day")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gathering", args=[self.slug])

    @property
    def last_day(self) -> date:
        """The last one that it may have, as precise as its days are known."""
        return self.ends_on or life.last_day(self.starts_on, self.precision)

    @property
    def withheld(self) -> bool:
        return bool(self.withheld_reason)

    @property
    def fingerprint(self) -> str:
        """Of what its organisers say of it: another one says that somebody changed it."""
        days = [str(self.starts_on), str(self.ends_on or "")]
        return digest([self.name, self.kind, *days, self.place_name, self.timezone, self.territory_id])


class EditionOrganiser(models.Model):
    """A body that organises an edition, as the source names it; `organisation` where this desk knows it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="organisers")
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="editions")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "name"], name="organiser_once")]

    def __str__(self) -> str:
        return self.name


class EditionTheme(models.Model):
    """A theme in the words of an edition, and the domain of the catalogue it belongs to: what editions share."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="themes")
    label = models.CharField(max_length=120)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "label"], name="edition_theme_once")]

    def __str__(self) -> str:
        return f"{self.label} ({self.theme_id})"


class EditionClaim(models.Model):
    """What one source says of an edition; two that disagree are both kept."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="claims")
    key = models.SlugField(max_length=40)
    label = models.JSONField()  # by language, as are value and note
    value = models.JSONField()
    note = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "key", "source"], name="claim_once_a_source"),
            models.CheckConstraint(condition=~Q(source=""), name="claim_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.source})"
