"""Two commons that may be one, and two that were made one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.catalogue.models.commons import Commons
from communaux.core.models import Person


class MatchProposal(models.Model):
    """Two commons that may be one: the signals say why, a person decides. A pair judged different stays so."""

    class State(models.TextChoices):
        OPEN = "open"
        SAME = "same"
        DIFFERENT = "different"
        UNDONE = "undone"

    a = models.ForeignKey(Commons, models.CASCADE, related_name="+")
    b = models.ForeignKey(Commons, models.CASCADE, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    signals = models.JSONField()
    weights_version = models.PositiveIntegerField(default=0)  # of the points it was made with; 0: those of the code
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # None: the desk
    proposed_because = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # who judged last
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("between", "state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b"], name="one_proposal_per_pair"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="proposal_lower_first"),
        ]

    @property
    def between(self) -> list[str]:
        return [self.a.slug, self.b.slug]


class Merge(models.Model):
    """One commons taken into another by a person. `moved` lists exactly what changed hands, so that undoing gives it back."""

    kept = models.ForeignKey(Commons, models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Commons, models.PROTECT, related_name="merged_as")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField()
    moved = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    undone_because = models.TextField(blank=True)
    left = models.JSONField(default=list)  # came since, stays on the kept one: for a person to sort by hand

    JOURNAL: ClassVar[tuple[str, ...]] = ("kept_id", "absorbed_id", "undone_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="absorbed_once"),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="undone_by_somebody",
            ),
        ]
