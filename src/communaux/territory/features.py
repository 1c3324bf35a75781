"""One thing on a map, whatever area it comes from, and what a reader of a feed asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from communaux.territory.models import Territory


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which day, inside which territory, of which theme (empty: all)."""

    day: date
    territory: Territory | None = None
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """`number` stays the same for ever; `position` is (longitude, latitude), None when nobody knows it."""

    number: str
    name: str
    description: str
    url: str
    theme: str  # keys, comma between
    territory: Territory
    state: str
    updated_at: datetime | None
    licence: str  # of the description; empty: nobody says
    position: tuple[float, float] | None


def position(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    return (lon, lat) if lat is not None and lon is not None else None
