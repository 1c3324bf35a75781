"""What is known around a commons: community and governance, relations, life, recommendations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.catalogue.models.commons import Commons
from communaux.catalogue.models.sources import Source, SourceRecord


class Fact(models.Model):
    """A fact of the community or of the governance, dated; without evidence it is shown as declared."""

    class Pillar(models.TextChoices):
        COMMUNITY = "community"
        GOVERNANCE = "governance"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="facts")
    pillar = models.CharField(max_length=10, choices=Pillar)
    key = models.CharField(max_length=40)
    value = models.JSONField()
    declared_by = models.CharField(max_length=120)
    record = models.ForeignKey(SourceRecord, models.CASCADE, null=True, blank=True, related_name="facts")
    as_of = models.DateField()
    evidence = models.ForeignKey("core.Evidence", models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "pillar", "key", "as_of", "declared_by"], name="one_fact_per_day_and_speaker"
            )
        ]

    @property
    def code(self) -> str:
        """What a contest calls what is told under this key, whoever tells it."""
        return f"{self.pillar}.{self.key}"


class Relation(models.Model):
    """How two commons stand to each other; a symmetric relation is stored once, lower id first."""

    class Kind(models.TextChoices):
        BASED_ON = "based_on"
        INSTANCE_OF = "instance_of"
        COMPOSED_OF = "composed_of"
        DEPENDS_ON = "depends_on"
        FORK_OF = "fork_of"
        SUCCESSOR_OF = "successor_of"
        EXTENDS = "extends"
        FEEDS_DATA_TO = "feeds_data_to"
        ALTERNATIVE_TO = "alternative_to"
        INTEROPERATES_WITH = "interoperates_with"

    SYMMETRIC: ClassVar[frozenset[str]] = frozenset({"alternative_to", "interoperates_with"})
    ACYCLIC: ClassVar[frozenset[str]] = frozenset({"composed_of", "depends_on", "based_on"})

    a = models.ForeignKey(Commons, models.CASCADE, related_name="relations_from")
    b = models.ForeignKey(Commons, models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=20, choices=Kind)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b", "kind"], condition=Q(since=None), name="undated_relation_once"),
            models.UniqueConstraint(
                fields=["a", "b", "kind", "since"], condition=Q(since__isnull=False), name="dated_relation_once"
            ),
            models.CheckConstraint(condition=~Q(a=F("b")), name="relation_to_another"),
        ]


class LifeEvent(models.Model):
    """A dated moment of a life, honest ends included; imported ones are declared until a person confirms."""

    class Kind(models.TextChoices):
        CREATED = "created"
        PUBLISHED = "published"
        RENAMED = "renamed"
        STAGE = "stage"
        LICENCE_CHANGED = "licence_changed"
        GIFT = "gift"
        FORK = "fork"
        CAPTURE = "capture"
        LICENCE_BREACH = "licence_breach"
        TRANSFER = "transfer"
        END = "end"
        ARCHIVED = "archived"
        REOPENED = "reopened"

    class State(models.TextChoices):
        DECLARED = "declared"
        CONFIRMED = "confirmed"
        WITHDRAWN = "withdrawn"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, default="day")
    from_party = models.CharField(max_length=200, blank=True)
    to_party = models.CharField(max_length=200, blank=True)
    other_name = models.CharField(max_length=250, blank=True)  # as the record tells it
    other = models.ForeignKey(Commons, models.SET_NULL, null=True, blank=True, related_name="+")
    cause = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    remains = models.TextField(blank=True)  # of an end: what can still be used
    kept_at = models.CharField(max_length=500, blank=True)  # of an end: address or SWHID of what was kept
    state = models.CharField(max_length=9, choices=State, default=State.DECLARED)
    record = models.ForeignKey(SourceRecord, models.CASCADE, null=True, blank=True, related_name="events")
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True)

    @property
    def code(self) -> str:
        """What a contest calls this event."""
        return f"event:{self.pk}"


class Recommendation(models.Model):
    """A body that keeps a list says that it recommends or recognises the commons: never a stage, never a score."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="recommendations")
    record = models.ForeignKey(SourceRecord, models.CASCADE, null=True, blank=True, related_name="recommendations")
    by_org = models.CharField(max_length=200)
    label = models.CharField(max_length=60)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commons", "by_org", "label"], name="recommended_once")
        ]


class ReplacedProduct(models.Model):
    """A proprietary product that a source says this commons may stand in for."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="replaces")
    product = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["commons", "product"], name="replaces_once")]
