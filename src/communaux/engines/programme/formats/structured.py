"""A programme as JSON-LD in the words of schema.org, for search engines. Of roles, those
that carry a name: a role alone is no person."""

from __future__ import annotations

import json
from typing import Final

from communaux.engines.programme import times
from communaux.engines.programme.formats import naming
from communaux.engines.programme.model import Programme, Room, Session, Slot

STATUS: Final = {True: "https://schema.org/EventCancelled", False: "https://schema.org/EventScheduled"}


def write(programme: Programme, *, instance: str = "", lang: str = "fr") -> bytes:
    """The edition as EventSeries, each placed session as Event; bare days stay days, times have their offset."""
    edition, sessions = programme.edition, programme.by_guid
    events = [_event(programme, sessions[slot.session], slot) for slot in programme.slots]
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "EventSeries",
        "name": naming.clean(edition.title),
        "startDate": edition.start.isoformat(),
        "endDate": edition.end.isoformat(),
        "url": edition.url,
        "license": edition.licence,
        "subEvent": events,
    }
    return json.dumps(_known(told), ensure_ascii=False, indent=1).encode() + b"\n"


def _event(programme: Programme, one: Session, slot: Slot) -> dict[str, object]:
    edition, room = programme.edition, programme.by_name.get(slot.room or "")
    return _known(
        {
            "@type": "Event",
            "@id": one.guid.urn,
            "name": naming.clean(one.title),
            "description": naming.clean(one.summary),
            "startDate": times.iso(slot.start, edition.zone),
            "endDate": times.iso(slot.end, edition.zone),
            "eventStatus": STATUS[one.state == "cancelled"],
            "location": None if room is None else _place(room),
            "performer": performers(one),
            "about": naming.clean(one.theme),
            "inLanguage": one.language,
            "url": naming.page(edition, one),
        }
    )


def performers(one: Session) -> list[dict[str, str]]:
    """Who gave their name."""
    return [{"@type": "Person", "name": naming.clean(held.name)} for held in one.roles if held.name]


def _place(room: Room) -> dict[str, object]:
    access = {"@type": "LocationFeatureSpecification", "name": "step-free access", "value": room.step_free}
    return _known(
        {
            "@type": "Place",
            "name": naming.clean(room.name),
            "maximumAttendeeCapacity": room.capacity,
            "amenityFeature": None if room.step_free is None else access,
        }
    )


def _known(told: dict[str, object]) -> dict[str, object]:
    """Without what nobody knows."""
    return {key: one for key, one in told.items() if one not in ("", None, [])}
