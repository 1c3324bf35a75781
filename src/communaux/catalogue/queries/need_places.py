"""Needs on the map: the heaviest inside a territory, those around it, and what nothing there answers (03 § 3.2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When

from communaux.catalogue.models import Commons, Need, Theme
from communaux.core.ids import is_uuid
from communaux.territory.models import Presence, Territory, TerritoryClosure
from communaux.territory.queries import around

LIVE = (Need.State.OPEN, Need.State.POOLED)
SHOWN = 20
BESIDE = 10
GAPS = 8
NOWHERE: frozenset[int] = frozenset()


def inside(territory: Territory, *, limit: int = SHOWN) -> list[Need]:
    """Q1: needs without an answer in it and in what it holds, the heaviest first, then the oldest."""
    rows = Need.objects.filter(state__in=LIVE, territory__above__ancestor=territory)
    return list(_shown(rows)[:limit])


def around_of(above: Sequence[tuple[Territory, int]], but: Sequence[Need], *, limit: int = BESIDE) -> Near:
    """Needs of what holds a territory, and of its neighbours: of its EPCI first, then of its département."""
    wide = [one.pk for one, _depth in above]
    rings = {one.kind: one.pk for one, _depth in reversed(above)}
    bodies = [rings[kind] for kind in around.NEAR if kind in rings]
    if not wide:
        return Near([], [])
    ring = Case(When(territory__in=wide, then=Value(0)), *_inside(bodies), default=Value(len(bodies) + 1))
    rows = Need.objects.filter(state__in=LIVE).exclude(pk__in=[one.pk for one in but])
    rows = rows.filter(Q(territory__in=wide) | Q(territory__above__ancestor__in=bodies))
    rows = rows.annotate(ring=Min(ring)).select_related("theme", "org", "territory", "pool")
    found = list(rows.order_by("ring", "-weight", "pk")[: 2 * limit])
    holding = [one for one in found if one.ring == 0]
    return Near(holding[:limit], [one for one in found if one not in holding][:limit])


def _inside(bodies: Sequence[int]) -> list[When]:
    return [When(territory__above__ancestor=one, then=Value(n)) for n, one in enumerate(bodies, 1)]


def _shown(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related("theme", "org", "territory", "pool").order_by("-weight", "pk")


@dataclass(frozen=True, slots=True)
class Near:
    """Needs of the territories that hold one, and of its neighbours."""

    above: Sequence[Need]
    beside: Sequence[Need]


@dataclass(frozen=True, slots=True)
class Gap:
    """A theme whose needs no commons present there answers."""

    theme: Theme
    n: int


def gaps(territory: Territory, day: date, *, limit: int = GAPS) -> list[Gap]:
    """Q6: needs inside it by theme, those alone that no commons of their theme covers where they stand."""
    asked = list(
        Need.objects.filter(state__in=LIVE, territory__above__ancestor=territory)
        .values_list("territory_id", "theme_id", "theme__fr", "theme__en")
        .annotate(n=Count("pk"))
    )
    if not asked:
        return []
    holders, covered = _holders({place for place, *_rest in asked}), _covered(territory, day)
    open_: Counter[str] = Counter()
    named: dict[str, Theme] = {}
    for place, key, fr, en, n in asked:
        if covered.get(key, NOWHERE).isdisjoint(holders[place]):
            open_[key] += n
            named[key] = Theme(key=key, fr=fr, en=en)
    found = [Gap(named[key], n) for key, n in open_.items()]
    return sorted(found, key=lambda gap: (-gap.n, gap.theme.key))[:limit]


def _holders(places: set[int]) -> dict[int, list[int]]:
    """Territory → itself and all that holds it."""
    found = defaultdict[int, list[int]](list)
    rows = TerritoryClosure.objects.filter(descendant__in=places).values_list("descendant_id", "ancestor_id")
    for place, holder in rows:
        found[place].append(holder)
    return found


def _covered(territory: Territory, day: date) -> dict[str, set[int]]:
    """Theme → territories in which a published commons of it is present, inside this one or above it.

    The number of an object is text and that of a commons is not: they are put together here, not in the database.
    """
    inside = Presence.objects.live(day).filter(obj_kind="commons", territory__above__ancestor=territory)
    above = Presence.objects.live(day).filter(obj_kind="commons", territory__below__descendant=territory)
    where = defaultdict[str, set[int]](set)
    for obj_id, place in inside.values_list("obj_id", "territory_id").union(
        above.values_list("obj_id", "territory_id")
    ):
        where[obj_id].add(place)
    through = Commons.themes.through.objects.filter(
        commons__in=filter(is_uuid, where), commons__state=Commons.State.PUBLISHED
    )
    found = defaultdict[str, set[int]](set)
    for commons, theme in through.values_list("commons_id", "theme_id"):
        found[theme] |= where[str(commons)]
    return found


def rings(territory: Territory) -> list[Territory]:
    """How near another need is: same EPCI, same département, same région; the country joins nobody."""
    above = {one.kind: one for one, _depth in reversed(around.ancestors(territory))}
    return [above[kind] for kind in ("epci", "departement", "region") if kind in above]
