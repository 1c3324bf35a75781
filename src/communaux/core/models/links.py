"""Links that let somebody answer without signing in: bound to one thing, for some weeks, of which only the hash is kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.core.ids import uuid7


class SignedLink(models.Model):
    """An invitation to answer about one subject, sent to one person. The secret itself is nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    to = models.ForeignKey("core.Person", models.CASCADE, related_name="signed_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("sent_at", "expires_at", "used_at", "revoked_at")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="link_expires_after_it_is_sent")
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_kind} {self.subject_id}"
