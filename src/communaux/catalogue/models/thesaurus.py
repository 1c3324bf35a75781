"""Words of the thesaurus that this desk adds or takes away, on top of those that are shipped (01b § 3.1)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.core.ids import uuid7
from communaux.core.models import Person


class ThesaurusChange(models.Model):
    """One word proposed for a function, what it does to searches, and what was decided. Undone by a change of its own."""

    class Op(models.TextChoices):
        ADD_LABEL = "add_label"
        REMOVE_LABEL = "remove_label"
        ADD_BRAND = "add_brand"
        REMOVE_BRAND = "remove_brand"
        ADD_WORDPAIR = "add_wordpair"
        REMOVE_WORDPAIR = "remove_wordpair"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    concept = models.CharField(max_length=80, blank=True)
    op = models.CharField(max_length=15, choices=Op)
    payload = models.JSONField()  # {"list": "everyday_fr", "label": "nid de poule"}, or {"fr": …, "en": …} of a pair
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField()
    effect = models.JSONField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    number = models.PositiveIntegerField(null=True, blank=True, unique=True)  # order in which changes were accepted
    reason = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undone_by")

    JOURNAL: ClassVar[tuple[str, ...]] = ("concept", "op", "payload", "state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["concept", "op", "payload"], condition=Q(state="proposed"), name="proposed_once"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | ~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", number__isnull=False) | ~Q(state="accepted") & Q(number=None),
                name="change_accepted_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(op__endswith="wordpair", concept="") | ~Q(op__endswith="wordpair") & ~Q(concept=""),
                name="change_bears_on_a_concept_or_a_pair",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["concept", "state"], name="change_by_concept")]

    def get_absolute_url(self) -> str:
        return reverse("thesaurus_change", args=[self.pk])

    @property
    def wording(self) -> str:
        """The word, or the two words of a pair."""
        told = self.payload
        return told["label"] if "label" in told else f"{told['fr']} = {told['en']}"
