"""A JSON file of Scaphandre 1.0, read as it comes: whatever its size, one report at a time (spec 08 § 3.3).

Not yet confirmed on hardware: no public sample of a real machine exists. Form: its documentation and the exporter's own source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.readings import Readings, Service, checked_power

LONGEST: Final = 8_000_000  # characters of one report; a real one has some thousands
START: Final = re.compile(r'\{\s*"host"')
TAIL: Final = 64  # characters that may be the beginning of a report
SHUTDOWN: Final = "received Ctrl+C!"  # which the tool writes among its reports when it is stopped
SHOWN: Final = 80


def read(chunks: Iterable[str], service: Service) -> Readings:
    """Every whole report of the text; those that are cut, and what stands between them, are counted.

    Raise FootprintError where no report is in it, or where one holds what is no power.
    """
    found = Readings("scaphandre", service, partial=True)
    seen: list[str] = []
    number = 0
    for report in _reports(_shown(chunks, seen), found):
        number += 1
        _taken(found, report, number)
    if not number:
        raise FootprintError("not_scaphandre", shown="".join(seen)[:SHOWN])
    return found


def _shown(chunks: Iterable[str], seen: list[str]) -> Iterator[str]:
    """The same, the beginning kept: a refusal shows it."""
    for chunk in chunks:
        if not seen and chunk.strip():
            seen.append(chunk.strip()[:SHOWN])
        yield chunk


def _reports(chunks: Iterable[str], found: Readings) -> Iterator[dict[str, Any]]:
    decode = json.JSONDecoder().raw_decode
    coming = iter(chunks)
    text, at, more = "", 0, True
    while True:
        start = START.search(text, at)
        if start is None:
            text, at = text[max(at, len(text) - TAIL) :], 0
            if not more:
                return
            text, more = _longer(text, 0, coming, found)
            continue
        try:
            report, at = decode(text, start.start())
        except RecursionError:
            found.warnings["broken"] += 1
            at = start.end()
        except json.JSONDecodeError as error:
            if more and _cut(error, text):
                text, more = _longer(text, start.start(), coming, found)
                if len(text) > LONGEST:
                    raise FootprintError("long_report", most=LONGEST) from error
                at = 0
            else:
                found.warnings["broken"] += 1
                at = start.end()
        else:
            yield report


def _longer(text: str, at: int, coming: Iterator[str], found: Readings) -> tuple[str, bool]:
    """What is left with at least as much again: a long report is not begun over for each chunk."""
    parts = [text[at:]]
    wanted, got = len(parts[0]), 0
    for chunk in coming:
        parts.append(chunk)
        got += len(chunk)
        if got > wanted:
            break
    whole = "".join(parts)
    if SHUTDOWN in whole:
        found.warnings["interrupted"] += whole.count(SHUTDOWN)
        whole = whole.replace(SHUTDOWN, "")
    return whole, bool(got)


def _cut(error: json.JSONDecodeError, text: str) -> bool:
    """Whether more text may mend it."""
    return error.msg.startswith("Unterminated string") or error.pos >= len(text) - TAIL


def _taken(found: Readings, report: dict[str, Any], number: int) -> None:
    host = report["host"]
    if not isinstance(host, dict):
        raise FootprintError("bad_report", where=number)
    try:
        of_service, of_all = _processes(found, report.get("consumers") or (), number)
        for socket in report.get("sockets") or ():  # never added up: the tool writes one of them only
            found.dram = found.dram or any(one["name"] == "dram" for one in socket.get("domains") or ())
        found.add(host["timestamp"], host["consumption"], of_service, of_all, number)
    except (KeyError, TypeError, AttributeError) as error:
        raise FootprintError("bad_report", where=number) from error


def _processes(found: Readings, consumers: Iterable[dict[str, Any]], number: int) -> tuple[float, float]:
    """µW of those of the service, and of all that are told."""
    of_service = of_all = 0.0
    for one in consumers:
        power = one["consumption"]
        if type(power) is not float or not power >= 0:
            checked_power(power, number)
        of_all += power
        container = one.get("container")
        ours = found.of_the_service(one["exe"], one["cmdline"], container["name"] if container else "")
        if ours:
            of_service += power
        if usage := one.get("resources_usage"):
            _processor(found, usage["cpu_usage"], number, ours=ours)
    checked_power(of_all, number)
    return of_service, of_all


def _processor(found: Readings, told: str, number: int, *, ours: bool) -> None:
    """Time of processors, in percent, written as a word by the tool."""
    try:
        percent = float(told)
    except ValueError as error:
        raise FootprintError("bad_power", given=told, where=number) from error
    checked_power(percent, number)
    found.cpu_all += percent
    if ours:
        found.cpu_service += percent
