"""A programme day by day and room by room, as schedule.xml and schedule.json have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from communaux.engines.programme.model import Programme, Session, Slot
from communaux.engines.programme.times import midnight

TIMESLOT: Final = "00:05"  # what starts and durations are multiples of, in programmes of this desk


@dataclass(frozen=True, slots=True)
class Day:
    """`start`: of the first session, `end`: of the last one, which may be after midnight; an empty day is a whole one."""

    index: int
    date: date
    start: datetime
    end: datetime
    rooms: dict[str, list[tuple[Session, Slot]]]


def days(programme: Programme) -> Iterator[Day]:
    """All rooms each day, in their order; "" for sessions in none. These formats know no cancelled session: they are left out."""
    sessions, zone = programme.by_guid, programme.edition.zone
    for index, (one, slots) in enumerate(programme.by_day(), 1):
        rooms: dict[str, list[tuple[Session, Slot]]] = {room.name: [] for room in programme.rooms}
        here = [slot for slot in slots if sessions[slot.session].state != "cancelled"]
        for slot in here:
            rooms.setdefault(slot.room or "", []).append((sessions[slot.session], slot))
        start = min((slot.start for slot in here), default=midnight(one, zone))
        end = max((slot.end for slot in here), default=midnight(one + timedelta(days=1), zone))
        yield Day(index, one, start, end, rooms)
