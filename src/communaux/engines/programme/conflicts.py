"""What stands in the way of a programme: eight kinds, each with the two things that do not go together, and for how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from communaux.engines.programme.model import (
    FIRM,
    GONE,
    NEEDS,
    PLACED,
    Availability,
    Programme,
    Room,
    Session,
    Slot,
    Thing,
)
from communaux.engines.programme.times import day_of

type Kind = Literal[
    "room_overlap",
    "person_overlap",
    "outside_availability",
    "outside_edition",
    "accessibility_unmet",
    "room_too_small",
    "unconfirmed_session",
    "not_placed",
]
type Level = Literal["error", "warning"]
type Spans = Mapping[Thing, list[tuple[datetime, datetime]]]

LEVELS: Final[tuple[Level, ...]] = ("error", "warning")


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """`first` and `second` do not go together for `minutes`; `by`: the room or the role in which two sessions meet; `places`:
    how many are missing in a room."""

    level: Level
    kind: Kind
    first: Thing
    second: Thing
    minutes: int
    by: str = ""
    places: int = 0


def conflicts(programme: Programme) -> list[Conflict]:
    """Errors first, then by kind and by the things they are about. A cancelled session stands in nobody's way.

    A programme may be published when none is an error.
    """
    sessions = programme.by_guid
    slots = [one for one in programme.slots if sessions[one.session].state != "cancelled"]
    found = [*overlaps(slots, sessions), *not_placed(programme)]
    rooms, free = programme.by_name, availability(programme.availabilities)
    for slot in slots:
        session, room = sessions[slot.session], rooms.get(slot.room or "")
        found += [*outside(slot, session, free), *out_of_days(slot, programme), *unconfirmed(slot, session)]
        if room is not None:
            found += [*too_small(slot, session, room), *unmet(slot, session, room)]
    return sorted(found)


def overlaps(slots: Iterable[Slot], sessions: Mapping[UUID, Session]) -> Iterator[Conflict]:
    """Two sessions in one room, and one person in two sessions, at the same time."""
    in_room, with_person = defaultdict[str, list[Slot]](list), defaultdict[str, list[Slot]](list)
    for slot in slots:
        if slot.room is not None:
            in_room[slot.room].append(slot)
        for person in people(sessions[slot.session]):
            with_person[person].append(slot)
    yield from _meeting("room_overlap", in_room)
    yield from _meeting("person_overlap", with_person)


def _meeting(kind: Kind, slots_by: Mapping[str, list[Slot]]) -> Iterator[Conflict]:
    for by, slots in slots_by.items():
        for one, other in overlapping(slots):
            first, second = sorted((str(one.session), str(other.session)))
            shared = together(one.start, one.end, other.start, other.end)
            yield Conflict("error", kind, ("session", first), ("session", second), shared, by)


def people(session: Session) -> list[str]:
    """Who is in it, once each; roles of nobody that is known are left out."""
    return sorted({role.id for role in session.roles if role.id})


def overlapping(slots: Iterable[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Pairs that share some time, each once; those that only touch do not."""
    going: list[Slot] = []
    for slot in sorted(slots, key=lambda one: one.start):
        going = [one for one in going if one.end > slot.start]
        yield from ((one, slot) for one in going)
        going.append(slot)


def together(start: datetime, end: datetime, other_start: datetime, other_end: datetime) -> int:
    """Minutes that two spans of time share."""
    return max(0, int((min(end, other_end) - max(start, other_start)).total_seconds() // 60))


def availability(given: Iterable[Availability]) -> Spans:
    """When each thing is there, spans that meet made one."""
    spans = defaultdict[Thing, list[tuple[datetime, datetime]]](list)
    for one in sorted(given, key=lambda one: one.start):
        mine = spans[one.of]
        if mine and one.start <= mine[-1][1]:
            mine[-1] = (mine[-1][0], max(mine[-1][1], one.end))
        else:
            mine.append((one.start, one.end))
    return spans


def outside(slot: Slot, session: Session, free: Spans) -> Iterator[Conflict]:
    """A room or somebody who is not there all the time."""
    things: list[Thing] = [("role", person) for person in people(session)]
    if slot.room is not None:
        things.append(("room", slot.room))
    for thing in things:
        missing = away(slot.start, slot.end, free.get(thing))
        if missing:
            yield Conflict("error", "outside_availability", ("session", str(slot.session)), thing, missing)


def away(start: datetime, end: datetime, spans: list[tuple[datetime, datetime]] | None) -> int:
    """Minutes from `start` to `end` that no span covers; None: there all the time."""
    if spans is None:
        return 0
    whole = int((end - start).total_seconds() // 60)
    return whole - sum(together(start, end, *span) for span in spans)


def out_of_days(slot: Slot, programme: Programme) -> Iterator[Conflict]:
    """One that starts on no day of the edition; one that runs on after midnight stands on the day it starts."""
    edition = programme.edition
    if not edition.start <= day_of(slot.start, edition.zone) <= edition.end:
        this = ("session", str(slot.session))
        yield Conflict("error", "outside_edition", this, ("edition", edition.acronym), slot.minutes)


def unconfirmed(slot: Slot, session: Session) -> Iterator[Conflict]:
    """One that nobody confirmed; an error where it was declined or withdrawn: it will not take place."""
    if session.state not in FIRM:
        level: Level = "error" if session.state in GONE else "warning"
        this = ("session", str(slot.session))
        yield Conflict(level, "unconfirmed_session", this, ("state", session.state), slot.minutes)


def too_small(slot: Slot, session: Session, room: Room) -> Iterator[Conflict]:
    if missing := shortfall(session, room):
        this = ("session", str(slot.session))
        yield Conflict("warning", "room_too_small", this, ("room", room.name), slot.minutes, places=missing)


def shortfall(session: Session, room: Room) -> int:
    """Places that are missing; none where nobody knows how many come or how many may."""
    if session.capacity is None or room.capacity is None:
        return 0
    return max(0, session.capacity - room.capacity)


def unmet(slot: Slot, session: Session, room: Room) -> Iterator[Conflict]:
    """What somebody needs and the room does not have, an error; where nobody knows, a warning to go and see."""
    for need in sorted(session.needs):
        answer = has(room, need)
        if answer is not True:
            level: Level = "error" if answer is False else "warning"
            this = ("session", str(slot.session))
            yield Conflict(level, "accessibility_unmet", this, ("room", room.name), slot.minutes, need)


def has(room: Room, need: str) -> bool | None:
    """Whether a room answers a need; True for those that people answer, not rooms; None: not known."""
    fact = NEEDS[need]
    found: bool | None = getattr(room, fact) if fact else True
    return found


def not_placed(programme: Programme) -> Iterator[Conflict]:
    placed = programme.placed
    for one in programme.sessions:
        if one.state in PLACED and one.guid not in placed:
            edition = ("edition", programme.edition.acronym)
            yield Conflict("warning", "not_placed", ("session", str(one.guid)), edition, one.minutes)
