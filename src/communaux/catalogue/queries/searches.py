"""Searches without answer, for editors: how often, when last, what the desk answers today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import newest
from communaux.catalogue.masking import without_masks
from communaux.catalogue.models import Commons, Need, QueryReview, SearchLog
from communaux.catalogue.queries.need_places import LIVE
from communaux.catalogue.queries.needs import COMPARED, named
from communaux.core.errors import NotFound
from communaux.engines.search.model import Concept, Query

FEEBLE = Decimal("0.25")  # 01 § 3.3: nothing above it is no answer
NEAR = 6


def unanswered() -> QuerySet[SearchLog, Any]:
    """Masked words that found nothing good or led to a need, and that no editor has dealt with: the most asked first."""
    feeble = Q(best=None) | Q(best__lte=FEEBLE) | Q(used_for="need")
    dealt_with = QueryReview.objects.filter(query_masked=OuterRef("query_masked"), lang=OuterRef("lang"))
    rows = SearchLog.objects.filter(feeble).exclude(Exists(dealt_with)).values("query_masked", "lang")
    needs = Count("pk", filter=Q(used_for="need"))
    told = rows.annotate(times=Count("pk"), last=Max("day"), best=Max("best"), needs=needs)
    return told.order_by("-times", "-last", "query_masked", "lang")


def waiting_needs() -> QuerySet[Need]:
    """Needs that nothing answers yet, oldest first."""
    return Need.objects.filter(state__in=LIVE).select_related("theme").order_by("opened_at", "pk")


def open_needs() -> QuerySet[Need]:
    """As many of them as one page shows."""
    return waiting_needs()[:COMPARED]


@dataclass(frozen=True, slots=True)
class Searched:
    """One search without answer, with all an editor needs to deal with it."""

    query: str
    words: str  # without what was masked
    lang: str
    times: int
    last: date
    found: list[tuple[Decimal, Commons]]
    near: list[Concept]
    needs: Sequence[Need]
    review: QueryReview | None


def searched(query: str, lang: str) -> Searched:
    """Raise NotFound when nobody searched for it within 13 months."""
    query = query.replace("\x00", "")
    rows = SearchLog.objects.filter(query_masked=query, lang=lang)
    told = rows.aggregate(times=Count("pk"), last=Max("day"))
    if not told["times"]:
        raise NotFound("unknown_search", _("Nobody searched for this, or it was erased since."))
    review = QueryReview.objects.filter(query_masked=query, lang=lang).select_related("by", "need").first()
    words = without_masks(query)
    found, near = _found(words), _near(words)
    return Searched(query, words, lang, told["times"], told["last"], found, near, list(open_needs()), review)


def _found(query: str) -> list[tuple[Decimal, Commons]]:
    index = newest.get()
    rels = {hit.id: Decimal(f"{hit.rel:.3f}") for hit in index.search(Query(query, limit=5)).hits} if index else {}
    return [(rels[commons.slug], commons) for commons in named(list(rels))]


def _near(words: str) -> list[Concept]:
    """Functions that these words name or nearly name, then those of the first results."""
    index = newest.get()
    if index is None or not words.strip():
        return []
    concepts = {one.id: one for one in index.parts.thesaurus.concepts}
    asked = [one.id for one in index.search(Query(words, limit=1)).concepts]
    return [concepts[one] for one in dict.fromkeys(asked)][:NEAR]
