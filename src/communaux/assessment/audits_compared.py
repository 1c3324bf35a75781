"""Audits of one service over time, and what others of its kind published: one beside the other, never ranked nor averaged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Exists, OuterRef, QuerySet

from communaux.assessment.models import ServiceAudit
from communaux.engines.footprint.rgesn.rules import held
from communaux.engines.footprint.rgesn.score import rounded, score


@dataclass(frozen=True, slots=True)
class Past:
    """An audit with its score and its shares in percent, by what holds on a day; None: nothing to count."""

    row: ServiceAudit
    score: int | None
    assessed: int | None
    proven: int | None


def over_time(rows: Iterable[ServiceAudit], day: date) -> list[Past]:
    """In the order given. All are of one referential: no other can be kept."""
    return [_past(row, day) for row in rows]


def _past(row: ServiceAudit, day: date) -> Past:
    found = score(held(row.audit), day).whole
    return Past(row, rounded(found.value), _percent(found.share_assessed), _percent(found.share_proven))


def _percent(share: Fraction | None) -> int | None:
    return None if share is None else rounded(100 * share)


def declarations() -> QuerySet[ServiceAudit]:
    """The newest published audit of each service that stands, by commons and service."""
    later = ServiceAudit.objects.filter(service=OuterRef("service"), published_at__gt=OuterRef("published_at"))
    rows = ServiceAudit.objects.exclude(published_at=None).filter(~Exists(later), service__withdrawn_at=None)
    rows = rows.filter(service__commons__state="published").select_related("service__commons")
    return rows.order_by("service__commons__name", "service__name", "pk")


def published(pk: str) -> ServiceAudit | None:
    """By its number; of a commons that anybody may read."""
    rows = ServiceAudit.objects.exclude(published_at=None).filter(service__commons__state="published")
    return rows.filter(pk=pk).select_related("service__commons").first()
