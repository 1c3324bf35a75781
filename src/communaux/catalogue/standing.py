"""What a need counts for: its weight among needs, and its line in the counters of its territory (03 §§ 3.2, 3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Count

from communaux.catalogue import weights
from communaux.catalogue.models import Need
from communaux.territory import counters
from communaux.territory.counters import Direct, Key
from communaux.territory.models import Territory, TerritoryStat

MEASURES: Final[Mapping[str, str]] = {
    Need.State.OPEN: TerritoryStat.Measure.NEEDS_OPEN,
    Need.State.POOLED: TerritoryStat.Measure.NEEDS_OPEN,
    Need.State.ANSWERED: TerritoryStat.Measure.NEEDS_ANSWERED,
}


def weigh(need: Need) -> int:
    """Weight of a need and of those who said that they have it too; a body counts once, so does who speaks for none."""
    rows = need.supports.filter(withdrawn_at=None).values_list("org_id", "person_id")
    told = [*rows, (need.org_id, need.author_id)]
    bodies = {org for org, _person in told if org}
    persons = {person for org, person in told if org is None and person}
    _version, each = weights.need()
    need.weight = each["organisation"] * len(bodies) + each["person"] * len(persons)
    need.save(update_fields=["weight"])
    return need.weight


def count(need: Need, was: str, at: datetime) -> None:
    """Bring the counters from the state `was` to the present one; a need without a place counts nowhere."""
    before, after = MEASURES.get(was), MEASURES.get(need.state)
    if need.territory_id is None or before == after:
        return
    if before:
        counters.add(need.territory_id, before, -1, themes=[need.theme_id], at=at)
    if after:
        counters.add(need.territory_id, after, 1, themes=[need.theme_id], at=at)


def counted(day: date) -> Direct:
    """What needs count for, by theme and in all: made again from the rows, to check the counters."""
    found: Counter[Key] = Counter()
    rows = Need.objects.filter(state__in=list(MEASURES)).exclude(territory=None)
    for territory, state, theme, n in rows.values_list("territory_id", "state", "theme_id").annotate(n=Count("pk")):
        for name in ("", theme):
            found[territory, MEASURES[state], name] += n
    return found


def follow(into: dict[int, Territory]) -> Iterable[tuple[str, str]]:
    """Needs of territories that ended stand in those that took their place; (slug, code of the new one) of each."""
    moved = list(Need.objects.filter(territory__in=into).order_by("pk"))
    for need in moved:
        assert need.territory_id is not None  # they were found by it
        need.territory = into[need.territory_id]
        need.save(update_fields=["territory"])
    return [(need.slug, need.territory.code) for need in moved if need.territory]
