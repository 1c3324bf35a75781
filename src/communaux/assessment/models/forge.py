"""What a forge tells of a repository, without names."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.assessment.models.runs import Repository
from communaux.core.ids import uuid7
from communaux.core.models import Person


class ForgeItems(models.Model):
    """What a forge tells of a repository, as somebody gave it: `communaux.forge/1`, authors as numbers that mean nothing elsewhere.

    One reading is in force; withdrawn or replaced, its lines are erased, and what stays says that there was one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repository = models.ForeignKey(Repository, models.PROTECT, related_name="forge_items")
    lines = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    forge = models.CharField(max_length=10)
    read_at = models.DateTimeField()
    counts = models.JSONField()  # kind → how many; `left_out`: confidential ones
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "forge", "read_at", "sha256", "items_state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["repository"], condition=Q(withdrawn_at__isnull=True), name="one_reading_of_a_forge"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) & ~Q(lines="") | Q(withdrawn_at__isnull=False, lines=""),
                name="withdrawn_items_are_erased",
            ),
        ]

    @property
    def commons_slug(self) -> str:
        return self.repository.commons.slug

    @property
    def items_state(self) -> str:
        """For the journal, where `state` is that of a commons."""
        return "withdrawn" if self.withdrawn_at else "in_force"
