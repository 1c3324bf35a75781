"""Personal tokens: what a program shows of its owner to read and write through the API. The secret itself is nowhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.core.ids import uuid7


class Token(models.Model):
    """A program may act in the name of a person, until a day, with their rights or only to read what is theirs."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("core.Person", models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)  # what its owner calls it; no JOURNAL: it may name a machine or a colleague
    scope = models.CharField(max_length=5, choices=Scope)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("scope", "created_at", "expires_at", "revoked_at")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(scope__in=["read", "write"]), name="token_knows_its_scope"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return self.name
