"""Meetings, sessions and road maps in the words of schema.org, for search engines: what a page says; of persons,
those whose name it shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from communaux.engines.programme import model, times
from communaux.engines.programme.formats.structured import performers
from communaux.gatherings.models import Edition, Roadmap

HARMLESS: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}  # nothing in it can end the element
KINDS: Final = {"online": "https://schema.org/OnlineEventAttendanceMode"}
LICENCES: Final = "https://spdx.org/licenses/"


def edition(one: Edition) -> SafeString:
    """A made-up one is told to no search engine."""
    return _script({} if one.fictive else {"@type": "Event", **_edition(one)})


def session(one: Edition, told: model.Session, slot: model.Slot, zone: Any) -> SafeString:
    if one.fictive:
        return _script({})
    state = "EventCancelled" if told.state == "cancelled" else "EventScheduled"
    return _script(
        {
            "@type": "Event",
            "name": told.title,
            "description": told.summary,
            "inLanguage": told.language,
            "startDate": times.iso(slot.start, zone),
            "endDate": times.iso(slot.end, zone),
            "eventStatus": f"https://schema.org/{state}",
            "performer": performers(told) or None,
            "location": {"@type": "Place", "name": slot.room} if slot.room else None,
            "superEvent": {"@type": "Event", **_edition(one)},
        }
    )


def roadmap(one: Roadmap) -> SafeString:
    if one.fictive:
        return _script({})
    parent = one.adapted_from
    return _script(
        {
            "@type": "Project",
            "name": one.title,
            "description": one.summary,
            "url": _url(one),
            "parentOrganization": {"@type": "Organization", "name": one.carrier_name} if one.carrier else None,
            "subjectOf": {
                "@type": "CreativeWork",
                "name": one.title,
                "inLanguage": one.lang,
                "license": f"{LICENCES}{one.licence}" if one.licence else "",
                "isBasedOn": _url(parent) if parent else "",
            },
        }
    )


def _edition(one: Edition) -> dict[str, Any]:
    """A day is told as precisely as it is known."""
    return _known(
        {
            "name": one.name,
            "url": _url(one),
            "startDate": one.starts_on.isoformat()[: {"year": 4, "month": 7}.get(one.precision, 10)],
            "endDate": one.ends_on.isoformat() if one.ends_on and one.precision == "day" else "",
            "eventAttendanceMode": KINDS.get(one.kind, ""),
            "location": {"@type": "Place", "name": one.place_name} if one.place_name else None,
        }
    )


def _url(one: Edition | Roadmap) -> str:
    return f"{settings.DESK_URL}{one.get_absolute_url()}"


def _script(told: Mapping[str, Any]) -> SafeString:
    """Empty where there is nothing to tell."""
    if not told:
        return mark_safe("")
    text = json.dumps({"@context": "https://schema.org", **_known(told)}, ensure_ascii=False).translate(HARMLESS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - `<`, `>` and `&` are written otherwise


def _known(told: Mapping[str, Any]) -> dict[str, Any]:
    """Without what nobody knows."""
    return {
        name: _known(one) if isinstance(one, Mapping) else one for name, one in told.items() if one not in ("", None)
    }
