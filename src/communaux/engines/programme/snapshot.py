"""A whole programme as plain values and back: what a published version keeps, without loss."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from communaux.engines.programme.model import (
    Availability,
    Edition,
    Link,
    Programme,
    Role,
    Room,
    Session,
    Slot,
    Version,
)


def stored(programme: Programme) -> dict[str, Any]:
    """Values that JSON has, the same for equal programmes; `restored` makes the programme of them again, without the names that
    were laid over it: what is stored cannot be taken back."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(programme), default=_plain))
    for session in told["sessions"]:
        for role in session["roles"]:
            del role["name"]
    return told


def _plain(one: object) -> object:
    match one:
        case UUID():
            return str(one)
        case date():  # and datetime
            return one.isoformat()
    assert isinstance(one, frozenset)
    return sorted(one)


def restored(told: Mapping[str, Any]) -> Programme:
    """The programme that `stored` was given."""
    return Programme(
        edition=Edition(**_read(told["edition"], start=date.fromisoformat, end=date.fromisoformat)),
        rooms=tuple(Room(**_read(one, guid=UUID)) for one in told["rooms"]),
        sessions=tuple(_session(one) for one in told["sessions"]),
        slots=tuple(
            Slot(**_read(one, session=UUID, start=datetime.fromisoformat, end=datetime.fromisoformat))
            for one in told["slots"]
        ),
        availabilities=tuple(
            Availability(**_read(one, of=tuple, start=datetime.fromisoformat, end=datetime.fromisoformat))
            for one in told["availabilities"]
        ),
        themes=tuple(told["themes"]),
        version=Version(**_read(told["version"], published_at=datetime.fromisoformat)) if told["version"] else None,
    )


def _session(told: Mapping[str, Any]) -> Session:
    found = _read(told, guid=UUID, needs=frozenset)
    found["roles"] = tuple(Role(**one) for one in told["roles"])
    found["links"] = tuple(Link(**one) for one in told["links"])
    return Session(**found)


def _read(told: Mapping[str, Any], **kinds: Callable[[Any], Any]) -> dict[str, Any]:
    """Values of `told`, those named read by their kind; None stays None."""
    return {name: one if one is None or name not in kinds else kinds[name](one) for name, one in told.items()}
