"""Needs: what is missing to somebody, in their words, with what the desk had found and why it does not fit (03 § 2.2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.models.commons import Commons
from communaux.catalogue.models.sources import Theme
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.territory.models import Territory


class Need(models.Model):
    """Something a person or a body needs and did not find; others who need it say so, a commons may answer it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        POOLED = "pooled"
        MATCHED = "matched"
        ANSWERED = "answered"
        CLOSED = "closed"

    class Kind(models.TextChoices):
        SERVICE = "service"
        DATA = "data"
        CONTENT = "content"
        EQUIPMENT = "equipment"
        SKILL = "skill"
        PLACE = "place"
        ACCOMPANIMENT = "accompaniment"

    class Origin(models.TextChoices):
        PERSON = ""
        CARD = "card"
        SESSION = "session"
        IMPORT = "import"
        SEARCH = "search"

    class CloseReason(models.TextChoices):
        OPEN = ""
        DUPLICATE = "duplicate"
        WITHDRAWN = "withdrawn"
        NO_LONGER_NEEDED = "no_longer_needed"
        OUT_OF_SCOPE = "out_of_scope"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=140)
    text_md = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    for_whom = models.CharField(max_length=200, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=13, choices=Kind)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="needs")
    author = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="needs")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="needs", db_index=False
    )
    weight = models.PositiveIntegerField(default=0)  # of who needs it, the author counted; see `standing`
    pool = models.ForeignKey("NeedPool", models.PROTECT, null=True, blank=True, related_name="needs")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=16, choices=CloseReason, default=CloseReason.OPEN, blank=True)
    answer_commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="answers")
    answer_why = models.CharField(max_length=300, blank=True)
    origin_kind = models.CharField(max_length=7, choices=Origin, default=Origin.PERSON, blank=True)
    origin_id = models.CharField(max_length=64, blank=True)
    query = models.CharField(max_length=200, blank=True)  # the masked words of the search it comes from
    generation = models.BigIntegerField(null=True, blank=True)  # of the index that gave its hits
    lang = models.CharField(max_length=2)
    licence = models.CharField(max_length=20, default="etalab-2.0")

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("title", "theme_id", "kind", "state", "place_name", "org_name", "close_reason"),
        *("answered_by", "answer_why", "pooled_in"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(close_reason="") & Q(closed_at__isnull=False)
                | ~Q(state="closed") & Q(close_reason="", closed_at=None),
                name="need_closed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["matched", "answered"], answer_commons__isnull=False)
                | ~Q(state__in=["matched", "answered"]) & Q(answer_commons=None, answer_why=""),
                name="need_matched_says_by_what",
            ),
            models.CheckConstraint(condition=~Q(state="pooled") | Q(pool__isnull=False), name="need_pooled_says_where"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["theme", "state"], name="need_by_theme"),
            models.Index(fields=["state", "opened_at"], name="need_by_state"),
            # The heaviest of a place from the index alone, on PostgreSQL
            models.Index(fields=["territory", "state", "theme"], include=["weight", "id"], name="need_by_place"),
            models.Index(fields=["state", "-weight", "id"], name="need_by_weight"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.slug])

    @property
    def org_name(self) -> str:
        return self.org.name if self.org else ""

    @property
    def place_name(self) -> str:
        return self.territory.name if self.territory else ""

    @property
    def pooled_in(self) -> str:
        return self.pool.slug if self.pool else ""

    @property
    def answered_by(self) -> str:
        return self.answer_commons.slug if self.answer_commons else ""


class NeedHit(models.Model):
    """A commons that the desk had found for a need, at which rank, and why it does not fit: proof that somebody looked."""

    class Shown(models.TextChoices):
        SEARCH = "search"  # among the results the person came from
        FORM = "form"  # found for the words of the need, before it was saved

    class Reason(models.TextChoices):
        UNSAID = ""
        FUNCTION = "function"
        LICENCE = "licence"
        COMMUNITY = "community"
        OBSOLETE = "obsolete"
        ACCESSIBILITY = "accessibility"
        HOSTING = "hosting"
        COST = "cost"
        LAW = "law"
        OTHER = "other"

    need = models.ForeignKey(Need, models.CASCADE, related_name="hits")
    commons = models.ForeignKey(Commons, models.CASCADE, related_name="+")
    shown = models.CharField(max_length=6, choices=Shown)
    rank = models.PositiveSmallIntegerField()
    reason_code = models.CharField(max_length=13, choices=Reason, default=Reason.UNSAID, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "commons"], name="need_hit_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="need_hit_has_a_rank"),
        ]


class NeedSupport(models.Model):
    """« Moi aussi »: once for a body, once for a person who speaks for none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    need = models.ForeignKey(Need, models.CASCADE, related_name="supports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("need_id", "org_id", "withdrawn_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["need", "org"], condition=Q(withdrawn_at=None, org__isnull=False), name="one_support_per_org"
            ),
            models.UniqueConstraint(
                fields=["need", "person"], condition=Q(withdrawn_at=None, org=None), name="one_support_per_person"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("at")), name="support_withdrawn_after"
            ),
        ]
