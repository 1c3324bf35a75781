"""Who helps to run a commons: bodies that host, support, develop, train or audit."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from communaux.catalogue.models.commons import Commons
from communaux.catalogue.models.reuses import as_known
from communaux.core.models import Organisation, Person

SERVICES = ("hosting", "support", "development", "training", "audit")


class Provider(models.Model):
    """A body offers services around a commons: declared by it or by an editor, confirmed by somebody else."""

    commons = models.ForeignKey(Commons, models.PROTECT, related_name="providers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="provisions")
    services = models.JSONField()
    since = models.DateField(null=True, blank=True)  # unknown: NULL
    since_precision = models.CharField(max_length=5, default="day")
    until = models.DateField(null=True, blank=True)
    declared_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("commons_slug", "organisation_name", "services", "begun", "until", "confirmed_on"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "organisation"], condition=Q(until=None), name="provider_open_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("declared_by")) & Q(confirmed_by__isnull=False)),
                name="provider_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="provider_ends_after_start"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("provider", args=[self.pk])

    @property
    def begun(self) -> str | None:
        return as_known(self.since, self.since_precision)

    @property
    def commons_slug(self) -> str:
        return self.commons.slug

    @property
    def organisation_name(self) -> str:
        return self.organisation.name

    @property
    def confirmed_on(self) -> date | None:
        return timezone.localdate(self.confirmed_at) if self.confirmed_at else None
