"""Needs on the map: the heaviest inside a territory, and those around it (03 § 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from communaux.catalogue.models import Need
from communaux.territory.models import Territory, TerritoryClosure, TerritoryStat
from communaux.territory.queries import around

LIVE = (Need.State.OPEN, Need.State.POOLED)
SHOWN = 20
BESIDE = 10
# From so many on, the heaviest are met sooner among those of all France than by sorting those of the place: about the square root
# of twenty times as many as there are (03 § 7: 100,000 that wait for an answer)
MANY = 1_400
SHOWN_WITH = ("theme", "org", "territory", "pool")


def inside(territory: Territory, *, limit: int = SHOWN) -> list[Need]:
    """Q1: needs without an answer in it and in what it holds, the heaviest first, then the oldest."""
    if not _many(territory):
        return list(_shown(Need.objects.filter(pk__in=_heaviest(Q(territory__above__ancestor=territory), limit))))
    return list(_shown(Need.objects.filter(pk__in=_by_weight(territory, limit))))


def _many(territory: Territory) -> bool:
    """A commune is not asked: the shorter way only takes longer, and is as right, where there are more than thought."""
    counted = TerritoryStat.objects.filter(territory=territory, measure=TerritoryStat.Measure.NEEDS_OPEN, theme="")
    return territory.kind != Territory.Kind.COMMUNE and (counted.values_list("n", flat=True).first() or 0) >= MANY


def near(territory: Territory, above: Sequence[Territory], *, limit: int = SHOWN) -> Near:
    """Needs inside it; those of what holds it (`above`); those of its neighbours: of its EPCI first, then of its département."""
    if not above:
        return Near(inside(territory, limit=limit), [], [])
    wide = [one.pk for one in above]
    held = [one for kind in around.NEAR for one in above if one.kind == kind]
    bodies = [one.pk for one in held]
    parts = [_ring(Q(territory__above__ancestor=territory), 0, limit)]
    parts += [_ring(Q(territory__in=wide), 1, BESIDE)]
    nearer = [territory.pk]
    for n, body in enumerate(bodies, 2):
        seen = Q(territory__in=wide) | Q(territory__in=_inside(nearer))
        parts.append(_ring(Q(territory__above__ancestor=body) & ~seen, n, BESIDE))
        nearer.append(body)
    found = defaultdict[int, list[Need]](list)
    for one in parts[0].union(*parts[1:], all=True):
        found[one.ring].append(one)  # type: ignore[attr-defined]  # annotated in `_ring`
        one.where = held[one.ring - 2].kind if one.ring > 1 else ""  # type: ignore[attr-defined]  # for the page
    ordered = [sorted(found[n], key=lambda one: (-one.weight, one.pk)) for n in range(2 + len(bodies))]
    return Near(ordered[0], ordered[1], [one for ring in ordered[2:] for one in ring][:BESIDE])


def _ring(where: Q, number: int, limit: int) -> QuerySet[Need]:
    """The heaviest of them; SQLite takes no limit in a part of a union."""
    rows = Need.objects.filter(pk__in=_heaviest(where, limit)).select_related(*SHOWN_WITH).defer("text_md", "text_html")
    return rows.annotate(ring=Value(number))


def _heaviest(where: Q, limit: int) -> QuerySet[Need, Any]:
    """Their numbers, so that what is shown of a need is fetched for those alone."""
    return Need.objects.filter(where, state__in=LIVE).order_by("-weight", "pk").values("pk")[:limit]


def _by_weight(territory: Territory, limit: int) -> list[UUID]:
    """The same needs, met by going down the weights of all, state by state, until there are enough."""
    there = TerritoryClosure.objects.filter(ancestor=territory, descendant=OuterRef("territory"))
    rows = (Need.objects.filter(Exists(there), state=state).order_by("-weight", "pk") for state in LIVE)
    met = [(-weight, pk) for one in rows for weight, pk in one.values_list("weight", "pk")[:limit]]
    return [pk for _weight, pk in sorted(met)[:limit]]


def _inside(places: Sequence[int]) -> QuerySet[TerritoryClosure, Any]:
    return TerritoryClosure.objects.filter(ancestor__in=places).values("descendant_id")


def _shown(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related(*SHOWN_WITH).order_by("-weight", "pk")


@dataclass(frozen=True, slots=True)
class Near:
    """Needs inside a territory, in the territories that hold it, and of its neighbours."""

    here: Sequence[Need]
    above: Sequence[Need]
    beside: Sequence[Need]


def rings(territory: Territory) -> list[Territory]:
    """How near another need is: same EPCI, same département, same région; the country joins nobody."""
    above = {one.kind: one for one, _depth in reversed(around.ancestors(territory))}
    return [above[kind] for kind in ("epci", "departement", "region") if kind in above]
