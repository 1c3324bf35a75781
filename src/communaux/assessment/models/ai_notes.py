"""Whether AI is needed for something: answered, signed and dated; never changed, read again by its day of review."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from communaux.assessment.models.footprints import DigitalService, FactorSet
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.engines.footprint.decide import Decision
from communaux.engines.footprint.reports import need_of


class AiNote(models.Model):
    """`document` is `communaux.need_ai/1`. A revision is another note, in the place of this one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(DigitalService, models.PROTECT, null=True, related_name="ai_notes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=300)
    document = models.JSONField()
    factor_set = models.ForeignKey(FactorSet, models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=20)
    signed_by = models.CharField(max_length=120, null=True)  # noqa: DJ001 - typed for it; None: erased with the account
    signed_at = models.DateTimeField()
    review_on = models.DateField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "service_slug", "outcome", "review_on")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["service", "-signed_at"], name="ai_notes_of_a_service")]

    def __str__(self) -> str:
        return self.about

    def get_absolute_url(self) -> str:
        return reverse("ai_note", args=[self.pk])

    @property
    def commons_slug(self) -> str:
        return self.service.commons.slug if self.service else ""

    @property
    def service_slug(self) -> str:
        return self.service.slug if self.service else ""

    @property
    def outcome(self) -> str:
        return str(self.document["outcome"])

    @property
    def decision(self) -> Decision:
        """As it was computed."""
        return need_of(self.document)
