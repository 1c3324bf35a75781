"""schedule.json of the c3voc (https://c3voc.de/schedule/schema.json): the same as schedule.xml, with rooms of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from communaux.engines.programme import times
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import naming, reading
from communaux.engines.programme.formats.days import TIMESLOT, Day, days
from communaux.engines.programme.formats.reading import Read
from communaux.engines.programme.model import Edition, Programme, Role, Room, Session, Slot
from communaux.engines.programme.telling import person

SCHEMA: Final = "https://c3voc.de/schedule/schema.json"


def write(programme: Programme, *, instance: str = "", lang: str = "fr") -> bytes:
    """UTF-8; a person carries a name only: what may be shown of them."""
    edition = programme.edition
    generator = {"name": "Communaux", **({"url": f"https://{instance}/"} if instance else {})}
    version = programme.version.number if programme.version else ""
    base = {"base_url": edition.url} if naming.WEB.fullmatch(edition.url) else {}
    schedule = {"version": version, **base, "conference": _conference(programme, lang)}
    told = _clean({"$schema": SCHEMA, "generator": generator, "schedule": schedule})
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _conference(programme: Programme, lang: str) -> dict[str, object]:
    edition, event = programme.edition, Events(programme, lang)
    every = [event.day(one) for one in days(programme)]
    web = {"url": edition.url} if naming.WEB.fullmatch(edition.url) else {}
    return {
        "acronym": naming.acronym(edition.acronym),
        "title": edition.title,
        "start": edition.start.isoformat(),
        "end": edition.end.isoformat(),
        "daysCount": len(every),
        "timeslot_duration": TIMESLOT,
        "time_zone_name": edition.timezone,
        **web,
        "tracks": [{"name": theme} for theme in programme.themes],
        "rooms": [
            {
                "guid": str(room.guid or naming.room_guid(edition, room.name)),
                "name": room.name,
                "capacity": room.capacity,
            }
            for room in programme.rooms
        ],
        "days": every,
    }


class Events:
    """Writes sessions: what all of them have to share is counted once."""

    def __init__(self, programme: Programme, lang: str) -> None:
        self.edition, self.zone, self.lang = programme.edition, programme.edition.zone, lang
        self.numbers, self.slugs = naming.numbers(programme), naming.slugs(programme)

    def day(self, one: Day) -> dict[str, object]:
        return {
            "index": one.index,
            "date": one.date.isoformat(),
            "day_start": times.iso(one.start, self.zone),
            "day_end": times.iso(one.end, self.zone),
            "rooms": {name: [self.event(*each) for each in sessions] for name, sessions in one.rooms.items()},
        }

    def event(self, one: Session, slot: Slot) -> dict[str, object]:
        return {
            "guid": str(one.guid),
            "code": one.code,
            "id": self.numbers[one.guid],
            "date": times.iso(slot.start, self.zone),
            "start": times.hour(slot.start, self.zone),
            "end": times.iso(slot.end, self.zone),
            "duration": naming.spelled(slot.minutes),
            "room": slot.room or "",
            "slug": self.slugs[one.guid],
            "url": naming.page(self.edition, one) or one.guid.urn,
            "title": one.title,
            "subtitle": one.subtitle,
            "track": one.theme,
            "type": one.kind,
            "language": one.language,
            "abstract": one.summary,
            "description": one.description,
            "recording_license": one.licence or self.edition.licence,
            "do_not_record": one.recording_optout,
            "persons": [{"name": person(held, self.lang)} for held in one.roles],
            "links": [{"url": link.url, "title": link.title} for link in one.links],
        }


def _clean(told: Any) -> Any:
    match told:
        case str():
            return naming.clean(told)
        case dict():
            return {naming.clean(key): _clean(one) for key, one in told.items()}
        case list():
            return [_clean(one) for one in told]
    return told


def read(content: bytes, timezone: str = "") -> Programme:
    """As `schedule_xml.read`: people become roles without names. Raise ProgrammeError."""
    conference, version = _parsed(content)
    zone = _text(conference, "time_zone_name") or timezone
    if not zone:
        raise ProgrammeError("no_zone")
    start, end = (reading.day(what, _text(conference, what)) for what in ("start", "end"))
    title, acronym, url = (_text(conference, key) for key in ("title", "acronym", "url"))
    edition = Edition(title, acronym, start, end, zone, url)
    found = Read(edition.zone)
    for track in _dicts(conference, "tracks"):
        found.theme(_text(track, "name"))
    for room in _dicts(conference, "rooms"):
        _room(found, edition, room)
    for day in _dicts(conference, "days"):
        for name, event in _events(day):
            _event(found, edition, event, name.strip(), _text(day, "date"))
    return found.programme(edition, version)


def _parsed(content: bytes) -> tuple[dict[str, Any], str]:
    reading.enough(content)
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ProgrammeError("broken", what=error) from error
    schedule = told.get("schedule")
    conference = schedule.get("conference") if isinstance(schedule, dict) else None
    if not isinstance(conference, dict):
        raise ProgrammeError("no_schedule", what="schedule.conference")
    return conference, _text(schedule, "version")


def _events(day: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    given = day.get("rooms")
    rooms: dict[str, Any] = given if isinstance(given, dict) else {}
    for name in rooms:
        yield from ((name, event) for event in _dicts(rooms, name))


def _room(found: Read, edition: Edition, room: dict[str, Any]) -> None:
    name, capacity = _text(room, "name"), room.get("capacity")
    guid = reading.guid_or_none(_text(room, "guid"))
    own = None if guid == naming.room_guid(edition, name) else guid
    known = capacity if isinstance(capacity, int) and not isinstance(capacity, bool) else None
    found.rooms.setdefault(name, Room(name, known, own))


def _event(found: Read, edition: Edition, event: dict[str, Any], room: str, day: str) -> None:
    what = _text(event, "title") or _text(event, "guid")
    guid = reading.guid(what, _text(event, "guid"))
    start = reading.moment(what, _text(event, "date"), day, _text(event, "start"), found.zone)
    one = Session(
        guid,
        found.code(_text(event, "code"), guid),
        _text(event, "title"),
        reading.duration(what, _text(event, "duration")),
        kind=_text(event, "type"),
        theme=_text(event, "track"),
        subtitle=_text(event, "subtitle"),
        summary=_text(event, "abstract"),
        description=_text(event, "description"),
        language=_text(event, "language"),
        roles=tuple(_role(person) for person in _dicts(event, "persons")),
        recording_optout=event.get("do_not_record") is True,
        licence=_text(event, "recording_license"),
        links=reading.links((_text(link, "url"), _text(link, "title")) for link in _dicts(event, "links")),
        number=reading.number(_text(event, "id")),
        slug=_text(event, "slug"),
    )
    found.add(replace(one, url=reading.own_page(edition, one.code, _text(event, "url"))), room, start)


def _role(person: dict[str, Any]) -> Role:
    return Role(_text(person, "id") or _text(person, "guid") or _text(person, "code"))


def _text(told: dict[str, Any], key: str) -> str:
    """A text or a whole number as text; "" for all else."""
    found = told.get(key)
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _dicts(told: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = told.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
