"""iCalendar (RFC 5545, RFC 7986): what a calendar subscribes to. The same programme gives the same bytes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, Todo

from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import naming
from communaux.engines.programme.model import Edition, Programme, Session, Slot, Version
from communaux.engines.programme.telling import role

REFRESH: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=365)  # how long what was cancelled stays in a calendar
AROUND: Final = timedelta(days=366)  # of its time zone before the first and after the last session


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something to be done by a day; `state`: todo, doing, done, dropped."""

    guid: UUID
    title: str
    due: date | None
    state: str
    url: str = ""


DONE: Final = {"todo": "NEEDS-ACTION", "doing": "IN-PROCESS", "done": "COMPLETED", "dropped": "CANCELLED"}


def write(
    programme: Programme,
    *,
    instance: str = "localhost",
    lang: str = "fr",
    name: str = "",
    only: Collection[UUID] | None = None,
) -> bytes:
    """A programme, or of it `only` some sessions (one, those somebody starred) under a `name` of its own. Raise ProgrammeError
    `no_version` where it is not published: a calendar tells since when it holds."""
    return write_all([programme], instance=instance, lang=lang, name=name or programme.edition.title, only=only)


def write_all(
    programmes: Sequence[Programme], *, instance: str, lang: str, name: str, only: Collection[UUID] | None = None
) -> bytes:
    """Several editions in one calendar: those of a territory, say."""
    calendar = _calendar(name, lang)
    for zone in sorted({one.edition.timezone for one in programmes} - {"UTC"}):
        calendar.add_component(_timezone(zone, [one for one in programmes if one.edition.timezone == zone]))
    for programme in programmes:
        for event in _events(programme, instance or "localhost", lang, only):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def write_milestones(milestones: Sequence[Milestone], *, name: str, at: datetime, instance: str, lang: str) -> bytes:
    """What is to be done, as tasks; `at`: when it was last changed."""
    calendar = _calendar(name, lang)
    for one in milestones:
        todo = Todo()
        todo.add("uid", f"{one.guid}@{instance}")
        todo.add("dtstamp", at.astimezone(UTC))
        todo.add("summary", naming.clean(one.title))
        todo.add("status", DONE[one.state])
        if one.due is not None:
            todo.add("due", one.due)
        if naming.WEB.fullmatch(one.url):
            todo.add("url", one.url)
        calendar.add_component(todo)
    return bytes(calendar.to_ical())


def _calendar(name: str, lang: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//Communaux//programme//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("name", naming.clean(name))
    calendar.add("x-wr-calname", naming.clean(name))
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    return calendar


def _timezone(zone: str, programmes: Sequence[Programme]) -> Timezone:
    """The time zone for the years of these sessions: a client need not know it."""
    days = [day for one in programmes for day in (one.edition.start, one.edition.end)]
    days += [slot.start.date() for one in programmes for slot in one.slots]
    return Timezone.from_tzid(zone, first_date=min(days) - AROUND, last_date=max(days) + AROUND)


def _events(programme: Programme, instance: str, lang: str, only: Collection[UUID] | None) -> list[Event]:
    version, sessions = programme.version, programme.by_guid
    if version is None or version.published_at is None:
        raise ProgrammeError("no_version")
    found = []
    for slot in programme.slots:
        session = sessions[slot.session]
        old = session.state == "cancelled" and slot.end + KEPT < version.published_at
        if not old and (only is None or slot.session in only):
            found.append(_event(programme.edition, version, session, slot, instance, lang))
    return found


def _event(edition: Edition, version: Version, one: Session, slot: Slot, instance: str, lang: str) -> Event:
    event, zone = Event(), edition.zone
    assert version.published_at is not None
    event.add("uid", f"{one.guid}@{instance}")
    event.add("dtstamp", version.published_at.astimezone(UTC))
    event.add("sequence", version.ordinal)
    event.add("dtstart", _told(slot.start, zone))
    event.add("dtend", _told(slot.end, zone))
    event.add("summary", naming.clean(one.title))
    event.add("status", "CANCELLED" if one.state == "cancelled" else "CONFIRMED")
    roles = ", ".join(role(each, lang) for each in one.roles)
    text = "\n\n".join(filter(None, (one.summary, roles)))
    for name, value in (("location", slot.room or ""), ("description", text), ("categories", one.theme)):
        if value:
            event.add(name, [naming.clean(value)] if name == "categories" else naming.clean(value))
    if url := naming.page(edition, one):
        event.add("url", url)
    return event


def _told(moment: datetime, zone: ZoneInfo) -> datetime:
    """In local time; in UTC where a clock shows it for the second time: the format takes it for the first (RFC 5545 § 3.3.5)."""
    there = moment.astimezone(zone)
    return moment if there.fold else there
