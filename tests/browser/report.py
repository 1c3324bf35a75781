"""The numbers of every page: `var/pages.json`, a table in the log, and the change against `pages.lock.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from browser.measures import Measured
from browser.site import REPOSITORY

LOCK = Path(__file__).parent / "pages.lock.json"
RESULTS = REPOSITORY / "var" / "pages.json"
NUMBERS = ("requests", "transferred", "decoded", "dom")
_table: list[str] = []

type Numbers = dict[str, dict[str, int]]


def by_pattern(found: list[Measured]) -> Numbers:
    """The largest page of each pattern, number by number."""
    patterns = sorted({one.pattern for one in found})
    return {
        name: {number: max(getattr(one, number) for one in found if one.pattern == name) for number in NUMBERS}
        for name in patterns
    }


def locked(kind: str) -> Numbers:
    return json.loads(LOCK.read_text("utf-8")).get(kind, {}) if LOCK.exists() else {}


def lock(kind: str, numbers: Numbers) -> None:
    held = json.loads(LOCK.read_text("utf-8")) if LOCK.exists() else {}
    LOCK.write_text(json.dumps(held | {kind: numbers}, indent=1, sort_keys=True) + "\n", "utf-8")


def write(kind: str, found: list[Measured]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    rows = [asdict(one) | {"hosts": sorted(one.hosts)} for one in found]
    RESULTS.write_text(json.dumps({"desk": kind, "pages": rows}, ensure_ascii=False, indent=1), "utf-8")
    _table[:] = [
        f"{len(found)} pages of a {kind} desk, the largest of each pattern (change against pages.lock.json):",
        f"{'pattern':18}{'requests':>9}{'sent, bytes':>14}{'decoded':>10}{'elements':>10}{'change':>9}",
        *(_row(name, now, locked(kind).get(name)) for name, now in by_pattern(found).items()),
    ]


def _row(name: str, now: dict[str, int], before: dict[str, int] | None) -> str:
    change = f"{now['transferred'] / before['transferred'] - 1:+.1%}" if before else "new"
    return f"{name:18}{now['requests']:9}{now['transferred']:14}{now['decoded']:10}{now['dom']:10}{change:>9}"


def lines() -> list[str]:
    return _table
