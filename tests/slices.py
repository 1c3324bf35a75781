"""Small real slices of the public catalogues, and the time at which the tests happen."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from communaux.catalogue import importing
from communaux.catalogue.formats.mapped import Mapped, Reading
from communaux.core.models import Person

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
SHARED = Path(os.environ.get("COMMUNAUX_SHARED", Path(__file__).parents[2] / "shared")) / "data"
SLICES = {"seeds": None, "sill": 40, "betagouv": 30, "awesome-selfhosted": 30, "dpga": 15, "communs-te": 10}


@dataclass(frozen=True)
class Slice:
    """What the fixture `catalogue` holds: outcome by source."""

    outcomes: dict[str, importing.Outcome]


@cache
def whole(key: str) -> Reading:
    """All of a source, read once in a process."""
    given, read = importing.demo_files(key, SHARED / "catalogues")
    return read(key, given)


def bring(desk: Person, key: str, size: int | None, at: datetime = NOW) -> importing.Outcome:
    """Import the first records of a source from the shared data (the shipped commons need none)."""
    reading = whole(key)
    return importing.run_import(desk, key, replace(reading, records=reading.records[:size]), etag="", at=at)


def bring_in(desk: Person, key: str, *records: Mapped, at: datetime = NOW) -> importing.Outcome:
    """Import these records alone as part of a source."""
    return importing.run_import(desk, key, Reading(records), etag="", at=at, part=True)
