"""Each kind of conflict; and all of them beside a comparison of everything with everything, minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from programme.making import DAY, EDITION, NINE, guid, later, programme, programmes, session, slot

from communaux.engines.programme.conflicts import Conflict, conflicts
from communaux.engines.programme.model import Availability, Programme, Role, Room, Slot

FIRST, SECOND = (("session", str(guid(number))) for number in (1, 2))
ADA = Role("7")


def test_two_sessions_in_one_room() -> None:
    found = programme([session(1), session(2)], [slot(1), slot(2, later(45))])
    assert conflicts(found) == [Conflict("error", "room_overlap", FIRST, SECOND, 15, "Halle")]


def test_sessions_that_only_touch_do_not_meet() -> None:
    assert conflicts(programme([session(1), session(2)], [slot(1), slot(2, later(60))])) == []


def test_one_person_in_two_rooms() -> None:
    both = [session(number, roles=(ADA, Role(""), ADA)) for number in (1, 2)]
    found = programme(both, [slot(1), slot(2, later(30), room="Grenier")])
    assert conflicts(found) == [Conflict("error", "person_overlap", FIRST, SECOND, 30, "7")]


def test_a_cancelled_session_is_in_nobodys_way() -> None:
    found = programme([session(1), session(2, state="cancelled")], [slot(1), slot(2)])
    assert conflicts(found) == []


def test_spans_of_availability_that_meet_are_one() -> None:
    there = [Availability(("role", "7"), later(start), later(start + 30)) for start in (30, 0)]
    found = programme([session(1, roles=(ADA,), minutes=90)], [slot(1, minutes=90)], availabilities=tuple(there))
    assert conflicts(found) == [Conflict("error", "outside_availability", FIRST, ("role", "7"), 30)]
    assert conflicts(found.with_slots([slot(1)])) == []


def test_a_room_that_is_not_there() -> None:
    there = (
        Availability(("room", "Halle"), later(60), later(120)),
        Availability(("room", "Halle"), later(70), later(80)),
    )
    found = programme([session(1)], [slot(1)], availabilities=there)
    assert conflicts(found) == [Conflict("error", "outside_availability", FIRST, ("room", "Halle"), 60)]
    assert conflicts(found.with_slots([slot(1, later(60))])) == []
    assert conflicts(found.with_slots([slot(1, room=None)])) == []


def test_outside_the_days_but_not_past_midnight() -> None:
    night = NINE.replace(hour=23)
    found = programme([session(1)], [slot(1, night, 120)])
    assert conflicts(found) == []
    after = found.with_slots([slot(1, night + timedelta(hours=1))])
    edition = ("edition", EDITION.acronym)
    assert conflicts(after) == [Conflict("error", "outside_edition", FIRST, edition, 60)]
    assert [one.kind for one in conflicts(found.with_slots([slot(1, NINE - timedelta(days=1))]))] == ["outside_edition"]


@pytest.mark.parametrize(("answer", "level"), [(True, None), (False, "error"), (None, "warning")])
@pytest.mark.parametrize("need", ["step_free", "hearing_loop"])
def test_a_room_that_lacks_what_somebody_needs(need: str, answer: bool | None, level: str | None) -> None:
    room = replace(Room("Halle", 100), **{need: answer})
    found = conflicts(programme([session(1, needs=frozenset({need}))], [slot(1)], rooms=(room,)))
    assert [(one.level, one.kind, one.second, one.by) for one in found] == (
        [(level, "accessibility_unmet", ("room", "Halle"), need)] if level else []
    )


def test_what_people_answer_asks_nothing_of_a_room() -> None:
    found = programme([session(1, needs=frozenset({"sign_language", "captions"}))], [slot(1)])
    assert conflicts(found) == []


def test_a_room_that_is_too_small_and_those_of_which_nobody_knows() -> None:
    found = programme([session(1, capacity=130)], [slot(1)])
    assert conflicts(found) == [Conflict("warning", "room_too_small", FIRST, ("room", "Halle"), 60, places=30)]
    assert conflicts(replace(found, rooms=(Room("Halle"),))) == []
    assert conflicts(programme([session(1)], [slot(1)])) == []


@pytest.mark.parametrize(
    ("state", "level"),
    [("accepted", "warning"), ("submitted", "warning"), ("declined", "error"), ("withdrawn", "error"), ("held", None)],
)
def test_placed_though_nobody_confirmed(state: str, level: str | None) -> None:
    found = conflicts(programme([session(1, state=state)], [slot(1)]))
    assert [(one.level, one.kind, one.second) for one in found] == (
        [(level, "unconfirmed_session", ("state", state))] if level else []
    )


def test_not_placed() -> None:
    found = programme([session(1, state="accepted"), session(2, state="declined")])
    assert conflicts(found) == [Conflict("warning", "not_placed", FIRST, ("edition", EDITION.acronym), 60)]


def test_errors_come_first() -> None:
    found = programme([session(1, capacity=200), session(2), session(3)], [slot(1), slot(2)])
    assert [one.level for one in conflicts(found)] == ["error", "warning", "warning"]


def every_minute(start: datetime, end: datetime) -> set[datetime]:
    return {start + timedelta(minutes=n) for n in range(int((end - start).total_seconds() // 60))}


def naive(found: Programme) -> set[Conflict]:
    """Everything beside everything, with minutes as sets."""
    told: set[Conflict] = set()
    placed = {one.session: one for one in found.slots}
    for one in found.sessions:
        this, here = ("session", str(one.guid)), placed.get(one.guid)
        if here is None:
            if one.state in ("accepted", "confirmed", "held"):
                told.add(Conflict("warning", "not_placed", this, ("edition", "essai2023"), one.minutes))
        elif one.state != "cancelled":
            told |= alone(found, here)
            told |= {each for other in found.sessions for each in pair(found, one.guid.int, other.guid.int)}
    return told


def alone(found: Programme, here: Slot) -> set[Conflict]:
    told: set[Conflict] = set()
    one, this = found.by_guid[here.session], ("session", str(here.session))
    mine = every_minute(here.start, here.end)
    local = here.start.astimezone(EDITION.zone).date()
    if local != DAY:
        told.add(Conflict("error", "outside_edition", this, ("edition", "essai2023"), len(mine)))
    if one.state not in ("confirmed", "held"):
        level = "error" if one.state in ("declined", "withdrawn") else "warning"
        told.add(Conflict(level, "unconfirmed_session", this, ("state", one.state), len(mine)))  # type: ignore[arg-type]
    for thing in [("room", here.room or "?"), *(("role", role.id) for role in one.roles if role.id)]:
        spans = [every_minute(span.start, span.end) for span in found.availabilities if span.of == thing]
        if spans and (missing := mine.difference(*spans)):
            told.add(Conflict("error", "outside_availability", this, thing, len(missing)))
    for room in found.rooms:
        if room.name != here.room:
            continue
        if one.capacity and room.capacity and one.capacity > room.capacity:
            places = one.capacity - room.capacity
            told.add(Conflict("warning", "room_too_small", this, ("room", room.name), len(mine), places=places))
        if "step_free" in one.needs and room.step_free is not True:
            level = "warning" if room.step_free is None else "error"
            told.add(Conflict(level, "accessibility_unmet", this, ("room", room.name), len(mine), "step_free"))  # type: ignore[arg-type]
    return told


def pair(found: Programme, one: int, other: int) -> set[Conflict]:
    here, there = (found.placed.get(guid(number)) for number in (one, other))
    mine, theirs = (found.by_guid[guid(number)] for number in (one, other))
    if here is None or there is None or one >= other or "cancelled" in (mine.state, theirs.state):
        return set()
    shared = len(every_minute(here.start, here.end) & every_minute(there.start, there.end))
    persons = {role.id for role in mine.roles} & {role.id for role in theirs.roles} - {""}
    told = [("person_overlap", person) for person in persons]
    if here.room is not None and here.room == there.room:
        told.append(("room_overlap", here.room))
    first, second = ("session", str(guid(one))), ("session", str(guid(other)))
    return {Conflict("error", kind, first, second, shared, by) for kind, by in told if shared}  # type: ignore[arg-type]


@given(programmes())
def test_all_are_found_and_nothing_else(found: Programme) -> None:
    told = conflicts(found)
    assert told == sorted(told)
    assert len(told) == len(set(told))
    assert set(told) == naive(found)
