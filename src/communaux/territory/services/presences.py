"""Say that something is present in a territory, or no longer; by those who look after the desk or animate the territory."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from communaux.core.actions import action
from communaux.core.models import Person
from communaux.territory import presences
from communaux.territory.models import Presence, Territory


@action("territory.open_presence")
def open_presence(by: Person, territory: Territory, *, obj: tuple[str, str], at: datetime, **terms: Any) -> Presence:
    """`terms`: role, since, until, source, evidence."""
    return presences.begin(territory, obj, at=at, **terms)


@action("territory.close_presence")
def close_presence(by: Person, presence: Presence, *, until: date, at: datetime, reason: str = "") -> Presence:
    return presences.end(presence, until=until, at=at)
