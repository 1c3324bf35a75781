"""What a programme is made of; frozen, checked as it is made, always in the same order so that equal ones are equal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final, Literal, Self, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.times import day_of, zone

type Thing = tuple[
    str, str
]  # kind and id: ("session", guid), ("room", name), ("role", id), ("edition", acronym), ("need", code)
type State = Literal[
    "draft", "submitted", "waiting", "accepted", "confirmed", "held", "declined", "withdrawn", "cancelled"
]
STATES: Final = get_args(State.__value__)
PLACED: Final = frozenset({"accepted", "confirmed", "held"})  # states of sessions that are meant to take place
FIRM: Final = frozenset({"confirmed", "held"})
GONE: Final = frozenset({"declined", "withdrawn"})
# What somebody needs, and the fact of a room that answers it; the others are answered by people.
NEEDS: Final[Mapping[str, str]] = {
    "step_free": "step_free",
    "hearing_loop": "hearing_loop",
    "sign_language": "",
    "captions": "",
}
LONGEST: Final = 99 * 60 + 59  # minutes: the formats have two digits for hours
MOST_DAYS: Final = 366  # of an edition
CODE: Final = re.compile(r"[A-Z0-9]{6}")


@dataclass(frozen=True, slots=True)
class Edition:
    """`start` and `end` are days, both included; `timezone` is a name of the IANA list."""

    title: str
    acronym: str
    start: date
    end: date
    timezone: str
    url: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.end < self.start:
            raise ProgrammeError("end_before_start", what=self.title)
        if (self.end - self.start).days >= MOST_DAYS:
            raise ProgrammeError("bad_value", what="end", value=self.end)

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.timezone)


@dataclass(frozen=True, slots=True)
class Room:
    """None: not known, which is neither yes nor no."""

    name: str
    capacity: int | None = None
    guid: UUID | None = None
    step_free: bool | None = None
    hearing_loop: bool | None = None

    def __post_init__(self) -> None:
        if not self.name or (self.capacity or 0) < 0:
            raise ProgrammeError("bad_value", what="room", value=self.name or "''")


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in a session. `id` is the same wherever it is the same person, "" where nobody is known; `shown` is what may
    be read by all, "" for the word of the kind; `name` is laid over it when it is served (`names`), and never stored."""

    id: str
    kind: str = "speaker"
    shown: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """By which it is known in its session; "" where nothing tells it from another."""
        return self.id or self.shown

    @property
    def words(self) -> str:
        """What was said of somebody: their name and, beside it, their role; "" where neither is told."""
        return f"{self.name} ({self.shown})" if self.name and self.shown else self.name or self.shown


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """`capacity`: how many are expected; `needs`: keys of NEEDS; `number`, `slug`: those another system gave, 0 and "" if none."""

    guid: UUID
    code: str
    title: str
    minutes: int
    kind: str = ""
    theme: str = ""
    subtitle: str = ""
    summary: str = ""
    description: str = ""
    capacity: int | None = None
    language: str = ""
    state: State = "confirmed"
    roles: tuple[Role, ...] = ()
    needs: frozenset[str] = frozenset()
    recording_optout: bool = False
    licence: str = ""
    links: tuple[Link, ...] = ()
    url: str = ""
    number: int = 0
    slug: str = ""

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ProgrammeError("bad_value", what="code", value=self.code)
        if not 0 < self.minutes <= LONGEST:
            raise ProgrammeError("bad_value", what="minutes", value=self.minutes)
        if self.state not in STATES:
            raise ProgrammeError("bad_value", what="state", value=self.state)
        if unknown := self.needs - NEEDS.keys():
            raise ProgrammeError("bad_value", what="needs", value=min(unknown))


@dataclass(frozen=True, slots=True)
class Availability:
    """When a room or somebody is there; who has none is there all the time. `of`: ("room", name) or ("role", id)."""

    of: Thing
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        in_utc(self, self.of[1])


@dataclass(frozen=True, slots=True)
class Slot:
    """Where and when a session stands, to the minute; kept in UTC. `room` None: not in one of the rooms."""

    session: UUID
    room: str | None
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        in_utc(self, str(self.session))

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Version:
    """A published programme: `ordinal` counts the versions of an edition from 1, 0 where nobody counted; `published_at` None: a
    file of another system does not tell."""

    number: str
    published_at: datetime | None = None
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Programme:
    """All of an edition: sessions by guid, slots by time; at most one slot a session. Rooms and themes keep their order."""

    edition: Edition
    rooms: tuple[Room, ...] = ()
    sessions: tuple[Session, ...] = ()
    slots: tuple[Slot, ...] = ()
    availabilities: tuple[Availability, ...] = ()
    themes: tuple[str, ...] = ()
    version: Version | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sessions", tuple(sorted(self.sessions, key=lambda one: one.guid)))
        object.__setattr__(self, "slots", tuple(sorted(self.slots, key=slot_order)))
        object.__setattr__(self, "availabilities", tuple(sorted(self.availabilities, key=lambda a: (a.of, a.start))))
        once("room", (one.name for one in self.rooms))
        once("session", (one.guid for one in self.sessions))
        once("code", (one.code for one in self.sessions))
        once("slot", (one.session for one in self.slots))
        known("session", {one.guid for one in self.sessions}, (one.session for one in self.slots))
        known("room", {one.name for one in self.rooms} | {None}, (one.room for one in self.slots))

    @property
    def by_guid(self) -> dict[UUID, Session]:
        return {one.guid: one for one in self.sessions}

    @property
    def by_name(self) -> dict[str, Room]:
        return {one.name: one for one in self.rooms}

    @property
    def placed(self) -> dict[UUID, Slot]:
        return {one.session: one for one in self.slots}

    def with_slots(self, slots: Iterable[Slot]) -> Self:
        return replace(self, slots=tuple(slots))

    def by_day(self) -> Iterator[tuple[date, list[Slot]]]:
        """Each day of the edition, and each other day that has sessions; a session stands on the day it starts."""
        last = self.edition.end.toordinal() + 1
        days = {date.fromordinal(n): list[Slot]() for n in range(self.edition.start.toordinal(), last)}
        for slot in self.slots:
            days.setdefault(day_of(slot.start, self.edition.zone), []).append(slot)
        return iter(sorted(days.items()))


def slot_order(one: Slot) -> tuple[datetime, datetime, str, UUID]:
    return one.start, one.end, one.room or "", one.session


def in_utc(one: Slot | Availability, what: str) -> None:
    """Check the times and keep them in UTC: two readings of the same clock in an autumn night would be equal otherwise."""
    for name, moment in (("start", one.start), ("end", one.end)):
        if moment.tzinfo is None:
            raise ProgrammeError("no_offset", what=what)
        if moment.second or moment.microsecond:
            raise ProgrammeError("bad_value", what=name, value=moment.isoformat())
        object.__setattr__(one, name, moment.astimezone(UTC))
    if one.start >= one.end:
        raise ProgrammeError("end_before_start", what=what)


def once(kind: str, given: Iterable[object]) -> None:
    seen: set[object] = set()
    for one in given:
        if one in seen:
            raise ProgrammeError("twice", kind=kind, what=one)
        seen.add(one)


def known(kind: str, there: Collection[object], given: Iterable[object]) -> None:
    for one in given:
        if one not in there:
            raise ProgrammeError("unknown_thing", kind=kind, what=one)
