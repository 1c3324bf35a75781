"""Simulated annealing of a timetable: sessions move and change places, what that costs is had from the moved ones alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from communaux.engines.programme.clash import Holders, shared
from communaux.engines.programme.conflicts import people, shortfall
from communaux.engines.programme.model import Room, Session, Slot

NOWHERE: Final = -1
PAIR: Final = 2  # what two sessions in each other's way count, against 1 for one that has no place: no place is better
THEME: Final = 0.5  # what two of one theme at the same time cost, in holders
COLDEST: Final = 0.1  # holders
TELL: Final = 500  # steps between two reports

type Ints = NDArray[np.int64]
type Cost = tuple[int, float]  # hard, soft
type Step = list[tuple[int, int]]  # session and the option that it takes


@dataclass(slots=True)
class Timetable:
    """`n` sessions, each at one of its own options or NOWHERE (−1).

    `weights` float64[n, n]: soft cost of a pair that overlaps · `apart` bool[n, n]: pairs that may not · `rooms`, `starts`, `ends`
    int64[n, k]: options, in minutes, room −1 for none · `own` float64[n, k]: places missing · `counts` int64[n]: options of each.
    """

    weights: NDArray[np.float64]
    apart: NDArray[np.bool_]
    rooms: Ints
    starts: Ints
    ends: Ints
    own: NDArray[np.float64]
    counts: Ints
    at: Ints
    room: Ints = field(init=False)
    start: Ints = field(init=False)
    end: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.room, self.start, self.end = (np.full(len(self.at), NOWHERE) for _ in range(3))
        for one, option in enumerate(self.at.tolist()):
            self.put(one, option)

    def put(self, one: int, option: int) -> None:
        self.at[one] = option
        if option == NOWHERE:  # an empty span overlaps nothing
            self.room[one] = self.start[one] = self.end[one] = NOWHERE
        else:
            self.room[one], self.start[one], self.end[one] = (
                self.rooms[one, option],
                self.starts[one, option],
                self.ends[one, option],
            )

    def cost_of(self, one: int) -> Cost:
        """What the place of one session costs: itself, and all its pairs."""
        option = self.at[one]
        if option == NOWHERE:
            return 1, 0.0
        beside = (self.start < self.end[one]) & (self.end > self.start[one])
        beside[one] = False
        soft = float(self.weights[one] @ beside) + float(self.own[one, option])
        bad = self.apart[one] & beside
        if self.room[one] != NOWHERE:
            bad |= beside & (self.room == self.room[one])
        return PAIR * int(np.count_nonzero(bad)), soft

    def in_the_way(self, one: int, option: int) -> list[int]:
        """Who holds the room that an option needs."""
        room = self.rooms[one, option]
        if room == NOWHERE:
            return []
        here = (self.room == room) & (self.start < self.ends[one, option]) & (self.end > self.starts[one, option])
        here[one] = False
        return [int(other) for other in np.flatnonzero(here)]

    def option_at(self, one: int, room: int, start: int) -> int:
        """The option of a session that is there; NOWHERE if it has none."""
        count = self.counts[one]
        here = np.flatnonzero((self.rooms[one, :count] == room) & (self.starts[one, :count] == start))
        return int(here[0]) if len(here) else NOWHERE

    def take(self, step: Step) -> Cost:
        """Make the moves one after the other; what all of them add to the cost."""
        hard, soft = 0, 0.0
        for one, option in step:
            before = self.cost_of(one)
            self.put(one, option)
            after = self.cost_of(one)
            hard, soft = hard + after[0] - before[0], soft + after[1] - before[1]
        return hard, soft

    def back(self, step: Step) -> Step:
        """The moves that undo a step that is not made yet."""
        return [(one, int(self.at[one])) for one, _option in reversed(step)]

    def undo(self, step: Step) -> None:
        for one, option in step:
            self.put(one, option)

    def cost(self) -> Cost:
        """Of the whole: each pair counts once."""
        costs = [self.cost_of(one) for one in range(len(self.at))]
        placed = self.at != NOWHERE
        alone = float(self.own[placed, self.at[placed]].sum())
        hard = sum(one[0] for one in costs if one[0] > 1) // 2 + int(np.count_nonzero(~placed))
        return hard, (sum(one[1] for one in costs) - alone) / 2 + alone


def timetable(
    sessions: Sequence[Session], choices: Sequence[Sequence[Slot]], rooms: Mapping[str, Room], starred: Holders
) -> Timetable:
    """Everybody at the first of their options that nobody holds, in the given order: first fit."""
    n, most = len(sessions), max((len(one) for one in choices), default=0)
    order = {name: place for place, name in enumerate(rooms)}
    where, start, end = (np.full((n, max(most, 1)), NOWHERE) for _ in range(3))
    own = np.zeros(where.shape)
    for one, slots in enumerate(choices):
        for option, slot in enumerate(slots):
            where[one, option] = order.get(slot.room or "", NOWHERE)
            start[one, option], end[one, option] = (int(at.timestamp()) // 60 for at in (slot.start, slot.end))
            own[one, option] = shortfall(sessions[one], rooms[slot.room]) if slot.room else 0
    weights, apart = _pairs(sessions, starred)
    counts = np.array([len(one) for one in choices], dtype=np.int64)
    return Timetable(weights, apart, where, start, end, own, counts, np.full(n, NOWHERE))


def _pairs(sessions: Sequence[Session], starred: Holders) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    n = len(sessions)
    weights, apart = np.zeros((n, n)), np.zeros((n, n), dtype=np.bool_)
    persons = [set(people(one)) for one in sessions]
    for one in range(n):
        for other in range(one):
            same = bool(sessions[one].theme) and sessions[one].theme == sessions[other].theme
            both = shared(starred, sessions[one].guid, sessions[other].guid)
            weights[one, other] = weights[other, one] = both + THEME * same
            apart[one, other] = apart[other, one] = not persons[one].isdisjoint(persons[other])
    return weights, apart


def first_fit(table: Timetable, waiting: Iterable[int]) -> None:
    """Put those without a place at the first of their options where they are in nobody's way."""
    for one in waiting:
        for option in range(int(table.counts[one])):
            table.put(one, option)
            if table.cost_of(one)[0] == 0:
                break
            table.put(one, NOWHERE)


def anneal(
    table: Timetable,
    movable: Sequence[int],
    *,
    rng: np.random.Generator,
    iterations: int,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Leave the table at the best that was met: fewest hard costs, then the lowest soft one. Cools from the heaviest pair down."""
    able = [one for one in movable if table.counts[one] > 0]
    now, best, kept = table.cost(), table.cost(), table.at.copy()
    hottest = max(float(table.weights.max(initial=0.0)), float(table.own.max(initial=0.0)), 1.0)
    wall = float(table.weights.sum(axis=1).max(initial=0.0)) + hottest
    drawn = rng.random((iterations, 3)) if able else np.zeros((0, 3))
    for done, (who, which, chance) in enumerate(drawn.tolist()):
        if progress is not None and done % TELL == 0:
            progress(done, iterations)
        heat = hottest * (COLDEST / hottest) ** (done / iterations)
        one = able[int(who * len(able))]
        step = proposed(table, one, int(which * table.counts[one]), set(able), rng)
        undo = table.back(step)
        hard, soft = table.take(step)
        worse = hard * wall + soft
        if worse > 0 and chance >= exp(-worse / heat):
            table.undo(undo)
            continue
        now = now[0] + hard, now[1] + soft
        if now < best:
            best, kept = now, table.at.copy()
    for one, option in enumerate(kept.tolist()):
        table.put(one, option)
    if progress is not None:
        progress(iterations, iterations)


def proposed(table: Timetable, one: int, option: int, able: set[int], rng: np.random.Generator) -> Step:
    """`one` takes an option; the first in its way goes where `one` was if it may, the others anywhere."""
    was = int(table.room[one]), int(table.start[one])
    others = [other for other in table.in_the_way(one, option) if other in able]
    step: Step = []
    for place, other in enumerate(others):
        there = table.option_at(other, *was) if place == 0 and table.at[one] != NOWHERE else NOWHERE
        step.append((other, there if there != NOWHERE else int(rng.integers(table.counts[other]))))
    return [(one, option), *step]
