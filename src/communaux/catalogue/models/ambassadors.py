"""The commons that an ambassador knows and speaks of (03 § 2.2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.catalogue.models.commons import Commons
from communaux.territory.models import Ambassador


class CommonsAmbassador(models.Model):
    """An ambassador speaks of this commons in their territories."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="ambassadors")
    ambassador = models.ForeignKey(Ambassador, models.CASCADE, related_name="commons")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the day it ended

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_id", "ambassador_id", "since", "until")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "ambassador"], condition=Q(until=None), name="commons_ambassador_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="commons_ambassador_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ambassador_id} → {self.commons_id}"
