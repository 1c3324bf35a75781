"""A name beside a role of a session: of who agreed by a link, or holds a public office (07 § 3.6).

No version and no file of one has it: it is laid over them when they are served, and gone from all of them once it is blank here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.core.ids import uuid7
from communaux.gatherings.models.editions import Edition
from communaux.gatherings.models.programme import Session


class SpeakerName(models.Model):
    """Whose name a role may carry, and why. `role`: its key in the session; `mail`: only while an answer is waited for."""

    class State(models.TextChoices):
        PENDING = "pending"
        GIVEN = "given"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    class Basis(models.TextChoices):
        CONSENT = "consent"
        PUBLIC_OFFICE = "public_office"

    LASTS: ClassVar[timedelta] = timedelta(days=60)  # how long an answer is waited for
    LONGEST: ClassVar[int] = 250  # key of a role

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="names")
    role = models.CharField(max_length=LONGEST)
    name = models.CharField(max_length=120, blank=True)
    mail = models.EmailField(blank=True)
    basis = models.CharField(max_length=13, choices=Basis)
    basis_source = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "role"], name="name_once_a_role"),
            models.CheckConstraint(
                condition=Q(state__in=("pending", "given")) & ~Q(name="")
                | Q(state__in=("refused", "withdrawn"), name="", mail="", basis_source=""),
                name="name_goes_with_its_consent",
            ),
            models.CheckConstraint(
                condition=Q(state="pending") & ~Q(mail="") | ~Q(state="pending") & Q(mail=""),
                name="name_is_asked_by_mail",
            ),
            models.CheckConstraint(
                condition=Q(basis="consent", basis_source="")
                | Q(basis="public_office", state="given") & ~Q(basis_source="")
                | Q(basis="public_office", state="withdrawn"),
                name="office_has_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state}"

    @property
    def edition(self) -> Edition:
        return self.session.edition

    def waits(self, at: datetime) -> bool:
        """Whether an answer is still waited for."""
        return self.state == self.State.PENDING and at < self.asked_at + self.LASTS
