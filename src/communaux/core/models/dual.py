"""Acts that take two persons, and what stops money, publication or votes for a while (11 §§ 2, 3.8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.core.ids import uuid7
from communaux.core.models.people import Person


class DualActQuerySet(models.QuerySet):
    def waiting(self, at: datetime) -> DualActQuerySet:
        """Prepared, and still within the time."""
        return self.filter(state=DualAct.State.PREPARED, expires_at__gt=at)

    def overdue(self, at: datetime) -> DualActQuerySet:
        return self.filter(state=DualAct.State.PREPARED, expires_at__lte=at)


class DualAct(models.Model):
    """What one person prepared and another one releases; `payload` says what will be done, its hash that it stays so."""

    class State(models.TextChoices):
        PREPARED = "prepared"
        RELEASED = "released"
        REFUSED = "refused"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64, blank=True)
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.PREPARED)
    released_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("kind", "subject_kind", "subject_id", "state", "payload_sha256", "expires_at")
    objects = DualActQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "payload_sha256"],
                condition=Q(state="prepared"),
                name="dual_act_open_once",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("prepared_by")), name="dual_act_released_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="released", released_by__isnull=False, released_at__isnull=False)
                | (~Q(state="released") & Q(released_by=None, released_at=None)),
                name="dual_act_released_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused", refused_by__isnull=False, refused_at__isnull=False) & ~Q(reason=""))
                | (~Q(state="refused") & Q(refused_by=None, refused_at=None, reason="")),
                name="dual_act_refused_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "released", "refused", "expired"]), name="dual_act_knows_its_state"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("prepared_at")), name="dual_act_expires_later"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="dual_act_waiting", condition=Q(state="prepared"))
        ]


class HoldQuerySet(models.QuerySet):
    def standing(self, subject: tuple[str, str], day: date) -> HoldQuerySet:
        """What stops the subject that day, the last day included; a lifted one stops nothing."""
        still = Q(until=None) | Q(until__gte=day)
        return self.filter(still, subject_kind=subject[0], subject_id=subject[1], lifted_at=None)


class Hold(models.Model):
    """A stop on the money, the publication or the votes of something: why, and until when. Governance places and lifts it."""

    class Kind(models.TextChoices):
        FUNDS = "funds"
        PUBLICATION = "publication"
        VOTE = "vote"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=11, choices=Kind)
    reason = models.TextField()
    placed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("subject_kind", "subject_id", "kind", "placed_at", "until", "lifted_at")
    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_says_why"),
            models.CheckConstraint(condition=Q(kind__in=["funds", "publication", "vote"]), name="hold_knows_its_kind"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gte=F("placed_at")), name="hold_lifted_after_placed"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="hold_by_subject")]
