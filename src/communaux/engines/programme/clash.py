"""How often people who would like to be in two sessions cannot, because both take place at the same time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final
from uuid import UUID

from communaux.engines.programme.conflicts import overlapping
from communaux.engines.programme.model import Slot

WORST: Final = 10

type Stars = Iterable[Collection[UUID]]  # of each holder, the sessions that are starred; who holds them is not asked
type Holders = Mapping[UUID, int]  # of each session, its holders, one bit each


@dataclass(frozen=True, slots=True)
class Torn:
    """Two sessions that overlap, and how many starred both; `first` < `second`."""

    first: UUID
    second: UUID
    holders: int


@dataclass(frozen=True, slots=True)
class Clash:
    """`total`: holders torn, summed over pairs that overlap; `possible`: the same if all overlapped; `worst` pairs first."""

    total: int
    possible: int
    pairs: int
    worst: tuple[Torn, ...]

    @property
    def relative(self) -> Fraction:
        """In [0, 1]; 0 where nobody starred two."""
        return Fraction(self.total, self.possible or 1)


def clash(stars: Stars, slots: Iterable[Slot]) -> Clash:
    """C = Σ c(i, j) over pairs that share some time, c(i, j) = holders who starred both; stars of what is not placed count nowhere.

    >>> from datetime import datetime, timedelta, timezone
    >>> noon, one, two = datetime(2026, 1, 1, 12, tzinfo=timezone.utc), UUID(int=1), UUID(int=2)
    >>> both = [Slot(guid, None, noon, noon + timedelta(hours=1)) for guid in (one, two)]
    >>> clash([{one, two}, {one}], both)
    Clash(total=1, possible=1, pairs=1, worst=(Torn(first=UUID('00000000-0000-0000-0000-000000000001'), \
second=UUID('00000000-0000-0000-0000-000000000002'), holders=1),))
    """
    placed = list(slots)
    mine = {one.session for one in placed}
    starred = [mine.intersection(one) for one in stars]
    by_session = holders(starred)
    torn = [
        Torn(min(one.session, other.session), max(one.session, other.session), both)
        for one, other in overlapping(placed)
        if (both := shared(by_session, one.session, other.session))
    ]
    torn.sort(key=lambda pair: (-pair.holders, pair.first, pair.second))
    possible = sum(len(one) * (len(one) - 1) // 2 for one in starred)
    return Clash(sum(pair.holders for pair in torn), possible, len(torn), tuple(torn[:WORST]))


def holders(stars: Stars) -> Holders:
    """Whole numbers as sets: the common bits of two of them are counted at once."""
    order, bits = dict[UUID, int](), list[int]()
    for place, starred in enumerate(stars):
        bit = 1 << place
        for guid in starred:
            at = order.get(guid)  # asked once: to hash a UUID is most of the work
            if at is None:
                order[guid] = len(bits)
                bits.append(bit)
            else:
                bits[at] |= bit
    return {guid: bits[at] for guid, at in order.items()}


def shared(by_session: Holders, one: UUID, other: UUID) -> int:
    """How many starred both."""
    return (by_session.get(one, 0) & by_session.get(other, 0)).bit_count()
