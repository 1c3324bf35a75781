"""Needs that several have, put together: one text, and a body that carries it (03 § 2.2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.catalogue.models.sources import Theme
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person


class NeedPool(models.Model):
    """Besoin mutualisé: needs of one theme, of several places, that look for one answer together."""

    class State(models.TextChoices):
        OPEN = "open"
        DISSOLVED = "dissolved"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=140)
    text_md = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="pools")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    carrier = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="pools")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    lang = models.CharField(max_length=2)

    JOURNAL: ClassVar[tuple[str, ...]] = ("title", "theme_id", "state", "carrier_name")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(title=""), name="pool_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pool", args=[self.slug])

    @property
    def carrier_name(self) -> str:
        return self.carrier.name if self.carrier else ""
