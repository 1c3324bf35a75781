"""Long work, signs of life, old addresses."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from communaux.core.ids import uuid7
from communaux.core.models.people import Person


class Progress(models.Model):
    """How far a long piece of work is; any page may show it as a live bar (10 § 3.4)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    messages = models.JSONField(default=list)
    result_url = models.CharField(max_length=500, blank=True)
    error = models.TextField(blank=True)
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class SlugHistory(models.Model):
    """Old addresses, kept for ever."""

    kind = models.CharField(max_length=40)
    old_slug = models.CharField(max_length=120)
    object_id = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "old_slug"], name="slug_history_unique")]


class Heartbeat(models.Model):
    """The last sign of life of a kind of process; one row a kind, however many processes."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()
