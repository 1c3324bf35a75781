"""Energy under a curve of power with holes, hour by hour (spec 08 § 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.intervals import Interval
from communaux.engines.footprint.readings import LEAST, Readings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from communaux.engines.footprint.results import Tier

    type Floats = NDArray[np.float64]

HOUR: Final = 3600
KWH: Final = 3.6e12  # µJ, or µW·s
STEPS: Final = 10.0  # a hole is longer than so many usual steps
BLOCK: Final = 100_000  # moments that are looked at together
LOOKED_AT: Final = 100_000  # steps, evenly taken, of which the median is that of all
ENOUGH: Final = 0.5  # of the time, below which nothing is said
SUSPECT: Final = 0.01  # of the machine: processes that add up to less were told at a wrong scale


@dataclass(frozen=True, slots=True)
class Hour:
    """`at`: its beginning, seconds since 1970; `seconds` of it that were measured."""

    at: int
    host_kwh: float
    service_kwh: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Energy:
    """What an importer makes of a file. `share`: the part of the service between two bounds, None where no process was asked for.

    `coverage`: the part of the time that was measured, None where the file does not tell; `included`: what it already counts.
    """

    kind: str
    start: float
    end: float
    points: int
    kwh: float
    hours: tuple[Hour, ...]
    coverage: float | None
    perimeter: str
    share: Interval | None
    tier: Tier
    warnings: Mapping[str, int]
    facility: bool = False  # the building is in it
    theirs: float | None = None  # g/kWh that the file itself used

    @property
    def extrapolated(self) -> float | None:
        """kWh, had it gone on in the holes as it did outside."""
        return None if self.coverage is None else self.kwh / self.coverage


def energy(found: Readings, *, gap: float | None = None) -> Energy:
    """Of all that was read; `gap`: seconds after which nothing is known, else ten usual steps.

    Raise FootprintError where nothing was measured, less than half of the time was, or the unit cannot be.
    """
    _enough(found)
    of_processes = (found.of_service, found.of_all) if found.service.given else ()
    times, host, *processes = _sorted(found, found.times, found.host, *of_processes)
    counted, counter = _sorted(found, found.counter_times, found.counter)
    usual = float(np.median(host[:: 1 + len(host) // LOOKED_AT])) if len(host) else LEAST
    if usual < LEAST:
        raise FootprintError("unit", given=usual, where=len(found))
    by_counter = len(counted) > 1
    source, values = (counted, counter) if by_counter else (times, host)
    hours, kwh, seconds = by_hour(source, values, gap=gap, counter=by_counter)
    if source[-1] == source[0]:
        raise FootprintError("too_short", points=1)
    coverage = float(seconds.sum() / (source[-1] - source[0]))
    if coverage < ENOUGH:
        raise FootprintError("low_coverage", percent=round(100 * coverage), seconds=round(_gap(source, gap)))
    told = {int(at): 0.0 for at in hours}
    share = None
    if found.service.given:
        share = _share(found, times, (host, *processes), gap)
        at, used, _seconds = by_hour(times, processes[0], gap=gap)
        told |= dict(zip(at.tolist(), used.tolist(), strict=True))
    rows = [row for row in zip(hours.tolist(), kwh.tolist(), seconds.tolist(), strict=True) if row[2] > 0]
    return Energy(
        kind=found.kind,
        start=float(source[0]),
        end=float(source[-1]),
        points=len(found),
        kwh=float(kwh.sum()),
        hours=tuple(Hour(int(at), used, told[int(at)], covered) for at, used, covered in rows),
        coverage=coverage,
        perimeter=found.perimeter,
        share=share,
        tier="measured",
        warnings=dict(sorted(found.warnings.items())),
    )


def _enough(found: Readings) -> None:
    if len(found) > 1:
        return
    if found.warnings["placeholder"] > 1:
        raise FootprintError("no_sensor")
    raise FootprintError("too_short", points=len(found))


def _sorted(found: Readings, times: Any, *columns: Any) -> list[Floats]:
    """As columns of numpy, in the order of time; that it was another one is counted."""
    arrays = [np.frombuffer(one, np.float64) if len(one) else np.empty(0) for one in (times, *columns)]
    if len(times) > 1 and bool((arrays[0][1:] < arrays[0][:-1]).any()):
        found.warnings["unsorted"] += 1
        order = np.argsort(arrays[0], kind="stable")
        return [one[order] for one in arrays]
    return arrays


def _gap(times: Floats, gap: float | None) -> float:
    if gap is not None:
        return gap
    steps = np.diff(times[: 2 * LOOKED_AT]) if len(times) <= LOOKED_AT else _some(times)
    return STEPS * float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0


def _some(times: Floats) -> Floats:
    at = np.linspace(0, len(times) - 2, LOOKED_AT).astype(np.int64)
    return times[at + 1] - times[at]


def by_hour(
    times: Floats, values: Floats, *, gap: float | None = None, counter: bool = False
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Beginnings of hours, kWh and seconds that were measured in each. `times` in order; `values` in µW, or in µJ of a counter.

    A step longer than `gap`, or by which a counter falls, is not known: neither its energy nor its time is taken.
    """
    most = _gap(times, gap)
    first, last = int(times[0] // HOUR), int(times[-1] // HOUR)
    kwh, covered = np.zeros(last + 1 - first), np.zeros(last + 1 - first)
    wide = max(1, len(kwh) * BLOCK // len(times))
    for at in range(first, last + 1, wide):
        _block(times, values, (at, min(at + wide, last + 1)), most, kwh, covered, first, counter=counter)
    return np.arange(first, last + 1, dtype=np.int64) * HOUR, kwh / KWH, covered


def _block(
    times: Floats,
    values: Floats,
    hours: tuple[int, int],
    most: float,
    kwh: Floats,
    covered: Floats,
    first: int,
    *,
    counter: bool,
) -> None:
    """The steps that begin in some hours of all: a file of years takes no more memory at once than one of days."""
    edges = np.arange(hours[0], hours[1] + 1, dtype=np.int64) * HOUR
    cuts = np.searchsorted(times, edges)  # of each edge, the first moment that is not before it
    begin, end = int(cuts[0]), min(int(cuts[-1]), len(times) - 1)
    if begin >= end:
        return
    seconds = np.diff(times[begin : end + 1])
    if counter:
        used = np.diff(values[begin : end + 1])
        lost = (used < 0) | (seconds > most)
    else:
        used = values[begin + 1 : end + 1] + values[begin:end]
        used *= seconds
        used *= 0.5
        lost = seconds > most
    used[lost] = 0
    seconds[lost] = 0
    crossing = [int(one) for one in np.unique(cuts[1:] - 1) if begin <= one < end and _crosses(times, int(one))]
    apart = [(one, float(used[one - begin])) for one in crossing if seconds[one - begin]]
    for one, _energy in apart:
        used[one - begin] = seconds[one - begin] = 0
    whole = slice(hours[0] - first, hours[1] - first)
    kwh[whole] += _sums(used, cuts[1:-1] - begin)
    covered[whole] += _sums(seconds, cuts[1:-1] - begin)
    for one, amount in apart:
        _spread(times, values, one, amount, kwh, covered, first, counter=counter)


def _crosses(times: Floats, one: int) -> bool:
    """Whether a step goes from one hour into another, rather than up to its end."""
    return bool(times[one] // HOUR * HOUR + HOUR < times[one + 1])


def _sums(column: Floats, cuts: NDArray[np.int64]) -> Floats:
    starts = np.concatenate(([0], np.minimum(cuts, len(column))))
    found = np.add.reduceat(np.append(column, 0.0), starts)
    found[np.append(starts[1:] == starts[:-1], False)] = 0  # an hour in which no step begins
    return found


def _spread(
    times: Floats, values: Floats, one: int, amount: float, kwh: Floats, covered: Floats, first: int, *, counter: bool
) -> None:
    """A step over the end of an hour: to each its part, power along a straight line."""
    start, end = float(times[one]), float(times[one + 1])
    slope = 0.0 if counter else float(values[one + 1] - values[one]) / (end - start)
    power = amount / (end - start) if counter else float(values[one])
    for hour in range(int(start // HOUR), int(end // HOUR) + 1):
        begins, ends = max(start, hour * HOUR), min(end, (hour + 1) * HOUR)
        middle = power + slope * ((begins + ends) / 2 - start)
        kwh[hour - first] += middle * (ends - begins)
        covered[hour - first] += ends - begins


def _share(found: Readings, times: Floats, columns: tuple[Floats, ...], gap: float | None) -> Interval:
    """The service among all processes, what runs idle shared with them; at least what it has of the whole machine.

    Where the file has the biggest processes only, the others may all be the service's. Raise FootprintError where none is.
    """
    if not found.matched:
        raise FootprintError("no_process", seen=", ".join(found.names))
    if len(times) < 2:
        raise FootprintError("too_short", points=len(times))
    host, ours, everyone = (float(by_hour(times, one, gap=gap)[1].sum()) for one in columns)
    if not ours:
        raise FootprintError("no_process", seen=", ".join(found.names))
    value = ours / everyone
    if everyone > host or everyone < SUSPECT * host:
        found.warnings["process_scale_suspect"] += 1
        if found.cpu_service:
            value = found.cpu_service / found.cpu_all
            return Interval(value, value, value)
        return Interval(min(value, ours / host), value, value)
    if found.partial:
        found.warnings["consumers_partial"] += 1
        return Interval(ours / host, value, max(value, (ours + host - everyone) / host))
    return Interval(ours / host, value, value)
