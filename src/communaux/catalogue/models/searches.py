"""What people searched for, without who: one line a search, and what editors made of those that found nothing."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from communaux.catalogue.models.needs import Need
from communaux.core.ids import uuid7
from communaux.core.models import Person


class SearchLog(models.Model):
    """One search of a visitor: its masked words, the day, how many answers. No person, no address, no hour; 13 months."""

    class UsedFor(models.TextChoices):
        NOTHING = ""
        NEED = "need"
        NOTE = "note"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)  # a uuid7 or a counter would tell the hour
    day = models.DateField()
    query_masked = models.CharField(max_length=200)
    lang = models.CharField(max_length=2, blank=True)
    n = models.PositiveIntegerField()
    best = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)  # highest `rel`; None: no answer
    clicked_rank = models.PositiveSmallIntegerField(null=True, blank=True)  # see docs/decisions/0012
    used_for = models.CharField(max_length=4, choices=UsedFor, default=UsedFor.NOTHING, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["day"], name="search_by_day"),
            models.Index(fields=["query_masked", "lang"], name="search_by_words"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(query_masked=""), name="search_says_something"),
            models.CheckConstraint(condition=Q(used_for__in=["", "need", "note"]), name="search_used_for"),
        ]


class QueryReview(models.Model):
    """What an editor made of a search without answer: a function, a missing commons, a need, or nothing to do."""

    class Outcome(models.TextChoices):
        CONCEPT = "concept"
        COMMONS = "commons"
        NEED = "need"
        ASIDE = "aside"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    query_masked = models.CharField(max_length=200)
    lang = models.CharField(max_length=2, blank=True)
    last_day = models.DateField()  # of the searches it answers: it is erased with them
    outcome = models.CharField(max_length=7, choices=Outcome)
    concept = models.CharField(max_length=80, blank=True)
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="reviews")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    # Never the words searched for: the journal is kept for ever, they are not.
    JOURNAL: ClassVar[tuple[str, ...]] = ("outcome", "concept")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["query_masked", "lang"], name="one_review_per_search"),
            models.CheckConstraint(
                condition=Q(outcome="concept") & ~Q(concept="") | ~Q(outcome="concept") & Q(concept=""),
                name="review_names_its_concept",
            ),
            models.CheckConstraint(
                condition=Q(outcome="need", need__isnull=False) | ~Q(outcome="need") & Q(need=None),
                name="review_names_its_need",
            ),
        ]
