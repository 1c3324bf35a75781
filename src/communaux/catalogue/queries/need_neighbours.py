"""Needs of the same theme near a place: in other words than those of a need, but perhaps the same answer for both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from communaux.catalogue.models import Need
from communaux.catalogue.queries.need_places import LIVE
from communaux.territory.models import Territory, TerritoryClosure
from communaux.territory.queries import around

SHOWN: Final = 5
# How near, the nearest first: this very place, the same EPCI, the same département, a wider place that holds this one.
RINGS: Final = ("here", *map(str, around.NEAR), "above")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A need, and which of `RINGS` makes it near."""

    need: Need
    ring: str


def of_need(need: Need, but: Collection[Need] = ()) -> list[Neighbour]:
    """Those near an expressed need; `but`, and what it is put together with already, are left out."""
    return same_theme(need.theme_id, need.territory, [need, *but], need.pool_id)


def same_theme(
    theme: str, territory: Territory | None, but: Collection[Need] = (), pool: UUID | None = None
) -> list[Neighbour]:
    """The nearest first, then what most need, then the oldest; of a need without a place nobody knows what is near."""
    if territory is None:
        return []
    live = Need.objects.filter(_near(territory), theme=theme, state__in=LIVE).exclude(pk__in=[one.pk for one in but])
    rows = live.exclude(pool=pool) if pool else live
    ringed = rows.annotate(ring=_ring(territory)).order_by("ring", "-weight", "opened_at", "pk")
    found = ringed.select_related("theme", "org", "territory", "pool").defer("text_html")[:SHOWN]
    return [Neighbour(one, RINGS[one.ring]) for one in found]


def _near(territory: Territory) -> Q:
    """Inside its EPCI or its département, or somewhere that holds it."""
    up = TerritoryClosure.objects.filter(descendant=territory)
    bodies = up.filter(ancestor__kind__in=around.NEAR)
    inside = TerritoryClosure.objects.filter(ancestor__in=bodies.values("ancestor_id"))
    return Q(territory__in=inside.values("descendant_id")) | Q(territory__in=up.values("ancestor_id"))


def _ring(territory: Territory) -> Case:
    within = [When(_shares(territory, kind), then=Value(n)) for n, kind in enumerate(around.NEAR, 1)]
    return Case(When(territory=territory, then=Value(0)), *within, default=Value(len(RINGS) - 1))


def _shares(territory: Territory, kind: str) -> Exists:
    """Whether the place of a need lies in the body of this kind that holds the territory."""
    held: QuerySet[TerritoryClosure] = TerritoryClosure.objects.filter(descendant=OuterRef("territory"))
    return Exists(held.filter(ancestor__kind=kind, ancestor__below__descendant=territory))
