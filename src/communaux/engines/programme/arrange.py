"""A better arrangement of a programme, as moves that a person takes or leaves one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import numpy as np

from communaux.engines.programme.annealing import (
    NOWHERE,
    THEME,
    Timetable,
    anneal,
    first_fit,
    proposed,
    timetable,
)
from communaux.engines.programme.clash import Holders, Stars, clash, holders, shared
from communaux.engines.programme.conflicts import availability, overlapping, shortfall
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import PLACED, Programme, Session, Slot
from communaux.engines.programme.options import Block, options

type Why = Literal["no_place", "taken"]


@dataclass(frozen=True, slots=True)
class Score:
    """`unplaced` sessions; holders torn (`clash`); pairs of one theme at the same time; places missing in rooms."""

    unplaced: int
    clash: int
    themes: int
    places: int

    @property
    def soft(self) -> float:
        """C + 0.5 a pair of one theme + places missing: what is made as small as may be."""
        return self.clash + THEME * self.themes + self.places


@dataclass(frozen=True, slots=True)
class Move:
    """One session from where it stands to where it would. `torn_before`, `torn_after`: holders torn between it and others, in the
    programme as it is and as a whole proposal leaves it. `along`: sessions that have to leave the room first."""

    session: UUID
    before: Slot | None
    after: Slot | None
    torn_before: int
    torn_after: int
    along: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """`moves`, those that spare most first; `unplaced` sessions, and why: no place of the grid suits them, or all are taken."""

    before: Score
    after: Score
    moves: tuple[Move, ...]
    unplaced: tuple[tuple[UUID, Why], ...]
    programme: Programme


def arrange(
    programme: Programme,
    grid: Iterable[Block],
    stars: Stars,
    *,
    rng: np.random.Generator,
    iterations: int,
    locked: Collection[UUID] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Proposal:
    """Place what has no place and move what stands badly; the same `rng` gives the same answer.

    No session is put where that would be an error (`conflicts`); those that are placed and `locked`, and all that are not meant to
    take place, stay. Among all that is allowed, as few holders torn as can be found in so many steps of simulated annealing
    (Kirkpatrick, Gelatt, Vecchi 1983). Raise ProgrammeError for a negative number of steps.
    """
    if iterations < 0:
        raise ProgrammeError("bad_value", what="iterations", value=iterations)
    starred, blocks = [frozenset(one) for one in stars], sorted(set(grid))
    sessions, choices, movable = considered(programme, blocks, frozenset(locked))
    table = timetable(sessions, choices, programme.by_name, by_session := holders(starred))
    start = started(programme, table, sessions, choices)
    first_fit(table, [one for one in movable if table.at[one] == NOWHERE])
    anneal(table, movable, rng=rng, iterations=iterations, progress=progress)
    repaired(table, movable)
    put_back(table, movable, start)
    after = placed(programme, table, sessions, choices)
    left: tuple[tuple[UUID, Why], ...] = tuple(
        (session.guid, "taken" if slots else "no_place")
        for session, slots, option in zip(sessions, choices, table.at.tolist(), strict=True)
        if option == NOWHERE
    )
    return told(programme, after, starred, by_session, left)


def considered(
    programme: Programme, grid: Sequence[Block], locked: frozenset[UUID]
) -> tuple[list[Session], list[list[Slot]], list[int]]:
    """Sessions that count, the options of each, and which of them may move."""
    now, free = programme.placed, availability(programme.availabilities)
    sessions, choices, movable = list[Session](), list[list[Slot]](), list[int]()
    for one in programme.sessions:
        fixed = one.guid in now and (one.guid in locked or one.state not in PLACED)
        if one.state == "cancelled" or (one.guid not in now and one.state not in PLACED):
            continue
        if not fixed:
            movable.append(len(sessions))
        sessions.append(one)
        choices.append([now[one.guid]] if fixed else options(programme, one, grid, free))
    return sessions, choices, movable


def started(
    programme: Programme, table: Timetable, sessions: Sequence[Session], choices: Sequence[Sequence[Slot]]
) -> list[int]:
    """Put everybody where they stand, if they may; those in each other's way too: it is for the search to part them."""
    now = programme.placed
    for one, (session, slots) in enumerate(zip(sessions, choices, strict=True)):
        here = now.get(session.guid)
        if here is not None and here in slots:
            table.put(one, slots.index(here))
    return [int(one) for one in table.at]


def repaired(table: Timetable, movable: Iterable[int]) -> None:
    """Whoever is still in somebody's way gives up the place, and takes the first that is free."""
    for one in movable:
        if table.at[one] != NOWHERE and table.cost_of(one)[0] > 0:
            table.put(one, NOWHERE)
            first_fit(table, [one])


def put_back(table: Timetable, movable: Sequence[int], start: Sequence[int]) -> None:
    """Undo moves that spare nothing: nobody is moved for the sake of moving."""
    able, still = set(movable), True
    nobody = np.random.default_rng(0)
    while still:
        still = False
        for one in movable:
            if start[one] in (NOWHERE, table.at[one]):
                continue
            step = proposed(table, one, start[one], able, nobody)
            if any(table.at[other] == start[other] for other, _option in step):
                continue
            undo = table.back(step)
            if table.take(step) <= (0, 0.0):
                still = True
            else:
                table.undo(undo)


def placed(
    programme: Programme, table: Timetable, sessions: Sequence[Session], choices: Sequence[Sequence[Slot]]
) -> Programme:
    ours = {one.guid for one in sessions}
    kept = [slot for slot in programme.slots if slot.session not in ours]
    found = [slots[option] for slots, option in zip(choices, table.at.tolist(), strict=True) if option != NOWHERE]
    return programme.with_slots([*kept, *found])


def told(
    programme: Programme,
    after: Programme,
    starred: Sequence[frozenset[UUID]],
    by_session: Holders,
    unplaced: tuple[tuple[UUID, Why], ...],
) -> Proposal:
    old, new = programme.placed, after.placed
    torn_old, torn_new = torn(programme, by_session), torn(after, by_session)
    going = [guid for guid in sorted(old.keys() | new.keys()) if old.get(guid) != new.get(guid)]
    moves = [
        Move(
            guid,
            old.get(guid),
            new.get(guid),
            torn_old.get(guid, 0),
            torn_new.get(guid, 0),
            along(guid, going, old, new),
        )
        for guid in going
    ]
    moves.sort(key=lambda one: (one.torn_after - one.torn_before, one.session))
    return Proposal(score(programme, starred), score(after, starred), tuple(moves), unplaced, after)


def torn(programme: Programme, by_session: Holders) -> dict[UUID, int]:
    """Of each session, holders who would also be elsewhere at that time."""
    found: dict[UUID, int] = {}
    for one, other in overlapping(standing(programme)):
        both = shared(by_session, one.session, other.session)
        for guid in (one.session, other.session):
            found[guid] = found.get(guid, 0) + both
    return found


def along(guid: UUID, going: Iterable[UUID], old: dict[UUID, Slot], new: dict[UUID, Slot]) -> tuple[UUID, ...]:
    """Who holds the new place now, and moves too."""
    here = new.get(guid)
    others = [old[one] for one in going if one != guid and one in old]
    if here is None or here.room is None:
        return ()
    return tuple(
        one.session for one in others if one.room == here.room and one.start < here.end and one.end > here.start
    )


def standing(programme: Programme) -> list[Slot]:
    sessions = programme.by_guid
    return [one for one in programme.slots if sessions[one.session].state != "cancelled"]


def score(programme: Programme, starred: Iterable[Collection[UUID]]) -> Score:
    sessions, rooms, slots = programme.by_guid, programme.by_name, standing(programme)
    unplaced = sum(one.state in PLACED and one.guid not in programme.placed for one in programme.sessions)
    themes = [(sessions[one.session].theme, sessions[other.session].theme) for one, other in overlapping(slots)]
    places = sum(shortfall(sessions[one.session], rooms[one.room]) for one in slots if one.room is not None)
    return Score(
        unplaced, clash(starred, slots).total, sum(bool(one) and one == other for one, other in themes), places
    )


def accept(programme: Programme, moves: Iterable[Move]) -> Programme:
    """The programme with these moves made, and no other; raise ProgrammeError where it is not the one they were found for."""
    now = programme.placed
    for one in moves:
        if now.get(one.session) != one.before:
            raise ProgrammeError("other_programme", what=one.session)
        now.pop(one.session, None)
        if one.after is not None:
            now[one.session] = one.after
    return programme.with_slots(now.values())
