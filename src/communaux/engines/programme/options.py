"""Where each session may stand at all: places of the grid that break no rule by themselves, whatever stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from communaux.engines.programme.conflicts import Conflict, Spans, availability, away, has, out_of_days, outside, unmet
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import Programme, Room, Session, Slot


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A span of the grid: a session put there begins with it, and ends with it at the latest."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ProgrammeError("no_offset", what="grid")
        if self.start.timestamp() >= self.end.timestamp():
            raise ProgrammeError("end_before_start", what="grid")


def hours(programme: Programme) -> list[Block]:
    """The grid that a programme uses already: each time at which something starts, up to the last end of what starts then."""
    ends: dict[datetime, datetime] = {}
    for slot in programme.slots:
        ends[slot.start] = max(slot.end, ends.get(slot.start, slot.end))
    return [Block(start, end) for start, end in ends.items()]


def options(programme: Programme, session: Session, grid: Sequence[Block], free: Spans | None = None) -> list[Slot]:
    """Where it may stand, in the order of the grid and of the rooms, and first where it stands now if that is no error.

    `free` is what `availability` gives, where it is at hand.
    """
    free = availability(programme.availabilities) if free is None else free
    now = programme.placed.get(session.guid)
    length = timedelta(minutes=session.minutes if now is None else now.minutes)
    found = [] if now is None or _refused(programme, session, now, free) else [now]
    rooms = [room for room in programme.rooms if _welcome(session, room)]
    for block in grid:
        bare = Slot(session.guid, None, block.start, block.start + length)
        if bare.end > block.end or _refused(programme, session, bare, free):
            continue
        for room in rooms:
            if not away(bare.start, bare.end, free.get(("room", room.name))):
                found.append(Slot(session.guid, room.name, bare.start, bare.end))
    return list(dict.fromkeys(found))


def _refused(programme: Programme, session: Session, slot: Slot, free: Spans) -> bool:
    return any(one.level == "error" for one in _alone(programme, session, slot, free))


def _alone(programme: Programme, session: Session, slot: Slot, free: Spans) -> Iterator[Conflict]:
    yield from out_of_days(slot, programme)
    yield from outside(slot, session, free)
    room = programme.by_name.get(slot.room or "")
    if room is not None:
        yield from unmet(slot, session, room)


def _welcome(session: Session, room: Room) -> bool:
    """Whether the room has what is needed, as far as anybody knows."""
    return all(has(room, need) is not False for need in session.needs)
