"""What a reader gives for each line of a list: a place, a refusal with its reason, or a line about something else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from communaux.core.errors import BadRequest

# What neither a page nor a database can hold: control characters, halves of a pair
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Listed:
    """A place as the list tells it. `code`: INSEE; where it is empty, postal code and name of the commune may tell it."""

    source_id: str
    name: str
    code: str = ""
    postal: str = ""
    commune: str = ""
    address: str = ""
    siret: str = ""
    position: tuple[float, float] | None = None  # latitude, longitude
    services: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    volumes_per_year: int | None = None
    hours: str = ""
    phone: str = ""
    url: str = ""
    updated_on: date | None = None
    hidden: bool = False
    raw: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that tells no place: as it was written, why, and its number in the list if that can be read."""

    line: str
    why: str
    source_id: str = ""


class Aside:
    """A line about something that is no place of this kind."""


ASIDE = Aside()
type Line = Listed | Refused | Aside


@dataclass(frozen=True, slots=True)
class Listing:
    """A file that was opened: how it is read, and its lines."""

    told: str
    lines: Callable[[], Iterator[Line]]


class Notes(list[str]):
    """What was corrected or left out while one line was read."""


type Read[Row] = Callable[[Row, Notes], Listed | Aside]


def each[Row: Mapping[str, Any]](rows: Iterable[Row | Refused], read: Read[Row]) -> Iterator[Line]:
    """Every row read; one that cannot be is refused and loses no other."""
    for row in rows:
        if isinstance(row, Refused):
            yield row
            continue
        try:
            yield read(row, Notes())
        except BadRequest as error:
            yield Refused(written(row), error.message, _number(row))


def written(row: object) -> str:
    """A row as the file of refused lines shows it."""
    return UNPRINTABLE.sub("", json.dumps(row, ensure_ascii=False))[:20_000]


def _number(row: Mapping[str, Any]) -> str:
    return " ".join(UNPRINTABLE.sub("", str(row.get("id") or row.get("siret") or "")).split())
