"""Who uses a commons, and what they learned: declared by one person of a body, confirmed by another."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.urls import reverse
from django.utils import timezone

from communaux.catalogue.models.commons import Commons
from communaux.core.models import Organisation, Person
from communaux.territory.models import Presence

SHORTEST_USE_CASE, LONGEST_USE_CASE = 20, 1000  # code points


def as_known(day: date | None, precision: str) -> str | None:
    """A day no more precise than it is known: 2024, 2024-03, 2024-03-15."""
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)] if day else None


class Reuse(models.Model):
    """A body uses, deploys, contributes to or hosts a commons. Once ended it stays, with its dates."""

    class Kind(models.TextChoices):
        USES = "uses"
        DEPLOYS = "deploys"
        CONTRIBUTES = "contributes"
        HOSTS = "hosts"

    class State(models.TextChoices):
        DECLARED = "declared"
        CONFIRMED = "confirmed"
        STALE = "stale"  # nobody confirmed it again within twelve months
        ENDED = "ended"

    class EndCause(models.TextChoices):
        NONE = ""
        REPLACED = "replaced"
        NEED_GONE = "need_gone"
        FUNCTION_MISSING = "function_missing"
        COST = "cost"
        NO_SUPPORT = "no_support"
        MISTAKE = "mistake"
        OTHER = "other"

    commons = models.ForeignKey(Commons, models.PROTECT, related_name="reuses")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reuses")
    kind = models.CharField(max_length=11, choices=Kind)
    since = models.DateField(null=True, blank=True)  # unknown: NULL
    since_precision = models.CharField(max_length=5, default="day")
    until = models.DateField(null=True, blank=True)
    use_case = models.CharField(max_length=LONGEST_USE_CASE)
    state = models.CharField(max_length=9, choices=State, default=State.DECLARED)
    source = models.CharField(max_length=1000, blank=True)  # where an editor read it
    declared_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField(null=True, blank=True)
    confirm_by = models.DateField(null=True, blank=True)  # last day that the confirmation holds
    end_cause = models.CharField(max_length=16, choices=EndCause, default=EndCause.NONE, blank=True)
    end_note = models.CharField(max_length=300, blank=True)
    # What it opened in the territory of the body, or shares with another use from there; unknown territory: NULL
    presence = models.ForeignKey(Presence, models.PROTECT, null=True, blank=True, related_name="uses")

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("commons_slug", "organisation_name", "use", "begun", "until", "state"),
        *("confirm_by", "end_cause", "source"),
    )

    class Meta:
        # NULL equals no NULL in a unique constraint: open uses have one of their own; undated ones that ended may be many
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "organisation", "kind"], condition=Q(until=None), name="reuse_open_once"
            ),
            models.UniqueConstraint(
                fields=["commons", "organisation", "kind", "since"],
                condition=Q(since__isnull=False),
                name="reuse_dated_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("declared_by")), name="reuse_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "stale"))
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, confirm_by__isnull=False),
                name="reuse_confirmed_says_by_whom",
            ),
            models.CheckConstraint(
                condition=(Q(state="ended", until__isnull=False) & ~Q(end_cause=""))
                | (~Q(state="ended") & Q(until=None, end_cause="")),
                name="reuse_ended_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="reuse_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(GreaterThanOrEqual(Length("use_case"), SHORTEST_USE_CASE))
                & Q(LessThanOrEqual(Length("use_case"), LONGEST_USE_CASE)),
                name="reuse_use_case_length",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "confirm_by"], name="reuse_by_term")]

    def get_absolute_url(self) -> str:
        return reverse("reuse", args=[self.pk])

    @property
    def begun(self) -> str | None:
        return as_known(self.since, self.since_precision)

    @property
    def use(self) -> str:
        return self.kind

    @property
    def commons_slug(self) -> str:
        return self.commons.slug

    @property
    def organisation_name(self) -> str:
        return self.organisation.name

    @property
    def last_confirmed_at(self) -> datetime | None:
        return self.renewed_at or self.confirmed_at


class Experience(models.Model):
    """What a body learned from its use: shared so that the next one knows. Withdrawn, it is shown no more."""

    class Again(models.TextChoices):
        YES = "yes"
        NO = "no"
        ON_CONDITION = "on_condition"

    class CostScope(models.TextChoices):
        NONE = ""
        ONCE = "once"
        YEARLY = "yearly"
        TOTAL = "total"

    PARTS: ClassVar[tuple[str, ...]] = ("context", "went_well", "went_wrong", "advice")

    reuse = models.OneToOneField(Reuse, models.PROTECT, related_name="experience")
    context = models.TextField()
    went_well = models.TextField(blank=True)
    went_wrong = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    html = models.JSONField(default=dict)  # part -> clean HTML, made when it is written
    effort_days = models.PositiveIntegerField(null=True, blank=True)  # unknown: NULL
    cost_cents = models.PositiveBigIntegerField(null=True, blank=True)  # of euros; unknown: NULL
    cost_scope = models.CharField(max_length=6, choices=CostScope, default=CostScope.NONE, blank=True)
    again = models.CharField(max_length=12, choices=Again)
    lang = models.CharField(max_length=3)
    licence = models.CharField(max_length=40)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # of two who edit at once, the second is told

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("effort_days", "cost_cents", "cost_scope", "again", "lang", "licence"),
        *("version", "withdrawn_on"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cost_cents=None, cost_scope="") | (Q(cost_cents__isnull=False) & ~Q(cost_scope="")),
                name="experience_cost_says_its_scope",
            )
        ]

    @property
    def withdrawn_on(self) -> date | None:
        return timezone.localdate(self.withdrawn_at) if self.withdrawn_at else None
