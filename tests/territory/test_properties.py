"""Whatever the containments: the closure is what a walk reaches; whatever is written, counters are what a count finds."""

from __future__ import annotations

from collections import deque
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from territory.small import NOW

from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.territory import checks, closure, counters, services
from communaux.territory.models import Presence, Territory, TerritoryClosure, TerritoryEdge
from communaux.territory.queries import around

pytestmark = pytest.mark.django_db
DAY = NOW.date()
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SIZES = st.integers(2, 60)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, set[tuple[int, int]]]:
    """So many nodes, and edges from a lower to a higher number: no ring."""
    size = draw(SIZES)
    ends = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    pairs = draw(st.sets(ends, max_size=3 * size))
    return size, {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


def made(size: int, edges: set[tuple[int, int]], kinds: tuple[str, ...] = ("quartier",)) -> list[Territory]:
    """The desk holds these territories and these edges, and nothing else of the area."""
    for model in (Presence, TerritoryEdge, Territory):
        model.objects.all().delete()
    TerritoryClosure.objects.all().delete()
    rows = [
        Territory(
            kind=kinds[n % len(kinds)], code=f"N{n}", name=f"N{n}", name_key=f"n{n}", millesime=2026, valid_from=DAY
        )
        for n in range(size)
    ]
    Territory.objects.bulk_create(rows)
    TerritoryEdge.objects.bulk_create([TerritoryEdge(parent=rows[a], child=rows[b]) for a, b in sorted(edges)])
    closure.rebuild()
    return rows


def walked(start: int, edges: set[tuple[int, int]]) -> dict[int, int]:
    """Breadth first, from one node."""
    depth, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        for parent, child in edges:
            if parent == here and child not in depth:
                depth[child] = depth[here] + 1
                queue.append(child)
    return depth


@FEW
@given(graphs())
def test_the_closure_is_what_a_walk_reaches_by_the_shortest_way(graph: tuple[int, set[tuple[int, int]]]) -> None:
    size, edges = graph
    rows = made(size, edges)
    place = {row.pk: n for n, row in enumerate(rows)}
    kept = {
        (place[a], place[d]): depth
        for a, d, depth in TerritoryClosure.objects.values_list("ancestor", "descendant", "depth")
    }
    assert kept == {(n, one): depth for n in range(size) for one, depth in walked(n, edges).items()}
    assert list(checks.closure()) == []


def test_a_closure_that_was_changed_by_hand_is_told() -> None:
    rows = made(3, {(0, 1), (1, 2)})
    TerritoryClosure.objects.filter(ancestor=rows[0], descendant=rows[2]).update(depth=1)
    assert list(checks.closure()) == [f"closure {rows[0].pk} → {rows[2].pk}: kept at 1, the edges say 2"]


KINDS = [("commons", "deployed"), ("actor", "seat"), ("place", "available"), ("ambassador", "covers")]
ACTS = st.tuples(
    st.sampled_from(["open", "close"]),
    st.integers(0, 59),
    st.sampled_from([*KINDS, ("commons", "pilot"), ("fund", "covers")]),
    st.sampled_from("abc"),
    st.integers(-3, 3),
    st.none() | st.integers(0, 4),
)


def act(by: Person, rows: list[Territory], told: tuple) -> None:
    verb, place, (kind, role), obj_id, start, days = told
    since = DAY + timedelta(days=start)
    if verb == "open":
        until = None if days is None else since + timedelta(days=days)
        terms = {"role": role, "since": since, "until": until, "source": "Demo"}
        services.open_presence(by, rows[place % len(rows)], obj=(kind, obj_id), at=NOW, **terms)
    elif found := Presence.objects.order_by("pk")[place % (Presence.objects.count() or 1) :].first():
        services.close_presence(by, found, until=found.since + timedelta(days=days or 0), at=NOW)


@FEW
@given(graphs(), st.lists(ACTS, max_size=12))
def test_counters_are_what_a_count_finds(graph: tuple[int, set[tuple[int, int]]], acts: list[tuple]) -> None:
    by, rows = Person.objects.desk(), made(*graph)
    for told in acts:
        try:
            act(by, rows, told)
        except Conflict:
            """Said already, or ended already: nothing was written."""
    assert counters.differences([counters.of_presences], DAY) == {}
    live = Presence.objects.live(DAY).filter(obj_kind="commons", role="deployed")
    inside = {n: set(walked(n, graph[1])) for n in range(len(rows))}
    place = {row.pk: n for n, row in enumerate(rows)}
    for n, row in enumerate(rows):
        wanted = sum(place[one.territory_id] in inside[n] for one in live)
        assert around.counts(row).get("commons_deployed", 0) == wanted


@FEW
@given(graphs(), st.lists(st.tuples(st.integers(0, 59), st.sampled_from("abcdefgh"), st.booleans()), max_size=20))
def test_nearest_and_neighbours_are_those_of_a_naive_search(
    graph: tuple[int, set[tuple[int, int]]], said: list[tuple[int, str, bool]]
) -> None:
    rows = made(*graph, kinds=("departement", "epci", "commune"))
    told = {(place % len(rows), obj, live) for place, obj, live in said}
    ended = {True: None, False: DAY - timedelta(days=1)}
    Presence.objects.bulk_create(
        Presence(
            obj_kind="commons",
            obj_id=obj,
            territory=rows[place],
            role="deployed",
            since=date(2020, 1, 1) + timedelta(days=live),
            until=ended[live],
            source="Demo",
        )
        for place, obj, live in sorted(told)
    )
    down = {n: walked(n, graph[1]) for n in range(len(rows))}
    alive = [(place, obj) for place, obj, live in told if live]
    for n, row in enumerate(rows):
        nearest: dict[str, int] = {}
        for place, obj in alive:
            if n in down[place]:
                nearest[obj] = min(nearest.get(obj, 99), down[place][n])
        wanted = sorted((depth, obj) for obj, depth in nearest.items())
        assert [(one.depth, one.obj_id) for one in around.covering(row, DAY)] == wanted
        rings: dict[str, int] = {}
        for up in range(len(rows)):
            if down[up].get(n) in {1, 2} and rows[up].kind in around.NEAR:
                for place, obj in alive:
                    if place != n and place in down[up]:
                        rings[obj] = min(rings.get(obj, 99), around.NEAR.index(rows[up].kind))
        close = sorted((ring, obj) for obj, ring in rings.items())
        assert [(around.NEAR.index(one.kind), one.obj_id) for one in around.by_neighbours(row, DAY)] == close
