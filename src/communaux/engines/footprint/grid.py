"""How carbon-intensive electricity was, hour by hour: a CSV of `timestamp,g_per_kwh` (spec 08 § 3.3)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.power import HOUR
from communaux.engines.footprint.readings import checked_time
from communaux.engines.footprint.results import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

METHODS: Final = ("direct", "lca")  # what power stations burn; or with their making and their fuel
COLUMNS: Final = ["timestamp", "g_per_kwh"]
DIRTIEST: Final = 3000.0  # g/kWh, more than any power station
SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Hourly:
    """g of CO2 equivalent per kWh, by the beginning of the hour in seconds since 1970; `method`: that of all of them."""

    method: str
    by_hour: Mapping[int, float]
    source: str


def read(lines: Iterable[str], *, method: str, source: str) -> Hourly:
    """Raise FootprintError for a time without its offset, an hour told twice, or what is no intensity."""
    one_of(method, METHODS, "unknown_method")
    if not source.strip():
        raise FootprintError("no_source")
    rows = csv.reader(lines)
    found: dict[int, float] = {}
    try:
        head = next(rows, [])
        if [one.strip() for one in head] != COLUMNS:
            raise FootprintError("not_hourly", shown=",".join(head)[:SHOWN])
        for number, row in enumerate(rows, 2):
            if row:
                hour, value = _row(row, number)
                if hour in found:
                    raise FootprintError("hour_twice", where=number, given=row[0])
                found[hour] = value
    except csv.Error as error:
        raise FootprintError("bad_line", where=rows.line_num, shown=str(error)) from error
    if not found:
        raise FootprintError("not_hourly", shown=",".join(head)[:SHOWN])
    return Hourly(method, MappingProxyType(found), source)


def _row(row: list[str], number: int) -> tuple[int, float]:
    if len(row) != len(COLUMNS):
        raise FootprintError("bad_line", where=number, shown=",".join(row)[:SHOWN])
    try:
        when, value = datetime.fromisoformat(row[0].strip()), float(row[1])
    except ValueError as error:
        raise FootprintError("bad_line", where=number, shown=",".join(row)[:SHOWN]) from error
    if when.tzinfo is None:
        raise FootprintError("no_offset", where=number, given=row[0])
    if not isfinite(value) or not 0 <= value <= DIRTIEST:
        raise FootprintError("bad_intensity", where=number, given=row[1], most=DIRTIEST)
    return int(checked_time(when.timestamp(), number) // HOUR) * HOUR, value
