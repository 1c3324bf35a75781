"""Ambassadors: persons who agreed to help others of their territory, and what is written to them (03 § 2.1)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.territory.models.presences import Presence


class AmbassadorQuerySet(models.QuerySet["Ambassador"]):
    def live(self) -> AmbassadorQuerySet:
        """Those who are it today and whose account is open."""
        return self.filter(until=None, person__is_active=True, person__erased_at=None)


class Ambassador(models.Model):
    """Somebody of a territory whom one may write to. Their territories are presences; their address is shown to nobody."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="ambassador")
    consent_at = models.DateTimeField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the day they stopped
    languages = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=300, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("since", "until", "languages", "covers")
    objects = AmbassadorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="ambassador_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="ambassador_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("write_to_ambassador", args=[self.pk])

    @property
    def covers(self) -> list[str]:
        """The territories, as addresses name them."""
        mine = Presence.objects.filter(obj_kind="ambassador", obj_id=str(self.pk), until=None)
        return sorted(f"{kind}:{code}" for kind, code in mine.values_list("territory__kind", "territory__code"))


class AmbassadorRequest(models.Model):
    """A message relayed to an ambassador; erased twelve months after the last exchange."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ambassador = models.ForeignKey(Ambassador, models.CASCADE, related_name="requests")
    from_org = models.CharField(max_length=200, blank=True)
    from_mail = models.EmailField()
    text = models.TextField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("sent_at", "answered_at")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="request_says_something")]
        indexes: ClassVar = [models.Index(fields=["from_mail", "sent_at"], name="request_by_sender")]

    def __str__(self) -> str:
        return str(self.pk)
