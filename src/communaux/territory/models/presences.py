"""What is present where, since when and who says so; and how many of each are inside a territory (03 § 2.1)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.core.models import Evidence
from communaux.territory.models.territories import Territory


class PresenceQuerySet(models.QuerySet["Presence"]):
    def live(self, day: date) -> PresenceQuerySet:
        """Those of that day, the last day included."""
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))


class Presence(models.Model):
    """A commons, a body or a place has something to do with a territory. `obj_id` is text: its owner stands in a higher layer."""

    class Kind(models.TextChoices):
        COMMONS = "commons"
        ACTOR = "actor"
        PLACE = "place"
        AMBASSADOR = "ambassador"
        FUND = "fund"
        CALL = "call"

    class Role(models.TextChoices):
        SEAT = "seat"
        DEPLOYED = "deployed"
        AVAILABLE = "available"
        PILOT = "pilot"
        COVERS = "covers"

    obj_kind = models.CharField(max_length=10, choices=Kind)
    obj_id = models.CharField(max_length=64)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="presences", db_index=False)
    role = models.CharField(max_length=9, choices=Role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # last day
    source = models.CharField(max_length=200)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("obj_kind", "obj_id", "territory_id", "role", "since", "until", "source", "evidence_id"),
    )
    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["obj_kind", "obj_id", "territory", "role", "since"], name="presence_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="presence_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(source="") & ~Q(obj_id=""), name="presence_says_what_and_who"),
        ]
        # With its days, PostgreSQL answers from the index alone; SQLite has no such thing and leaves them out.
        indexes: ClassVar = [
            models.Index(
                fields=["territory", "obj_kind", "obj_id"], include=["since", "until"], name="presence_by_territory"
            )
        ]


class TerritoryStat(models.Model):
    """How many of one measure are inside a territory, by theme and in all (theme empty); kept by each write, see `counters`."""

    class Measure(models.TextChoices):
        NEEDS_OPEN = "needs_open"
        NEEDS_ANSWERED = "needs_answered"
        COMMONS_DEPLOYED = "commons_deployed"
        ACTORS = "actors"
        PLACES = "places"
        AMBASSADORS = "ambassadors"

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="stats", db_index=False)
    measure = models.CharField(max_length=16, choices=Measure)
    theme = models.CharField(max_length=40, blank=True)
    n = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["territory", "measure", "theme"], name="territory_stat_once")
        ]
        indexes: ClassVar = [models.Index(fields=["measure", "theme", "territory"], name="territory_stat_by_measure")]
