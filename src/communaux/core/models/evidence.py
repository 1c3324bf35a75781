"""What claims stand on: evidence, contests, the dated constants of scores."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.core.ids import uuid7
from communaux.core.models.people import Person


class Evidence(models.Model):
    """What shows that a claim is true: where it was read, when, how, and the hash of what was read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    locator = models.CharField(max_length=2000)
    captured_at = models.DateTimeField()
    method = models.CharField(max_length=80)
    method_version = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("subject_kind", "subject_id", "kind", "locator", "captured_at", "sha256")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="evidence_by_subject")]


class Contest(models.Model):
    """A fact, with its evidence, against something the desk shows: answered, then decided by two outsiders (11 § 3.11).

    The database keeps a filled field as it is; what shows "contested" is read from the standing ones, never stored twice.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        UPHELD = "upheld"
        DISMISSED = "dismissed"
        WITHDRAWN = "withdrawn"

    STANDING: ClassVar[tuple[str, ...]] = ("open", "answered")
    DECIDED: ClassVar[tuple[str, ...]] = ("upheld", "dismissed")

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    field = models.CharField(max_length=80)  # a field of the subject, or a code of its area ("event:12")
    proposed = models.TextField(blank=True)  # what is true instead; empty: the thing is to be taken away
    fact = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="contests")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    seconded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("subject_kind", "subject_id", "field", "state", "opened_at", "due_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "field", "by"],
                condition=Q(state__in=["open", "answered"]),
                name="one_standing_contest_each",
            ),
            models.CheckConstraint(condition=~Q(fact=""), name="contest_says_a_fact"),
            models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="contest_due_after_opening"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="contest_answered_whole",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(state__in=["upheld", "dismissed"]) & Q(decided_by=None, seconded_by=None, decided_at=None)
                )
                | Q(
                    state__in=["upheld", "dismissed"],
                    decided_by__isnull=False,
                    seconded_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="contest_decided_by_two",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("seconded_by")), name="contest_deciders_differ"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="contest_by_subject")]


class ContestOpinion(models.Model):
    """What one decider thinks of a contest; the first two who agree have decided it. Append-only."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="opinions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=9, choices=[("upheld", "Upheld"), ("dismissed", "Dismissed")])
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contest", "by"], name="one_opinion_each"),
            models.CheckConstraint(condition=~Q(reason=""), name="opinion_says_why"),
        ]


class Weights(models.Model):
    """The constants of a score, dated: a score keeps the version it was made with. Append-only."""

    area = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    values = models.JSONField()
    since = models.DateTimeField()
    decided_in = models.CharField(max_length=200, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("area", "version", "values", "since", "decided_in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "version"], name="weights_one_per_version")]
