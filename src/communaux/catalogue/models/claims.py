"""Somebody says that they take care of a commons, and shows it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.catalogue.models.commons import Commons
from communaux.core.models import Person


class Claim(models.Model):
    """A person asks to speak for a commons; another one looks at the proof and decides."""

    class Proof(models.TextChoices):
        FILE = "file"  # a file in the repository
        DNS = "dns"  # a record of the domain
        MAIL = "mail"  # an address of the domain

    class State(models.TextChoices):
        ASKED = "asked"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="claims")
    person = models.ForeignKey(Person, models.PROTECT, related_name="claims")
    proof = models.CharField(max_length=4, choices=Proof)
    locator = models.CharField(max_length=2000)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_id", "proof", "state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "person"], condition=Q(state="asked"), name="one_open_claim_per_person"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")), name="claim_decided_by_another"
            ),
        ]
