"""The *note d'opportunité*: what was searched, what was looked at, why each was kept or not, and what follows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from communaux.catalogue.models.commons import Commons
from communaux.core.ids import uuid7

SHORTEST_REASON = 40


class OpportunityNote(models.Model):
    """The dated proof that one looked before building or buying; once frozen, `content` is what it says, for ever."""

    class State(models.TextChoices):
        DRAFT = "draft"
        FROZEN = "frozen"
        PUBLISHED = "published"
        SUPERSEDED = "superseded"

    class Conclusion(models.TextChoices):
        NONE = ""
        REUSE = "reuse"
        CONTRIBUTE = "contribute"
        POOL = "pool"
        BUILD = "build"
        BUY = "buy"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="notes")
    author = models.ForeignKey("core.Person", models.PROTECT, related_name="notes")
    title = models.CharField(max_length=200)
    need_text = models.TextField(blank=True)
    lang = models.CharField(max_length=2, default="fr")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    conclusion = models.CharField(max_length=10, choices=Conclusion, default=Conclusion.NONE, blank=True)
    conclusion_text = models.TextField(blank=True)
    giveback = models.TextField(blank=True)  # what will be shared in return, when one builds or buys
    giveback_licence = models.CharField(max_length=100, blank=True)
    revises = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revisions")
    version = models.PositiveIntegerField(default=1)  # of the texts above: two tabs do not overwrite each other
    created_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)  # all that was frozen; `sha256` is that of its canonical form
    sha256 = models.CharField(max_length=64, blank=True)

    # The journal is public, a draft is not: no title, no need, no name
    JOURNAL: ClassVar[tuple[str, ...]] = ("state", "searches_kept", "candidates_kept", "sha256", "revises_id")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft", sha256="", frozen_at=None, content__isnull=True)
                | ~Q(state="draft") & ~Q(sha256="") & Q(frozen_at__isnull=False, content__isnull=False),
                name="note_frozen_has_its_hash",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="note_published_since"
            ),
            models.UniqueConstraint(fields=["revises"], condition=Q(revises__isnull=False), name="note_revised_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-published_at"], name="note_by_publication")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("note", args=[self.pk])

    @property
    def searches_kept(self) -> int:
        return self.searches.count()

    @property
    def candidates_kept(self) -> int:
        return self.candidates.count()


class NoteSearch(models.Model):
    """One search as it was answered: words, filters, versions of index, weights and thesaurus, first hits with reasons."""

    note = models.ForeignKey(OpportunityNote, models.CASCADE, related_name="searches")
    query = models.TextField()
    filters = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)  # of the words and filters, so that the same search is kept once
    at = models.DateTimeField()
    index_generation = models.BigIntegerField()
    weights_version = models.PositiveIntegerField()
    thesaurus_version = models.CharField(max_length=64)
    # Day of the index, commons it held, since when the weights hold; None for a search kept before this was noted.
    made_with = models.JSONField(null=True)
    total = models.PositiveIntegerField()
    hits = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["note", "fingerprint"], name="note_search_once")]


class NoteCandidate(models.Model):
    """Something that was looked at, a commons of the desk or an outside thing; without verdict it is still to be judged."""

    class Verdict(models.TextChoices):
        NONE = ""
        REUSE = "reuse"
        ADAPT = "adapt"
        CONTRIBUTE = "contribute"
        POOL = "pool"
        NOT_KEPT = "not_kept"

    class Reason(models.TextChoices):
        NONE = ""
        FUNCTION_MISSING = "function_missing"
        LICENCE = "licence"
        NO_COMMUNITY = "no_community"
        OBSOLETE = "obsolete"
        NOT_ACCESSIBLE = "not_accessible"
        HOSTING = "hosting"
        COST = "cost"
        LAW = "law"
        OTHER = "other"

    note = models.ForeignKey(OpportunityNote, models.CASCADE, related_name="candidates")
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="+")
    outside = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=1000, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.NONE, blank=True)
    reason_code = models.CharField(max_length=20, choices=Reason, default=Reason.NONE, blank=True)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(commons=None) & ~Q(outside="") | Q(commons__isnull=False, outside=""),
                name="candidate_is_a_commons_or_outside",
            ),
            models.CheckConstraint(
                condition=Q(verdict="not_kept") & ~Q(reason_code="") | ~Q(verdict="not_kept") & Q(reason_code=""),
                name="candidate_not_kept_says_why",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(GreaterThanOrEqual(Length("reason"), SHORTEST_REASON)),
                name="candidate_verdict_has_reason",
            ),
            models.UniqueConstraint(
                fields=["note", "commons"], condition=Q(commons__isnull=False), name="candidate_commons_once"
            ),
            models.UniqueConstraint(
                fields=["note", "outside"], condition=~Q(outside=""), name="candidate_outside_once"
            ),
        ]

    def __str__(self) -> str:
        return self.commons.name if self.commons else self.outside
