"""How many of each measure are inside each territory: added to by each write, made again by `recount`.

A write and all that stands above its territory are locked in the order of their number, so that two writers never wait
for each other in a ring. The owner of a measure says what it has where (`Direct`); here it is only added up the closure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import batched
from typing import Final

from django.db import connection
from django.db.models import F

from communaux.core.rows import rewrite
from communaux.territory.models import Presence, TerritoryClosure, TerritoryStat

type Key = tuple[int, str, str]  # territory, measure, theme ("" for all)
type Direct = Mapping[Key, int]  # what a territory itself has, its inside not counted
type Owner = Callable[[date], Direct]

BATCH: Final = 500
OF_PRESENCE: Final = {
    ("commons", "deployed"): TerritoryStat.Measure.COMMONS_DEPLOYED,
    ("actor", "seat"): TerritoryStat.Measure.ACTORS,
    ("place", "available"): TerritoryStat.Measure.PLACES,
    ("ambassador", "covers"): TerritoryStat.Measure.AMBASSADORS,
}

ONCE: Final = {TerritoryStat.Measure.AMBASSADORS}  # a person of several places is one person in what holds them


def of_presences(day: date) -> Direct:
    """What the presences of that day count for, all themes together; one who owns themes counts those."""
    found: Counter[Key] = Counter()
    people = defaultdict[str, set[int]](set)
    rows = Presence.objects.live(day).values_list("territory_id", "obj_kind", "role", "obj_id")
    for territory, kind, role, obj_id in rows.iterator(chunk_size=5000):
        measure = OF_PRESENCE.get((kind, role))
        if measure in ONCE:
            people[obj_id].add(territory)
        elif measure:
            found[territory, measure, ""] += 1
    found.update({(place, TerritoryStat.Measure.AMBASSADORS, ""): n for place, n in once(people.values()).items()})
    return found


def once(objects: Iterable[Collection[int]]) -> Counter[int]:
    """What places count themselves so that each object, present in several of them, is one in all that stands above.

    Somebody of a commune and of its département: 1 and 0; of two communes of a département: 1, 1 and -1 there.
    """
    held = [set(places) for places in objects]
    below = _below(set().union(*held))
    found: Counter[int] = Counter()
    for places in held:
        above = {one for one, under in below.items() if under & places}
        own: dict[int, int] = {}
        for one in sorted(above, key=lambda one: len(below[one] & above)):  # what lies inside has fewer inside it
            own[one] = 1 - sum(own[under] for under in below[one] & above if under != one)
        found.update(own)
    return found


def _below(places: Collection[int]) -> dict[int, set[int]]:
    """These places and all that stands above them → which of them all each holds, itself included."""
    above = TerritoryClosure.objects.filter(descendant__in=places).values("ancestor_id")
    found = defaultdict[int, set[int]](set)
    pairs = TerritoryClosure.objects.filter(ancestor__in=above, descendant__in=above)
    for ancestor, descendant in pairs.values_list("ancestor_id", "descendant_id"):
        found[ancestor].add(descendant)
    return dict(found)


def add(territory: int, measure: str, change: int, *, themes: Collection[str] = (), at: datetime) -> None:
    """Add to the territory and to all above it, for each theme and in all; the transaction is the caller's."""
    shift({(territory, measure, theme): change for theme in {"", *themes}}, at=at)


def shift(changes: Direct, *, at: datetime) -> None:
    """Add to each counter and to that of all above its territory; the transaction is the caller's."""
    wanted = {key: n for key, n in rolled_up(changes).items() if n}
    if not wanted:
        return
    missing = [
        TerritoryStat(territory_id=territory, measure=measure, theme=theme, n=0, computed_at=at)
        for territory, measure, theme in sorted(wanted)
    ]
    TerritoryStat.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    territories, measures, themes = (set(part) for part in zip(*wanted, strict=True))
    rows = TerritoryStat.objects.filter(territory__in=territories, measure__in=measures, theme__in=themes)
    held = rows.select_for_update().order_by("territory_id", "measure", "theme")
    same = defaultdict[int, list[int]](list)
    for pk, territory, measure, theme in held.values_list("pk", "territory_id", "measure", "theme"):
        if n := wanted.get((territory, measure, theme)):
            same[n].append(pk)
    for n, pks in same.items():
        TerritoryStat.objects.filter(pk__in=pks).update(n=F("n") + n, computed_at=at)


def add_all(measure: str, changes: Mapping[int, int], *, at: datetime) -> None:
    """The same for many territories, in few questions; the caller has locked all counters."""
    above: Counter[int] = Counter()
    for some in batched(changes.items(), BATCH, strict=False):
        added = dict(some)
        pairs = TerritoryClosure.objects.filter(descendant__in=added).values_list("ancestor_id", "descendant_id")
        for ancestor, descendant in pairs:
            above[ancestor] += added[descendant]
    held = {one.territory_id: one for one in TerritoryStat.objects.filter(measure=measure, theme="")}
    new = [TerritoryStat(territory_id=one, measure=measure, n=0) for one in above if one not in held]
    kept = [held[one] for one in above if one in held]
    for row in (*kept, *new):
        row.n, row.computed_at = row.n + above[row.territory_id], at
    rewrite(kept, ["n", "computed_at"])
    TerritoryStat.objects.bulk_create(new, batch_size=500)


def lock() -> None:
    """Keep every writer of counters waiting until commit: what is counted now must not move meanwhile."""
    if connection.vendor == "postgresql":  # a transaction of SQLite is alone already
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE territory_territorystat IN SHARE ROW EXCLUSIVE MODE")


def expected(owners: Iterable[Owner], day: date) -> Counter[Key]:
    """The whole table as the owners' counts make it."""
    direct: Counter[Key] = Counter()
    for owner in owners:
        direct.update(owner(day))
    return rolled_up(direct)


def rolled_up(direct: Direct) -> Counter[Key]:
    """What each territory has itself, added to all that stands above it."""
    above: dict[int, list[int]] = {}
    below = TerritoryClosure.objects.filter(descendant__in={key[0] for key in direct})
    for ancestor, descendant in below.values_list("ancestor_id", "descendant_id"):
        above.setdefault(descendant, []).append(ancestor)
    found: Counter[Key] = Counter()
    for (territory, measure, theme), n in direct.items():
        for one in above.get(territory, ()):
            found[one, measure, theme] += n
    return found


def differences(owners: Iterable[Owner], day: date) -> dict[Key, tuple[int, int]]:
    """Counters that are not what they should be: key → kept, expected."""
    wanted = expected(owners, day)
    rows = TerritoryStat.objects.values_list("territory_id", "measure", "theme", "n")
    kept: dict[Key, int] = {(territory, measure, theme): n for territory, measure, theme, n in rows}
    return {key: (kept.get(key, 0), wanted[key]) for key in {*kept, *wanted} if kept.get(key, 0) != wanted[key]}


def rewrite_all(owners: Iterable[Owner], at: datetime, day: date) -> int:
    """Bring every counter to what it should be; how many were not."""
    lock()
    wrong = differences(owners, day)
    held = {(one.territory_id, one.measure, one.theme): one for one in TerritoryStat.objects.all()} if wrong else {}
    new = [TerritoryStat(territory_id=k[0], measure=k[1], theme=k[2]) for k in wrong if k not in held]
    rows = [held[key] for key in wrong if key in held]
    for one in (*rows, *new):
        one.n, one.computed_at = wrong[one.territory_id, one.measure, one.theme][1], at
    rewrite(rows, ["n", "computed_at"])
    TerritoryStat.objects.bulk_create(new, batch_size=500)
    return len(wrong)
