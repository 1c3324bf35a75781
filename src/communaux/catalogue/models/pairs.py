"""Two commons that may be one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.catalogue.models.commons import Commons


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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b"], name="one_proposal_per_pair"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="proposal_lower_first"),
        ]
