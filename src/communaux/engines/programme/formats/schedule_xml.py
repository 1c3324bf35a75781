"""schedule.xml, as frab, pretalx and the c3voc exchange it (https://c3voc.de/wiki/schedule)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from communaux.engines.programme import times
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import naming, reading
from communaux.engines.programme.formats.days import TIMESLOT, days
from communaux.engines.programme.formats.reading import Read
from communaux.engines.programme.model import Edition, Programme, Role, Room, Session, Slot
from communaux.engines.programme.telling import person


def write(programme: Programme, *, instance: str = "", lang: str = "fr") -> bytes:
    """UTF-8; sessions without a slot and cancelled ones are not in it."""
    root = Element("schedule")
    SubElement(root, "generator", {"name": "Communaux", **({"system": instance} if instance else {})})
    _text(root, "version", programme.version.number if programme.version else "")
    every = list(days(programme))
    _conference(root, programme, len(every))
    event = Events(programme, lang)
    for day in every:
        told = {"start": times.iso(day.start, event.zone), "end": times.iso(day.end, event.zone)}
        here = SubElement(root, "day", {"index": str(day.index), "date": day.date.isoformat(), **told})
        for name, sessions in day.rooms.items():
            room = SubElement(here, "room", {"name": naming.clean(name), **event.room(name)})
            for session, slot in sessions:
                event.write(room, session, slot)
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _conference(root: Element, programme: Programme, many: int) -> None:
    edition = programme.edition
    conference = SubElement(root, "conference")
    _text(conference, "title", edition.title)
    _text(conference, "acronym", naming.acronym(edition.acronym))
    _text(conference, "start", edition.start.isoformat())
    _text(conference, "end", edition.end.isoformat())
    _text(conference, "days", str(many))
    _text(conference, "timeslot_duration", TIMESLOT)
    if naming.WEB.fullmatch(edition.url):
        _text(conference, "url", edition.url)
    _text(conference, "time_zone_name", edition.timezone)
    for theme in programme.themes:
        SubElement(conference, "track", name=naming.clean(theme))


class Events:
    """Writes sessions: what all of them have to share is counted once."""

    def __init__(self, programme: Programme, lang: str) -> None:
        self.edition, self.zone, self.lang = programme.edition, programme.edition.zone, lang
        self.numbers, self.slugs, self.persons = (
            naming.numbers(programme),
            naming.slugs(programme),
            naming.persons(programme),
        )
        self.rooms = programme.by_name

    def room(self, name: str) -> dict[str, str]:
        guid = self.rooms[name].guid if name else None
        return {"guid": str(guid)} if guid else {}

    def write(self, room: Element, one: Session, slot: Slot) -> None:
        number = str(self.numbers[one.guid])
        event = SubElement(room, "event", id=number, guid=str(one.guid), code=one.code)
        for name, text in self.texts(one, slot):
            _text(event, name, text)
        persons = SubElement(event, "persons")
        for held in one.roles:
            known = {"id": str(self.persons[held.id])} if held.id else {}
            SubElement(persons, "person", known).text = naming.clean(person(held, self.lang))
        recording = SubElement(event, "recording")
        _text(recording, "license", one.licence or self.edition.licence)
        _text(recording, "optout", "true" if one.recording_optout else "false")
        links = SubElement(event, "links")
        for link in one.links:
            SubElement(links, "link", href=naming.clean(link.url)).text = naming.clean(link.title)

    def texts(self, one: Session, slot: Slot) -> Iterator[tuple[str, str]]:
        yield from (("room", slot.room or ""), ("title", one.title), ("subtitle", one.subtitle), ("type", one.kind))
        yield "date", times.iso(slot.start, self.zone)
        yield from (("start", times.hour(slot.start, self.zone)), ("duration", naming.spelled(slot.minutes)))
        yield from (("abstract", one.summary), ("slug", self.slugs[one.guid]), ("track", one.theme))
        yield from (("language", one.language), ("description", one.description))
        if url := naming.page(self.edition, one):
            yield "url", url


def _text(above: Element, name: str, text: str) -> None:
    SubElement(above, name).text = naming.clean(text)


def read(content: bytes, timezone: str = "") -> Programme:
    """Rooms, themes and sessions of the file; people become roles without names. Raise ProgrammeError.

    All sessions are taken for confirmed: what is not does not stand in such a file.
    """
    root = _parsed(content)
    conference = root.find("conference")
    if root.tag != "schedule" or conference is None:
        raise ProgrammeError("no_schedule", what="schedule/conference")
    edition = _edition(conference, root, timezone)
    found = Read(edition.zone)
    for track in conference.iterfind("track"):
        found.theme(track.get("name", "").strip())
    for day in root.iterfind("day"):
        for room in day.iterfind("room"):
            _room(found, edition, room, day.get("date", ""))
    return found.programme(edition, _of(root, "version"))


def _parsed(content: bytes) -> Element:
    reading.enough(content)
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ProgrammeError("forbidden", what=type(error).__name__) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ProgrammeError("broken", what=error) from error
    return root


def _edition(conference: Element, root: Element, timezone: str) -> Edition:
    name = _of(conference, "time_zone_name") or timezone
    if not name:
        raise ProgrammeError("no_zone")
    days = sorted(day.get("date", "") for day in root.iterfind("day")) or [""]
    start, end = (
        reading.day(what, _of(conference, what) or other) for what, other in (("start", days[0]), ("end", days[-1]))
    )
    return Edition(_of(conference, "title"), _of(conference, "acronym"), start, end, name, _of(conference, "url"))


def _room(found: Read, edition: Edition, room: Element, day: str) -> None:
    name = room.get("name", "").strip()
    if name:
        found.rooms.setdefault(name, Room(name, guid=reading.guid_or_none(room.get("guid", ""))))
    for event in room.iterfind("event"):
        _event(found, edition, event, name or _of(event, "room"), day)


def _event(found: Read, edition: Edition, event: Element, room: str, day: str) -> None:
    what = _of(event, "title") or event.get("guid", "")
    guid = reading.guid(what, event.get("guid", ""))
    start = reading.moment(what, _of(event, "date"), day, _of(event, "start"), found.zone)
    one = Session(
        guid,
        found.code(event.get("code", ""), guid),
        _of(event, "title"),
        reading.duration(what, _of(event, "duration")),
        kind=_of(event, "type"),
        theme=_of(event, "track"),
        subtitle=_of(event, "subtitle"),
        summary=_of(event, "abstract"),
        description=_of(event, "description"),
        language=_of(event, "language"),
        roles=tuple(_role(person) for person in event.iterfind("persons/person")),
        recording_optout=_of(event, "recording/optout") in ("true", "1"),
        licence=_of(event, "recording/license"),
        links=reading.links((link.get("href", ""), (link.text or "").strip()) for link in event.iterfind("links/link")),
        number=reading.number(event.get("id", "")),
        slug=_of(event, "slug"),
    )
    found.add(replace(one, url=reading.own_page(edition, one.code, _of(event, "url"))), room, start)


def _role(person: Element) -> Role:
    """Somebody whose name stays behind; the number tells only where it is the same person."""
    return Role((person.get("id") or person.get("guid") or "").strip())


def _of(above: Element, path: str) -> str:
    return (above.findtext(path) or "").strip()
