"""Audits of a service by the RGESN: one document each, as the engine has it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.assessment.models.footprints import DigitalService
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.engines.footprint.rgesn import own
from communaux.engines.footprint.rgesn.audit import Audit


class ServiceAudit(models.Model):
    """`document` is `communaux.rgesn/1`. A draft is written line by line; closed, it never changes; a service has one draft."""

    class State(models.TextChoices):
        DRAFT = "draft"
        CLOSED = "closed"
        PUBLISHED = "published"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(DigitalService, models.PROTECT, related_name="audits")
    document = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    review_mail = models.EmailField(blank=True)  # who is asked to review it, forgotten once they sign

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "service_slug", "audit_state", "expires_on")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service"], condition=Q(state="draft"), name="one_draft_of_a_service"),
            models.CheckConstraint(
                condition=Q(state="draft", closed_at__isnull=True) | ~Q(state="draft") & Q(closed_at__isnull=False),
                name="closed_audit_says_when",
            ),
            models.CheckConstraint(
                condition=Q(review_mail="") | Q(state="closed"), name="reviewer_asked_of_a_closed_audit"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["service", "-started_at"], name="audits_of_a_service")]

    def get_absolute_url(self) -> str:
        return reverse("audit", args=[self.commons_slug, self.service_slug, self.pk])

    @property
    def commons_slug(self) -> str:
        return self.service.commons.slug

    @property
    def service_slug(self) -> str:
        return self.service.slug

    @property
    def audit_state(self) -> str:
        """For the journal, where `state` is that of a commons."""
        return self.state

    @property
    def is_public(self) -> bool:
        """Published once; what expired since stays readable."""
        return self.published_at is not None

    @property
    def audit(self) -> Audit:
        return own.read(self.document.encode())


class CheckRun(models.Model):
    """What an automatic check saw of one target of a draft: a page, or what its host declares. It answers no line."""

    class Outcome(models.TextChoices):
        FAVOURABLE = "favourable"
        ADVERSE = "adverse"
        UNDECIDABLE = "undecidable"
        ERROR = "error"

    audit = models.ForeignKey(ServiceAudit, models.CASCADE, related_name="checks")
    check_id = models.CharField(max_length=40)
    check_version = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=2000, blank=True)  # an address; empty: what the host declares
    outcome = models.CharField(max_length=11, choices=Outcome)
    values = models.JSONField(default=dict)
    limits = models.JSONField(default=list)  # codes of words; of an error, the sentence
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "check_id", "target"], name="checked_once_a_target"),
        ]
