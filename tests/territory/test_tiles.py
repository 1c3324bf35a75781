"""The grid of squares: each département has one, neighbours stay neighbours, equal numbers have equal shades."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from territory.small import NOW, OVER_REGIONS, PARIS, PLAINE, bring, commune

from communaux.core.models import Person
from communaux.territory import cog, presences, services, shipped, tiles
from communaux.territory.queries import around


def test_each_département_has_a_square_of_its_own() -> None:
    given_codes = shipped.newest()
    read = cog.read(given_codes.content, given_codes.millesime)
    assert sorted(tiles.CELLS) == sorted(row[0] for row in read.departements)
    assert (len(tiles.CELLS), len(set(tiles.CELLS.values()))) == (109, 109)
    assert all(1 <= column <= tiles.COLUMNS for _row, column in tiles.CELLS.values())
    overseas = [code for code, (row, _column) in tiles.CELLS.items() if row >= tiles.OVERSEAS]
    assert sorted(overseas) == [row[0] for row in read.departements if len(row[0]) == 3]


def test_départements_that_share_a_body_are_side_by_side() -> None:
    """90 pairs: 76 touch, by a side or a corner; 14 are one square apart; none is further."""
    given_codes = shipped.newest()
    inside: dict[str, set[str]] = {}
    for row in cog.read(given_codes.content, given_codes.millesime).communes:
        inside.setdefault(row[4], set()).add(row[3])
    pairs = {pair for body, found in inside.items() if body for pair in combinations(sorted(found), 2)}
    apart = [max(abs(x - y) for x, y in zip(tiles.CELLS[a], tiles.CELLS[b], strict=True)) for a, b in pairs]
    assert {distance: apart.count(distance) for distance in set(apart)} == {1: 76, 2: 14}


@given(st.lists(st.integers(1, 500), max_size=109))
def test_shades_follow_numbers(numbers: list[int]) -> None:
    steps = tiles.quantiles(numbers)
    shades = {n: tiles.shade(n, steps) for n in numbers}
    assert [shades[n] for n in sorted(shades)] == sorted(shades.values())
    assert all(step.first <= n <= step.last for n in shades for step in steps if step.shade == shades[n])
    assert {step.shade for step in steps} == set(shades.values())
    assert (tiles.shade(0, steps), tiles.shade(None, steps)) == (0, 0)
    if len(set(numbers)) == len(numbers) >= 5:
        sizes = [sum(step.first <= n <= step.last for n in numbers) for step in steps]
        assert max(sizes) - min(sizes) <= 1


def deployed(territory: Any, *ids: str) -> None:
    for one in ids:
        presences.begin(territory, ("commons", one), role="deployed", since=NOW.date(), source="Demo", at=NOW)


@pytest.mark.django_db
def test_what_is_attached_to_a_body_across_is_in_no_square_and_once_in_france(desk: Person) -> None:
    bring()
    assert {one.n for one in tiles.grid("commons_deployed").tiles} == {None}
    deployed(commune("40001"), "a", "b")
    deployed(commune("97411"), "a")
    deployed(around.get("epci", OVER_REGIONS), "a", "b", "c")
    deployed(around.get("ept", PLAINE), "a")
    deployed(around.get("region", "75"), "a")
    deployed(around.get("epci", "243300316"), "a")
    found = tiles.grid("commons_deployed")
    assert {one.territory.code: one.n for one in found.tiles if one.n} == {"33": 1, "40": 2, "974": 1}
    assert {one.shade for one in found.tiles if one.n == 0} == {0}
    assert [(body.code, n) for body, n in found.across] == [(OVER_REGIONS, 3), (PARIS, 1)]
    assert (found.total, found.wider, found.counted_at) == (9, 1, NOW)
    assert {one.n for one in tiles.grid("needs_open").tiles} == {None}
    assert tiles.grid("needs_open").total is None
    assert {one.n for one in tiles.grid("commons_deployed", "sante").tiles} == {0}


@pytest.mark.django_db
def test_as_many_questions_for_many_as_for_one(desk: Person, django_assert_num_queries: Callable[..., Any]) -> None:
    bring()
    deployed(around.get("epci", OVER_REGIONS), "a")
    with django_assert_num_queries(7):
        tiles.grid("commons_deployed")
    deployed(around.get("epci", PARIS), "a", "b")
    deployed(commune("33063"), "a", "b")
    with django_assert_num_queries(7):
        tiles.grid("commons_deployed")


@pytest.mark.django_db
def test_a_desk_without_codes_has_no_square() -> None:
    found = tiles.grid("actors")
    assert (found.tiles, found.steps, found.total, found.across) == ((), (), None, ())
    assert services.recount(Person.objects.desk(), owners=[], at=NOW) == 0
