"""Reads on what `core` owns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from communaux.core import lineage
from communaux.core.models import Entry, Evidence, Grant, Membership, Person, Progress, SlugHistory, Weights

# Lines about who somebody is, belongs to or gives time to, or about what somebody proposed: each reads its own on its account,
# the page for all does not show them.
OF_PERSONS = ("person", "membership", "contribution", "sessionproposal")


def history(kind: str, subject_id: str, limit: int = 50) -> QuerySet[Entry]:
    """Public history of one object, newest first."""
    return (
        Entry.objects.filter(subject_kind=kind, subject_id=subject_id).select_related("actor").order_by("-seq")[:limit]
    )


def latest_entries(limit: int = 45) -> QuerySet[Entry]:
    return Entry.objects.exclude(subject_kind__in=OF_PERSONS).select_related("actor").order_by("-seq")[:limit]


def grants_of(person: Person, day: date) -> QuerySet[Grant]:
    """Roles in force: its own, and those of the organisations it belongs to."""
    bodies = person.memberships.on(day).values("organisation")
    held = Grant.objects.on(day).filter(Q(person=person) | Q(organisation__in=bodies))
    return held.select_related("organisation").order_by("starts_on", "pk")


def grants_over(place: lineage.Place, day: date, *, ended: bool = False) -> Iterator[tuple[lineage.Place, Grant]]:
    """Roles on an object and on what stands above it, nearest first; `ended`: not only those in force that day."""
    for one in lineage.above(place):
        held = Grant.objects.all() if ended else Grant.objects.on(day)
        yield from ((one, grant) for grant in held.filter(lineage.on([one])).order_by("role", "starts_on", "pk"))


def memberships_of(person: Person) -> QuerySet[Membership]:
    """Organisations somebody belongs to or has asked to join."""
    open_ones = Membership.objects.filter(person=person, ended_at=None)
    return open_ones.select_related("organisation").order_by("organisation__name", "pk")


def evidence_for(kind: str, subject_id: str) -> QuerySet[Evidence]:
    return Evidence.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("-captured_at")


def moved_to(kind: str, slug: str) -> str | None:
    """Id of the object that once answered to `slug`."""
    return SlugHistory.objects.filter(kind=kind, old_slug=slug).values_list("object_id", flat=True).first()


def latest_progress(kind: str) -> Progress | None:
    return Progress.objects.filter(kind=kind).order_by("-created_at").first()


def weights_since(area: str, version: int) -> datetime | None:
    """Since when a version of the weights of one area holds; None for version 0, that of the code."""
    return Weights.objects.filter(area=area, version=version).values_list("since", flat=True).first()


def weights[N: (int, float)](area: str, defaults: Mapping[str, N]) -> tuple[int, dict[str, N]]:
    """Version and values in force for one area; before anybody dated one, version 0: the defaults of the code.

    Values come as the kind of number of their default; a name that the code does not know any more is left out.
    """
    row = Weights.objects.filter(area=area).order_by("-version").first()
    if row is None:
        return 0, dict(defaults)
    dated = {name: type(default)(Decimal(row.values[name])) for name, default in defaults.items() if name in row.values}
    return row.version, {**defaults, **dated}
