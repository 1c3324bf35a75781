"""Places where a human helps, and those who give a second life to equipment, as a public list tells of them (03 § 2.1)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.core.models import Organisation
from communaux.territory.models.territories import Territory


class PlaceQuerySet(models.QuerySet["Place"]):
    def shown(self) -> PlaceQuerySet:
        """Those that still stand in their list, receive people, and that nobody of the desk took off it."""
        return self.filter(closed_on=None, hidden=False, withheld_reason="")

    def inside(self, territory: Territory) -> PlaceQuerySet:
        return self.filter(territory__above__ancestor=territory)

    def helping(self) -> PlaceQuerySet:
        """Those where one may be helped: whoever only gives equipment a second life is left out."""
        return self.filter(Q(steps=[]) | ~Q(services=[]))

    def offering(self, service: str) -> PlaceQuerySet:
        """A word of a list, whole; SQLite has no question for what a list of JSON contains."""
        return self.filter(services__icontains=f'"{service}"') if service else self


class Place(models.Model):
    """One line of one list. `source` names the list on this desk, `source_id` the line in it; no address of mail is kept.

    What a body says of itself here is a line of the list `DECLARED`, under its SIRET.
    """

    DECLARED: ClassVar = "declared"

    class Service(models.TextChoices):
        ADMINISTRATIVE = "administrative"
        EVERYDAY = "everyday"
        ACCESS = "access"
        EQUIPMENT = "equipment"
        SAFETY = "safety"
        EMPLOYMENT = "employment"
        PARENTING = "parenting"
        UNDERSTANDING = "understanding"
        CREATION = "creation"

    class Step(models.TextChoices):
        COLLECTION = "collection"
        SORTING = "sorting"
        REFURBISHING = "refurbishing"
        DISTRIBUTION = "distribution"

    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    siret = models.CharField(max_length=14, blank=True)
    ban_id = models.CharField(max_length=40, blank=True)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="places", db_index=False)
    address = models.CharField(max_length=300, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    services = models.JSONField(default=list, blank=True)
    labels = models.JSONField(default=list, blank=True)
    publics = models.JSONField(default=list, blank=True)
    fees = models.JSONField(default=list, blank=True)
    streams = models.JSONField(default=list, blank=True)
    steps = models.JSONField(default=list, blank=True)  # of the second life of equipment
    volumes_per_year = models.PositiveIntegerField(null=True, blank=True)
    hours = models.CharField(max_length=500, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    url = models.URLField(max_length=500, blank=True)
    updated_on = models.DateField(null=True, blank=True)  # as the list says
    hidden = models.BooleanField(default=False)  # the list says that it receives nobody
    closed_on = models.DateField(null=True, blank=True)  # no longer in the list, the last time it was read
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="places")
    withheld_reason = models.CharField(max_length=300, blank=True)  # why a person took it off the desk
    raw = models.JSONField(default=dict, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("source", "source_id", "name", "territory_id", "services", "steps", "streams", "volumes_per_year", "labels"),
        *("url", "hidden", "closed_on", "withheld"),
    )
    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_id"], name="place_once_per_source"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(source_id="") & ~Q(name=""), name="place_says_whose_and_what"
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None)
                | Q(lat__isnull=False, lon__isnull=False, lat__range=(-90, 90), lon__range=(-180, 180)),
                name="place_position_whole",
            ),
            models.CheckConstraint(
                condition=Q(source="declared", organisation__isnull=False)
                | ~Q(source="declared") & Q(organisation=None),
                name="place_declared_says_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["territory", "updated_on"], condition=Q(closed_on=None), name="place_by_territory")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place", args=[self.pk])

    @property
    def withheld(self) -> bool:
        return bool(self.withheld_reason)

    @property
    def postal(self) -> str:
        """As the list tells it; a commune may have several."""
        return str(self.raw.get("code_postal") or "")
