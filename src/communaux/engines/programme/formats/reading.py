"""What reading a schedule of another system has in common: times, durations, names; each refusal says which session it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats.naming import WEB, address
from communaux.engines.programme.model import CODE, LONGEST, Edition, Link, Programme, Room, Session, Slot, Version
from communaux.engines.programme.times import local, told

MOST: Final = 10 * 1024 * 1024  # bytes of a file
DURATION: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::[0-9]{1,2})?")
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(slots=True)
class Read:
    """What was read so far."""

    zone: ZoneInfo
    rooms: dict[str, Room] = field(default_factory=dict)
    sessions: dict[UUID, Session] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    themes: dict[str, None] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)

    def add(self, session: Session, room: str, start: datetime) -> None:
        """A session and its slot; raise ProgrammeError `twice`."""
        if session.guid in self.sessions:
            raise ProgrammeError("twice", kind="guid", what=session.guid)
        self.codes.add(session.code)
        self.sessions[session.guid] = session
        if room and room not in self.rooms:
            self.rooms[room] = Room(room)
        self.theme(session.theme)
        self.slots.append(Slot(session.guid, room or None, start, start + timedelta(minutes=session.minutes)))

    def theme(self, name: str) -> None:
        if name:
            self.themes.setdefault(name)

    def code(self, given: str, guid: UUID) -> str:
        """The given one; else, and where another session has it, six letters had from the guid."""
        found, tries = given, 0
        while not CODE.fullmatch(found) or found in self.codes:
            digest = sha256(f"{guid}/{tries}".encode()).digest()
            found, tries = "".join(ALPHABET[one % len(ALPHABET)] for one in digest[:6]), tries + 1
        return found

    def programme(self, edition: Edition, version: str) -> Programme:
        """One licence for all is that of the edition."""
        licences = {one.licence for one in self.sessions.values()}
        if len(licences) == 1 and not edition.licence:
            edition = replace(edition, licence=licences.pop())
            self.sessions = {guid: replace(one, licence="") for guid, one in self.sessions.items()}
        rooms, sessions = tuple(self.rooms.values()), tuple(self.sessions.values())
        return Programme(edition, rooms, sessions, tuple(self.slots), (), tuple(self.themes), Version(version))


def enough(content: bytes) -> None:
    if len(content) > MOST:
        raise ProgrammeError("too_long", most=MOST)


def moment(what: str, written: str, day: str, start: str, where: ZoneInfo) -> datetime:
    """The instant of `written` (ISO 8601), else of `start` on `day` there; raise ProgrammeError."""
    try:
        if written:
            return told(datetime.fromisoformat(written), where)
        return local(date.fromisoformat(day), time.fromisoformat(start), where)
    except ProgrammeError:
        raise
    except (ValueError, OverflowError) as error:
        raise ProgrammeError("bad_value", what=f"{what}: date", value=written or f"{day} {start}") from error


def duration(what: str, written: str) -> int:
    """Minutes; raise ProgrammeError."""
    found = DURATION.fullmatch(written)
    minutes = int(found[1]) * 60 + int(found[2]) if found else 0
    if not 0 < minutes <= LONGEST:
        raise ProgrammeError("bad_value", what=f"{what}: duration", value=written)
    return minutes


def guid(what: str, written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise ProgrammeError("bad_value", what=f"{what}: guid", value=written) from error


def guid_or_none(written: str) -> UUID | None:
    return guid("room", written) if written else None


def day(what: str, written: str) -> date:
    """A bare day stays that day; of a time, the day that is written."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError as error:
        raise ProgrammeError("bad_value", what=what, value=written) from error


def number(written: str) -> int:
    """A whole number from 1 on; 0 for anything else."""
    return int(written) if re.fullmatch(r"[1-9][0-9]{0,9}", written) else 0


def links(given: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
    """Those to the web; an address that would run something is left out."""
    return tuple(Link(url, title) for url, title in given if WEB.fullmatch(url))


def own_page(edition: Edition, code: str, url: str) -> str:
    """The address of a session, where it is on the web and not the one that it would have anyway."""
    return url if WEB.fullmatch(url) and url != address(edition, code) else ""
