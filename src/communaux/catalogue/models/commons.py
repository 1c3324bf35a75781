"""What the desk shows: a commons, its texts, its identifiers, its resources."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.catalogue.fields import LONGEST_KEY, ByteOrderedSlug, NameKey
from communaux.catalogue.models.sources import SourceRecord, Theme
from communaux.core.ids import uuid7


class Commons(models.Model):
    """A resource, its community and its governance, described from what the sources say and what people corrected."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        PUBLISHED = "published"
        WITHHELD = "withheld"
        MERGED = "merged"

    class Stage(models.TextChoices):
        UNKNOWN = ""
        IDEA = "idea"
        INVESTIGATION = "investigation"
        CONSTRUCTION = "construction"
        GROWTH = "growth"
        OPERATED = "operated"
        PAUSED = "paused"
        TRANSFERRED = "transferred"
        ENDED = "ended"

    class Openness(models.TextChoices):
        YES = "yes"
        PARTLY = "partly"
        NO = "no"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = ByteOrderedSlug(max_length=120, unique=True)
    name = models.CharField(max_length=250)
    name_key = NameKey(max_length=LONGEST_KEY, editable=False)
    names = models.JSONField(default=list)
    lang = models.CharField(max_length=3, blank=True)
    short = models.TextField(blank=True)
    text_md = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    tags = models.JSONField(default=dict)  # vocabulary of the source -> its own words, untouched
    orgs = models.JSONField(default=list)
    themes = models.ManyToManyField(Theme, blank=True, related_name="commons")
    is_commons = models.CharField(max_length=8, choices=Openness, default=Openness.UNKNOWN)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    stage = models.CharField(max_length=15, choices=Stage, default=Stage.UNKNOWN, blank=True)
    stage_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    published_at = models.DateTimeField(null=True, blank=True)
    health_met = models.PositiveSmallIntegerField(null=True, blank=True)
    health_known = models.PositiveSmallIntegerField(null=True, blank=True)
    health_on = models.DateField(null=True, blank=True)  # the day it was assessed; of what was not, nothing is known
    last_sign_on = models.DateField(null=True, blank=True)
    withheld_reason = models.TextField(blank=True)  # told by the person who took it off the desk
    unnamed_on = models.DateField(null=True, blank=True)  # the day its last live record was gone
    provenance = models.JSONField(default=dict)
    conflicts = models.JSONField(default=dict)
    pinned = models.JSONField(default=dict)  # field -> value that a person fixed
    updated_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("slug", "name", "names", "short", "state", "stage", "stage_on", "merged_into_id"),
        *("is_commons", "last_sign_on", "unnamed_on", "health_met", "health_known", "health_on"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="merged_says_into_what",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "name_key", "slug"], name="commons_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("commons", args=[self.slug])


class Text(models.Model):
    """What a commons says of itself in one language (`und`: nobody says which); never machine-translated."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="texts")
    lang = models.CharField(max_length=3)
    short = models.TextField(blank=True)
    text_md = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    features = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["commons", "lang"], name="one_text_per_language")]

    @property
    def code(self) -> str:
        """What a contest calls the line of this language."""
        return f"short.{self.lang}"


class Identifier(models.Model):
    """A name that other systems know the commons by. A renamed repository keeps its old value with `until`."""

    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=500)
    commons = models.ForeignKey(Commons, models.CASCADE, related_name="identifiers")
    record = models.ForeignKey(SourceRecord, models.SET_NULL, null=True, blank=True, related_name="identifiers")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "value"], condition=Q(until=None), name="identifier_names_one_commons"
            )
        ]


class Resource(models.Model):
    """What is shared: a commons has at least one, sometimes several (software and its data)."""

    class Kind(models.TextChoices):
        SOFTWARE = "software"
        DATA = "data"
        CONTENT = "content"
        STANDARD = "standard"
        METHOD = "method"
        HARDWARE = "hardware"
        SERVICE = "service"
        PLACE = "place"

    class Open(models.TextChoices):
        YES = "yes"
        NO = "no"
        UNKNOWN = "unknown"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=250, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    repository = models.CharField(max_length=1000, blank=True)
    licence_raw = models.CharField(max_length=300, blank=True)
    licence_spdx = models.CharField(max_length=200, blank=True)
    licence_family = models.CharField(max_length=20, blank=True)
    open = models.CharField(max_length=7, choices=Open, default=Open.UNKNOWN)
    languages = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    version = models.CharField(max_length=60, blank=True)
    released_on = models.DateField(null=True, blank=True)
    provenance = models.JSONField(default=dict)
