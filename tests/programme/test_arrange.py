"""An arrangement: the best there is where all can be tried, the same for the same seed, nothing that would be an error."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programme.making import EDITION, blocks, guid, later, programme, programmes, session, slot

from communaux.engines.programme.arrange import Move, Proposal, Score, accept, arrange, score
from communaux.engines.programme.clash import holders, shared
from communaux.engines.programme.conflicts import conflicts, people
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import Availability, Programme, Role, Room, Slot
from communaux.engines.programme.options import Block, options

ONE_HALL = (Room("Halle", 100),)


def arranged(
    found: Programme, grid: list[Block], stars: object = (), seed: int = 0, iterations: int = 400, **more: object
) -> Proposal:
    return arrange(found, grid, stars, rng=np.random.default_rng(seed), iterations=iterations, **more)  # type: ignore[arg-type]


def small(seed: int, sessions: int, hours: int) -> tuple[Programme, list[Block], list[frozenset[object]]]:
    chance = random.Random(seed)
    made = [
        session(
            number,
            minutes=chance.choice([30, 60]),
            theme=chance.choice("abc"),
            capacity=chance.choice([None, 10, 30]),
            roles=tuple(Role(str(chance.randrange(5))) for _ in range(chance.randrange(2))),
        )
        for number in range(1, sessions + 1)
    ]
    stars = [frozenset(one.guid for one in made if chance.random() < 0.4) for _ in range(12)]
    rooms = (Room("Halle", 20), Room("Grenier", 10))
    return programme(made, rooms=rooms), blocks(hours), stars  # type: ignore[return-value]


def best(found: Programme, grid: list[Block], stars: list[frozenset[object]]) -> tuple[int, float]:
    """Every arrangement tried: fewest without a place, then the least soft cost."""
    by_session, sessions = holders(stars), found.sessions  # type: ignore[arg-type]
    choices = [[*options(found, one, grid), None] for one in sessions]
    reached = (len(sessions) + 1, 0.0)

    @cache
    def pair(one: int, other: int) -> float:
        same = 0.5 * (sessions[one].theme == sessions[other].theme)
        apart = set(people(sessions[one])) & set(people(sessions[other]))
        return float("inf") if apart else shared(by_session, sessions[one].guid, sessions[other].guid) + same

    def go(chosen: list[Slot | None], left: int, cost: float) -> None:
        nonlocal reached
        if (left, cost) >= reached:
            return
        if len(chosen) == len(sessions):
            reached = left, cost
            return
        one = len(chosen)
        for here in choices[one]:
            if here is None:
                go([*chosen, None], left + 1, cost)
                continue
            room = found.by_name[here.room or ""]
            more = float(max(0, (sessions[one].capacity or 0) - (room.capacity or 0)))
            for other, there in enumerate(chosen):
                if there is not None and there.start < here.end and here.start < there.end:
                    more += float("inf") if there.room == here.room else pair(one, other)
            if more < float("inf"):
                go([*chosen, here], left, cost + more)

    go([], 0, 0.0)
    return reached


@pytest.mark.parametrize(("case", "sessions", "hours", "iterations"), [(1, 7, 4, 900), (3, 6, 3, 600)])
def test_the_best_is_found_with_twenty_seeds(case: int, sessions: int, hours: int, iterations: int) -> None:
    found, grid, stars = small(case, sessions, hours)
    wanted = best(found, grid, stars)
    reached = [arranged(found, grid, stars, seed, iterations).after for seed in range(20)]
    assert {(one.unplaced, one.soft) for one in reached} == {wanted}


def test_the_same_seed_gives_the_same_answer() -> None:
    found, grid, stars = small(2, 7, 5)
    assert arranged(found, grid, stars, 5, 100) == arranged(found, grid, [set(one) for one in stars], 5, 100)


@settings(max_examples=30)
@given(programmes(most=5), st.integers(0, 9), st.sampled_from([0, 60]))
def test_whatever_is_given_nothing_gets_worse(found: Programme, seed: int, iterations: int) -> None:
    stars = [{guid(1), guid(2), guid(3)}, {guid(2), guid(4)}]
    before, fixed = (
        conflicts(found),
        {one.guid for one in found.sessions if one.state not in ("accepted", "confirmed", "held")},
    )
    told = arranged(found, blocks(6, 90), stars, seed, iterations)
    after = conflicts(told.programme)
    movable = [str(one.guid) for one in found.sessions if one.guid not in fixed]
    assert [one for one in after if one.level == "error" and one.first[1] in movable and one.second[1] in movable] == []
    assert all(one in before for one in after if one.level == "error")
    assert accept(found, told.moves) == told.programme
    assert not fixed & {one.session for one in told.moves}
    assert told.after.unplaced == len(told.unplaced)


def test_what_stands_well_stays() -> None:
    found = programme([session(1), session(2)], [slot(1), slot(2, later(60), room="Grenier")])
    told = arranged(found, blocks(4), [{guid(1), guid(2)}])
    assert (told.moves, told.before, told.after) == ((), Score(0, 0, 0, 0), Score(0, 0, 0, 0))


def test_a_move_says_what_it_spares() -> None:
    found = programme([session(1, theme="a"), session(2, theme="a")], [slot(1), slot(2, room="Grenier")])
    told = arranged(found, blocks(2), [{guid(1), guid(2)}] * 3, locked={guid(1)})
    assert told.before == Score(0, 3, 1, 0)
    assert (told.before.soft, told.after.soft) == (3.5, 0.0)
    assert [(one.session, one.torn_before, one.torn_after) for one in told.moves] == [(guid(2), 3, 0)]


@pytest.mark.parametrize("seed", range(10))
def test_nobody_is_moved_for_nothing(seed: int) -> None:
    others = [slot(number, later(60 * number), room="Grenier") for number in range(3, 6)]
    found = programme([session(n) for n in range(1, 6)], [slot(1), slot(2, room="Grenier"), *others])
    stars = [{guid(1), guid(2)}] * 3
    told = arranged(found, blocks(8), stars, seed, 60)
    assert told.after.soft == 0
    for one in told.moves:
        without = accept(found, [other for other in told.moves if other is not one])
        assert score(without, stars).soft > 0 or any(each.level == "error" for each in conflicts(without))


def test_two_that_change_places_go_together() -> None:
    big, tiny = session(1, capacity=80), session(2, capacity=10)
    found = programme([big, tiny], [slot(1, room="Grenier"), slot(2)], rooms=(Room("Halle", 80), Room("Grenier", 20)))
    told = arranged(found, blocks(1))
    assert (told.before.places, told.after.places) == (60, 0)
    assert {one.session: one.along for one in told.moves} == {guid(1): (guid(2),), guid(2): (guid(1),)}
    alone = conflicts(accept(found, told.moves[:1]))
    assert [one.kind for one in alone if one.level == "error"] == ["room_overlap"]


def test_moves_are_taken_one_by_one() -> None:
    told = arranged(found := programme([session(1), session(2)]), blocks(2))
    first, second = told.moves
    assert len(accept(found, [first]).slots) == 1
    assert accept(accept(found, [first]), [second]) == told.programme
    with pytest.raises(ProgrammeError, match="other_programme"):
        accept(accept(found, [first]), [first])


def test_who_has_no_place() -> None:
    long, other = session(1, minutes=90), session(2)
    told = arranged(programme([long, other, session(3)], rooms=ONE_HALL), blocks(1))
    assert dict(told.unplaced)[guid(1)] == "no_place"
    assert sorted(why for _guid, why in told.unplaced) == ["no_place", "taken"]


def test_a_session_in_the_wrong_place_leaves_it() -> None:
    found = programme([session(1, minutes=90)], [slot(1, later(-1440), 90)])
    told = arranged(found, blocks(1))
    assert told.moves == (Move(guid(1), found.slots[0], None, 0, 0),)
    assert accept(found, told.moves) == told.programme


def test_two_in_one_room_are_parted_without_a_search() -> None:
    found = programme([session(1), session(2)], [slot(1), slot(2)], rooms=ONE_HALL)
    told = arranged(found, blocks(2), iterations=0)
    assert len(told.moves) == 1
    assert conflicts(told.programme) == []


def test_two_that_are_locked_in_one_room_stay() -> None:
    found = programme([session(1), session(2)], [slot(1), slot(2)])
    told = arranged(found, blocks(2), locked={guid(1), guid(2)})
    assert (told.moves, told.programme) == ((), found)


def test_what_a_session_needs_is_respected() -> None:
    rooms = (Room("Halle", step_free=False), Room("Grenier", step_free=None))
    ada = Availability(("role", "7"), later(60), later(120))
    busy = Availability(("room", "Grenier"), later(60), later(180))
    made = session(1, needs=frozenset({"step_free"}), roles=(Role("7"),))
    found = programme([made], rooms=rooms, availabilities=(ada, busy))
    assert options(found, made, blocks(3)) == [slot(1, later(60), room="Grenier")]


def test_a_place_of_its_own_off_the_grid_and_out_of_rooms_is_kept() -> None:
    outside = slot(1, later(10), 70, room=None)
    found = programme([session(1)], [outside])
    assert options(found, session(1), blocks(1)) == [outside]
    assert arranged(found, blocks(1)).moves == ()


def test_progress_is_told_to_the_end() -> None:
    heard: list[tuple[int, int]] = []
    found, grid, stars = small(1, 3, 3)
    arranged(found, grid, stars, iterations=600, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(0, 600), (500, 600), (600, 600)]
    assert arranged(programme([]), []).programme == programme([])


@pytest.mark.parametrize(("start", "end"), [(later(0).replace(tzinfo=None), later(60)), (later(0), later(0))])
def test_a_grid_that_is_none(start: object, end: object) -> None:
    with pytest.raises(ProgrammeError):
        Block(start, end)  # type: ignore[arg-type]


def test_fewer_than_no_steps_are_refused() -> None:
    with pytest.raises(ProgrammeError, match="iterations"):
        arranged(replace(programme([]), edition=EDITION), [], iterations=-1)
