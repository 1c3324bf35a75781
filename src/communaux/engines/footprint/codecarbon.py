"""`emissions.csv` of codecarbon: what a program took, as its tables say (spec 08 § 3.3).

Its places and names of machines are not read; its factor for electricity is told beside ours, never used.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import fsum, isfinite
from typing import Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.power import Energy
from communaux.engines.footprint.readings import checked_time

NEEDED: Final = ("timestamp", "run_id", "duration", "energy_consumed", "emissions")
SHOWN: Final = 80


def read(lines: Iterable[str]) -> Energy:
    """All runs of the file; of each its longest row, for the others are on the way to it. Its kWh hold the building.

    A time without an offset is that of the machine, taken as UTC and counted. Raise FootprintError.
    """
    reader = csv.DictReader(lines)
    try:
        if missing := [name for name in NEEDED if name not in (reader.fieldnames or ())]:
            shown = ",".join(reader.fieldnames or ())[:SHOWN]
            raise FootprintError("not_codecarbon", missing=", ".join(missing), shown=shown)
        rows = [_row(row, number) for number, row in enumerate(reader, 2)]
    except csv.Error as error:
        raise FootprintError("bad_line", where=reader.line_num, shown=str(error)) from error
    longest: dict[str, tuple[str, float, float, float, float]] = {}
    for row in rows:
        if row[0] not in longest or row[2] > longest[row[0]][2]:
            longest[row[0]] = row
    kwh = fsum(row[3] for row in longest.values())
    if not kwh:
        raise FootprintError("no_sensor" if rows else "too_short", points=len(rows))
    return Energy(
        kind="codecarbon",
        start=min(row[1] - row[2] for row in longest.values()),
        end=max(row[1] for row in longest.values()),
        points=len(rows),
        kwh=kwh,
        hours=(),
        coverage=None,
        perimeter="unknown",
        share=None,
        tier="modelled",
        warnings={"runs": len(longest)},
        facility=True,
        theirs=1000 * fsum(row[4] for row in longest.values()) / kwh,
    )


def _row(row: Mapping[str, str | None], number: int) -> tuple[str, float, float, float, float]:
    """Run, end, seconds, kWh, kg."""
    when = row["timestamp"] or ""
    try:
        end = datetime.fromisoformat(when)
    except ValueError as error:
        raise FootprintError("bad_time", given=when, where=number) from error
    at = end if end.tzinfo else end.replace(tzinfo=UTC)
    seconds, kwh, kilograms = (_amount(row, name, number) for name in ("duration", "energy_consumed", "emissions"))
    return row["run_id"] or "", checked_time(at.timestamp(), number), seconds, kwh, kilograms


def _amount(row: Mapping[str, str | None], name: str, number: int) -> float:
    told = row[name] or ""
    try:
        found = float(told)
    except ValueError as error:
        raise FootprintError("bad_power", given=told, where=number) from error
    if not isfinite(found) or found < 0:
        raise FootprintError("bad_power", given=told, where=number)
    return found
