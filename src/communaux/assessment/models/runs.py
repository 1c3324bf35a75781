"""Repositories, runs, and what a run found: values, outcomes of conditions, one word for each axis."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from communaux.catalogue.models import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Person, Progress

CODE: Final = 40  # letters of a code of the engine


class Repository(models.Model):
    """An address whose history is read for a commons."""

    class Role(models.TextChoices):
        MAIN = "main"
        COMPONENT = "component"
        DATA = "data"
        DOCS = "docs"

    commons = models.ForeignKey(Commons, models.PROTECT, related_name="repositories")
    url = models.CharField(max_length=1000)
    url_key = models.CharField(max_length=1000)  # the normal form: two spellings of an address are one repository
    role = models.CharField(max_length=9, choices=Role, default=Role.MAIN)
    active = models.BooleanField(default=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # it still offered the commit that was assessed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commons", "url_key"], name="repository_once_for_a_commons")
        ]

    def __str__(self) -> str:
        return self.url


class Run(models.Model):
    """One reading of one repository. It is never deleted; of each repository, the last that was done is its profile."""

    class State(models.TextChoices):
        QUEUED = "queued"
        FETCHING = "fetching"
        READING = "reading"
        MEASURING = "measuring"
        DONE = "done"
        FAILED = "failed"
        SUPERSEDED = "superseded"
        CANCELLED = "cancelled"

    class Reason(models.TextChoices):
        MANUAL = "manual"
        SCHEDULED = "scheduled"
        IDENTITY = "identity"  # somebody put right who is who
        ITEMS = "items"  # somebody gave what a forge tells, or took it back

    LIVE: ClassVar[tuple[str, ...]] = ("queued", "fetching", "reading", "measuring")
    KEPT: ClassVar[tuple[str, ...]] = ("done", "superseded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repository = models.ForeignKey(Repository, models.PROTECT, related_name="runs")
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=9, choices=Reason, default=Reason.MANUAL)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.OneToOneField(Progress, models.PROTECT, null=True, related_name="assessment_run")
    head_oid = models.CharField(max_length=64, blank=True)
    head_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True)
    method_version = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=CODE, blank=True)
    warnings = models.JSONField(default=list)
    told = models.JSONField(default=dict)  # what the engine tells beside values, conditions, readings and warnings
    series = models.JSONField(default=dict)  # totals over time; empty of a run made before there were any
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("commons_slug", "run_state", "reason", "head_oid", "as_of", "method_version", "error_code"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["repository"],
                condition=Q(state__in=("queued", "fetching", "reading", "measuring")),
                name="one_live_run_of_a_repository",
            ),
            models.UniqueConstraint(
                fields=["repository"], condition=Q(state="done"), name="one_profile_of_a_repository"
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(error_code="") | ~Q(state="failed") & Q(error_code=""),
                name="failed_run_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["repository", "-created_at"], name="runs_of_a_repository")]

    @property
    def commons_slug(self) -> str:
        return self.repository.commons.slug

    @property
    def run_state(self) -> str:
        """For the journal, where `state` is that of a commons."""
        return self.state

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def short_head(self) -> str:
        """As people name a commit."""
        return self.head_oid[:10]


class Value(models.Model):
    """One measure of a run; no value is unknown, and `detail["reason"]` says why."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="measures")
    code = models.CharField(max_length=CODE)
    axis = models.CharField(max_length=10)
    status = models.CharField(max_length=14)
    value = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.BigIntegerField()
    coverage = models.FloatField(null=True, blank=True)
    detail = (
        models.JSONField()
    )  # unit, kind and level of the interval, by_policy, reproduce, what else the engine tells

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "code"], name="one_value_of_a_measure")]


class Outcome(models.Model):
    """Whether a condition was met, and which measures decided it; as it stood in the table of that day."""

    class Met(models.TextChoices):
        MET = "met"
        UNMET = "unmet"
        UNKNOWN = "unknown"

    run = models.ForeignKey(Run, models.CASCADE, related_name="outcomes")
    condition = models.CharField(max_length=CODE)
    axis = models.CharField(max_length=10)
    essential = models.BooleanField()
    outcome = models.CharField(max_length=7, choices=Met)
    because = models.JSONField(default=list)
    seen = models.JSONField(default=dict)  # language → what files tell of it, as it was told that day

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "condition"], name="one_outcome_of_a_condition")
        ]


class Reading(models.Model):
    """One word for an axis: established, to be confirmed, point of attention."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="readings")
    axis = models.CharField(max_length=10)
    reading = models.CharField(max_length=11)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "axis"], name="one_reading_of_an_axis")]
