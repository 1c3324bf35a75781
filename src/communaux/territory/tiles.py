"""Départements as equal squares, overseas ones included: where each stands, and how many make which shade (03 § 3.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, Max, OuterRef, QuerySet, Sum

from communaux.territory.models import Territory, TerritoryClosure, TerritoryStat

COLUMNS: Final = 12
# The last two rows are the DROM and the COM, drawn after a gap
ROWS: Final = """\
.. .. .. .. .. .. 62 59 .. .. .. ..
.. .. .. .. 76 80 60 02 08 .. .. ..
.. .. 50 14 27 95 93 77 51 55 57 67
29 22 35 61 78 92 75 94 10 52 54 68
.. 56 53 72 28 91 45 89 21 70 88 ..
.. 44 49 37 41 18 58 71 39 25 90 ..
.. 85 79 86 36 23 03 42 69 01 74 ..
.. 17 16 87 19 63 43 07 38 73 .. ..
.. 33 24 46 15 48 30 84 26 05 .. ..
.. 40 47 82 12 34 .. 13 83 04 06 ..
.. 64 32 31 81 11 .. .. .. .. .. 2B
.. .. 65 09 66 .. .. .. .. .. .. 2A
971 972 973 974 976
975 977 978 984 986 987 988 989
"""
OVERSEAS: Final = 13
CELLS: Final[Mapping[str, tuple[int, int]]] = {
    code: (row, column)
    for row, line in enumerate(ROWS.splitlines(), 1)
    for column, code in enumerate(line.split(), 1)
    if code != ".."
}
CLASSES: Final = 5
KINDS = Territory.Kind


@dataclass(frozen=True, slots=True)
class Tile:
    """A département; `n` is None where nobody has counted, `shade` 1 to 5 where there is something, 0 where nothing is."""

    territory: Territory
    n: int | None
    shade: int

    @property
    def short(self) -> str:
        """As many as a small square can hold: whole thousands beyond 999."""
        if self.n is None:
            return "?"
        return str(self.n) if self.n < 1000 else f"{self.n // 1000}k"


@dataclass(frozen=True, slots=True)
class Step:
    """From how many to how many one shade goes."""

    shade: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Grid:
    """All squares row by row, what the shades mean, the sum of France, and what counts in no square."""

    tiles: tuple[Tile, ...]
    steps: tuple[Step, ...]
    total: int | None
    across: tuple[tuple[Territory, int], ...]  # bodies over several départements
    wider: int  # what belongs to a region or to the whole country
    counted_at: datetime | None


def grid(measure: str, theme: str = "") -> Grid:
    """The squares of one measure, of a theme or in all. A measure that no row tells was never counted: unknown everywhere."""
    placed = squares()
    france = Territory.objects.filter(kind=KINDS.COUNTRY).values_list("pk", flat=True).first()
    sums = TerritoryStat.objects.filter(territory=france, measure=measure)
    counted_at = sums.aggregate(last=Max("computed_at"))["last"]  # whatever is counted, is so in France too
    rows = TerritoryStat.objects.filter(measure=measure, theme=theme, n__gt=0)
    known = [*(one.pk for one in placed), *([france] if france else ())]
    numbers = dict(rows.filter(territory__in=known).values_list("territory_id", "n"))
    counts = [numbers.get(one.pk, 0) if counted_at else None for one in placed]
    tiles, steps = laid(placed, counts)
    across = _across(rows)
    total = numbers.get(france or 0, 0) if counted_at else None
    wider = (total or 0) - sum(n or 0 for n in counts) - sum(n for _body, n in across)
    return Grid(tiles, steps, total, across, wider, counted_at)


def squares() -> list[Territory]:
    """Départements row by row; none on a desk without codes."""
    found = Territory.objects.filter(kind=KINDS.DEPARTEMENT, code__in=CELLS)
    return sorted(found, key=lambda one: CELLS[one.code])


def square(code: str) -> Territory | None:
    """The département of a square; None where there is none of this code."""
    return Territory.objects.filter(kind=KINDS.DEPARTEMENT, code=code).first() if code in CELLS else None


def laid(placed: Sequence[Territory], counts: Sequence[int | None]) -> tuple[tuple[Tile, ...], tuple[Step, ...]]:
    """A tile for each, in their order, and what the shades mean."""
    steps = quantiles([n for n in counts if n])
    return tuple(Tile(one, n, shade(n, steps)) for one, n in zip(placed, counts, strict=True)), steps


def _across(rows: QuerySet[TerritoryStat]) -> tuple[tuple[Territory, int], ...]:
    """Bodies over several départements that have some themselves, the most first: what their communes have stands in a square."""
    inside = TerritoryClosure.objects.filter(descendant=OuterRef("pk"), ancestor__kind=KINDS.DEPARTEMENT)
    bodies = {one.pk: one for one in Territory.objects.filter(~Exists(inside), kind=KINDS.EPCI)}
    counts = Counter(dict(rows.filter(territory__in=bodies).values_list("territory_id", "n")))
    communes = TerritoryClosure.objects.filter(ancestor__in=counts, descendant__kind=KINDS.COMMUNE)
    inner = rows.filter(territory__in=communes.values("descendant_id"), territory__above__ancestor__in=counts)
    for body, n in inner.values_list("territory__above__ancestor").annotate(inner=Sum("n")):
        counts[body] -= n
    found = [(bodies[pk], n) for pk, n in counts.items() if n > 0]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0].name_key)))


def quantiles(numbers: Collection[int]) -> tuple[Step, ...]:
    """Up to five steps with as many squares each as equal numbers allow: the same number never has two shades.

    >>> [(step.shade, step.first, step.last) for step in quantiles([1, 1, 1, 2, 3, 5, 8, 13, 21, 34])]
    [(1, 1, 1), (2, 2, 2), (3, 3, 5), (4, 8, 13), (5, 21, 34)]
    """
    ordered = sorted(numbers)
    lasts = [ordered[-(-len(ordered) * part // CLASSES) - 1] for part in range(1, CLASSES + 1)] if ordered else []
    steps, below = list[Step](), 0
    for place, last in enumerate(lasts, 1):
        if last > below:
            steps.append(Step(place, min(n for n in ordered if n > below), last))
            below = last
    return tuple(steps)


def shade(n: int | None, steps: Collection[Step]) -> int:
    return next((step.shade for step in steps if n and n <= step.last), 0)
