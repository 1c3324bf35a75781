"""People torn between two sessions, counted one by one beside."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from programme.making import guid, later, programmes, slot

from communaux.engines.programme.clash import Clash, Torn, clash
from communaux.engines.programme.model import Programme

STARS = st.lists(st.frozensets(st.integers(1, 9).map(guid)), max_size=12)


def test_nobody_is_torn_where_nobody_starred() -> None:
    assert clash([], [slot(1), slot(2)]) == Clash(0, 0, 0, ())
    assert clash([{guid(1)}], [slot(1), slot(2)]).relative == 0


def test_who_starred_two_that_overlap() -> None:
    stars = [{guid(1), guid(2), guid(3)}, {guid(2), guid(1)}, {guid(3)}, {guid(1), guid(9)}]
    found = clash(stars, [slot(2, room="Grenier"), slot(1, later(30)), slot(3, later(90))])
    assert found == Clash(2, 4, 1, (Torn(guid(1), guid(2), 2),))
    assert found.relative == Fraction(1, 2)


def test_the_ten_worst_pairs_are_told() -> None:
    stars = [{guid(one) for one in range(1, 7)}, {guid(5), guid(6)}]
    found = clash(stars, [slot(number) for number in range(1, 7)])
    assert (found.total, found.pairs, len(found.worst)) == (16, 15, 10)
    assert found.worst[:2] == (Torn(guid(5), guid(6), 2), Torn(guid(1), guid(2), 1))


@given(programmes(), STARS)
def test_it_is_what_one_counts_by_hand(found: Programme, stars: list[frozenset[UUID]]) -> None:
    total = possible = 0
    for one, other in combinations(found.slots, 2):
        both = sum(one.session in starred and other.session in starred for starred in stars)
        possible += both
        total += both * (one.start < other.end and other.start < one.end)
    told = clash(stars, found.slots)
    assert (told.total, told.possible) == (total, possible)
    assert told.relative == (Fraction(total, possible) if possible else 0)
