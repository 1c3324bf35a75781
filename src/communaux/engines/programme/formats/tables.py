"""A programme as a table: CSV for a spreadsheet, plain text for a terminal; in the local time of the edition."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from communaux.engines.programme import telling, times
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import naming
from communaux.engines.programme.model import Programme, Session, Slot
from communaux.engines.programme.telling import role, said, word

COLUMNS: Final = (
    "day",
    "start",
    "end",
    "room",
    "theme",
    "kind",
    "title",
    "subtitle",
    "summary",
    "roles",
    "language",
    "minutes",
    "state",
    "url",
    "code",
    "guid",
    "starts_at",
    "ends_at",
)
FORMULA: Final = ("=", "+", "-", "@", "\t")  # what a spreadsheet would compute instead of showing it


def write_csv(programme: Programme, *, instance: str = "", lang: str = "fr") -> bytes:
    """One line a placed session; UTF-8 with its mark and `;`, as spreadsheets here open it."""
    held = io.StringIO()
    written = csv.writer(held, delimiter=";", lineterminator="\r\n")
    written.writerow([word("columns", one, lang) for one in COLUMNS])
    for session, slot in _placed(programme):
        cells = _cells(programme, session, slot, lang)
        written.writerow([defused(cells[one]) for one in COLUMNS])
    return held.getvalue().encode("utf-8-sig")


def _cells(programme: Programme, one: Session, slot: Slot, lang: str) -> dict[str, str]:
    zone = programme.edition.zone
    return {
        "day": times.day_of(slot.start, zone).isoformat(),
        "start": times.clock(slot.start, zone),
        "end": times.clock(slot.end, zone),
        "room": slot.room or "",
        "theme": one.theme,
        "kind": one.kind,
        "title": one.title,
        "subtitle": one.subtitle,
        "summary": one.summary,
        "roles": ", ".join(role(each, lang) for each in one.roles),
        "language": one.language,
        "minutes": str(slot.minutes),
        "state": word("states", one.state, lang),
        "url": naming.page(programme.edition, one),
        "code": one.code,
        "guid": str(one.guid),
        "starts_at": times.iso(slot.start, zone),
        "ends_at": times.iso(slot.end, zone),
    }


def defused(cell: str) -> str:
    """Shown as text: an apostrophe stands before what would be a formula.

    >>> defused("=1+1"), defused("1+1")
    ("'=1+1", '1+1')
    """
    text = naming.clean(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def write_text(programme: Programme, *, instance: str = "", lang: str = "fr") -> bytes:
    """A heading a day, then a line a session: time, room, title; what was cancelled says so."""
    edition, version = programme.edition, programme.version
    number = f" — {version.number}" if version and version.number else ""
    lines = [f"{_line(edition.title)}{number}", edition.timezone]
    sessions, width = programme.by_guid, max((len(_line(one.name)) for one in programme.rooms), default=0)
    for day, slots in programme.by_day():
        if slots:
            lines += ["", telling.day(day, lang)]
        lines += [_row(programme, sessions[slot.session], slot, width, lang) for slot in slots]
    return ("\n".join(lines) + "\n").encode()


def _row(programme: Programme, one: Session, slot: Slot, width: int, lang: str) -> str:
    zone = programme.edition.zone
    title = f"{said('cancelled', lang)} — {_line(one.title)}" if one.state == "cancelled" else _line(one.title)
    beside = " · ".join(filter(None, (_line(one.theme), *(_line(role(each, lang)) for each in one.roles))))
    shown = f"{times.clock(slot.start, zone)}–{times.clock(slot.end, zone)}"
    return f"  {shown}  {_line(slot.room or ''):<{width}}  {title}{f' ({beside})' if beside else ''}"


def _line(text: str) -> str:
    return " ".join(naming.clean(text).split())


def _placed(programme: Programme) -> Iterator[tuple[Session, Slot]]:
    sessions = programme.by_guid
    return ((sessions[slot.session], slot) for slot in programme.slots)


def read_stars(content: bytes, programme: Programme) -> list[set[UUID]]:
    """Who would like to be where: CSV with `;`, a line a star, holder and code (or guid) of the session; who a holder is stays out.

    Raise ProgrammeError for a session that is not in the programme.
    """
    names = {one.code: one.guid for one in programme.sessions} | {str(one.guid): one.guid for one in programme.sessions}
    starred: dict[str, set[UUID]] = {}
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")), delimiter=";"):
        holder, name = (*line, "", "")[:2]
        if holder and name not in names:
            raise ProgrammeError("unknown_thing", kind="session", what=name)
        if holder:
            starred.setdefault(holder, set()).add(names[name])
    return list(starred.values())
