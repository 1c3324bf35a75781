"""The journal, its signatures, the keys that sign."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.core.models.people import Person


class Entry(models.Model):
    """A line of the journal. Its hash covers everything but `private`, which erasure may blank (11 § 3.1)."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    private = models.JSONField(null=True, blank=True)
    private_sha256 = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id", "seq"], name="entry_by_subject")]


class InstanceKey(models.Model):
    """A signing key of the desk (Ed25519). The private half lives in a file, never in the database."""

    kid = models.CharField(max_length=16, primary_key=True)
    public = models.CharField(max_length=64)
    private_ref = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(models.Value(1), condition=Q(valid_to=None, revoked_at=None), name="one_active_key")
        ]


class Checkpoint(models.Model):
    """A daily signature of the journal: whoever rewrote an older line would have to forge it too."""

    seq = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    key = models.ForeignKey(InstanceKey, models.PROTECT)
    signature = models.CharField(max_length=128)
