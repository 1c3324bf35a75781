"""A commons that somebody proposes: what the desk must know of the proposal until an editor has decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.catalogue.models.commons import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Person


class Proposal(models.Model):
    """Who proposed a commons, what they said of each look-alike, and what an editor decided."""

    class Outcome(models.TextChoices):
        OPEN = ""
        PUBLISHED = "published"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commons = models.OneToOneField(Commons, models.CASCADE, related_name="proposal")
    by = models.ForeignKey(Person, models.PROTECT, related_name="proposals")
    address = models.CharField(max_length=1000, blank=True)
    answers = models.JSONField(default=dict)  # id of a look-alike -> why it is not the same
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.OPEN, blank=True)
    reason = models.TextField(blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_id", "asked_at", "outcome")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="proposal_decided_says_what",
            )
        ]
