"""What a machine drew, moment by moment, and which processes are those of a service: every importer fills it (spec 08 § 3.3)."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import regex  # type: ignore[import-untyped]  # no types in it

from communaux.engines.footprint.errors import FootprintError

FIRST: Final = 946_684_800.0  # seconds since 1970 of the year 2000
LAST: Final = 7_258_118_400.0  # and of 2200: what lies outside is in another unit
MOST: Final = 1e11  # µW: a hundred kilowatts, more than a machine draws
LEAST: Final = 1e4  # µW: ten milliwatts, less than a machine draws
LONGEST_PATTERN: Final = 200  # characters
PATIENCE: Final = 0.5  # seconds for one process
NAMES: Final = 12  # names of processes that a refusal tells


@dataclass(frozen=True)
class Service:
    """Which processes are those of a service: regular expressions, looked for in the program, in its command line, in the name of
    its container, compose service or pod. One that finds is enough; none given: the whole machine."""

    exe: str = ""
    cmdline: str = ""
    container: str = ""

    @property
    def given(self) -> bool:
        return bool(self.exe or self.cmdline or self.container)

    def holds(self, exe: str, cmdline: str, container: str) -> bool:
        """Raise FootprintError for an expression that is none.

        >>> Service(exe="gunicorn.*").holds("/usr/bin/gunicorn", "gunicorn desk", "")
        True
        """
        found = zip(self._patterns, (exe, cmdline, container), strict=True)
        try:
            return any(
                pattern is not None and pattern.search(text, timeout=PATIENCE) is not None for pattern, text in found
            )
        except TimeoutError as error:
            raise FootprintError("slow_pattern", seconds=PATIENCE) from error

    @cached_property
    def _patterns(self) -> tuple[Any, ...]:
        return tuple(_compiled(one) for one in (self.exe, self.cmdline, self.container))


def _compiled(pattern: str) -> Any:
    if len(pattern) > LONGEST_PATTERN:
        raise FootprintError("long_pattern", most=LONGEST_PATTERN)
    try:
        return regex.compile(pattern) if pattern else None
    except regex.error as error:
        raise FootprintError("bad_pattern", given=pattern) from error


class Readings:
    """Filled by an importer, in any order of time. Power in µW, counters in µJ, times in seconds since 1970.

    `warnings` counts what was left out or looks wrong, by code; `partial`: the file does not hold every process.
    """

    def __init__(self, kind: str, service: Service, *, partial: bool) -> None:
        self.kind, self.service, self.partial = kind, service, partial
        self.times, self.host, self.of_service, self.of_all = (array("d") for _one in range(4))
        self.counter_times, self.counter = array("d"), array("d")
        self.warnings: Counter[str] = Counter()
        self.psys = self.dram = self.matched = False
        self.cpu_service = self.cpu_all = 0.0
        self.names: dict[str, None] = {}
        self._known: dict[tuple[str, str, str], bool] = {}

    def __len__(self) -> int:
        return max(len(self.times), len(self.counter))

    @property
    def perimeter(self) -> str:
        """`psys`: the whole board; `pkg_dram`: processors and memory; else not known."""
        return "psys" if self.psys else "pkg_dram" if self.dram else "unknown"

    def add(self, at: float, host: float, of_service: float, of_all: float, where: object) -> None:
        """A moment; raise FootprintError for a time or a power that cannot be. A machine that runs draws more than nothing: a zero
        is what a tool writes before it measured, and is counted, not taken."""
        checked_power(host, where)
        if host == 0:
            self.warnings["placeholder"] += 1
            return
        if host > MOST:
            raise FootprintError("unit", given=host, where=where)
        self.times.append(checked_time(at, where))
        self.host.append(host)
        if self.service.given:  # nobody asks otherwise
            self.of_service.append(of_service)
            self.of_all.append(of_all)

    def count(self, at: float, microjoules: float, where: object) -> None:
        """A counter, that only grows until it wraps."""
        checked_power(microjoules, where)
        self.counter_times.append(checked_time(at, where))
        self.counter.append(microjoules)

    def of_the_service(self, exe: str, cmdline: str, container: str) -> bool:
        """Whether a process is one of the service; each is looked at once."""
        key = (exe, cmdline, container)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.service.holds(*key)
            self.matched |= found
            if len(self.names) < NAMES:
                self.names[exe] = None
        return found


def checked_power(given: float, where: object) -> None:
    """Raise FootprintError for what is no quantity: a word, NaN, infinity, below zero."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < float("inf"):
        raise FootprintError("bad_power", given=given, where=where)


def checked_time(given: float, where: object) -> float:
    """Seconds since 1970; raise FootprintError for a word, or milliseconds."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not FIRST <= given <= LAST:
        raise FootprintError("bad_time", given=given, where=where)
    return given
