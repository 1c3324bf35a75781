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
    for index, (one, here) in enumerate(_told(programme), 1):
        rooms: dict[str, list[tuple[Session, Slot]]] = {room.name: [] for room in programme.rooms}
        for slot in here:
            rooms.setdefault(slot.room or "", []).append((sessions[slot.session], slot))
        start = min((slot.start for slot in here), default=midnight(one, zone))
        end = max((slot.end for slot in here), default=midnight(one + timedelta(days=1), zone))
        yield Day(index, one, start, end, rooms)


def _told(programme: Programme) -> Iterator[tuple[date, list[Slot]]]:
    """The days of the edition, and others on which something takes place."""
    sessions, edition = programme.by_guid, programme.edition
    for one, slots in programme.by_day():
        here = [slot for slot in slots if sessions[slot.session].state != "cancelled"]
        if here or edition.start <= one <= edition.end:
            yield one, here
