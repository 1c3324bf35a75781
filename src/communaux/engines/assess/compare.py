"""Assessments side by side: of several repositories, or of one from run to run. Never a winner, never a sum.

Figures are compared only where they were made alike: one method, one length of the window, days within a year of one another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from communaux.data import assess_table
from communaux.engines.assess.credit import DAY, YEAR
from communaux.engines.assess.model import Condition, Indicator
from communaux.engines.assess.profile import AXES
from communaux.engines.assess.report import FORMAT

APART: Final = 365  # days between two assessments that still speak of the same time
MOST: Final = 4
WINDOW: Final = YEAR // DAY


class NotAResult(ValueError):
    """A text that is no assessment; the message is a code of `comparing.toml`."""


@dataclass(frozen=True, slots=True)
class Told:
    """An assessment as it was told, whoever kept it."""

    name: str
    method: str
    as_of: date
    head: str
    indicators: Mapping[str, Indicator]
    conditions: Mapping[str, Condition]
    readings: Mapping[str, str]
    window: int = WINDOW
    first: int = -1  # time of its first commit, seconds UTC


def read_document(text: str) -> dict[str, Any]:
    """The JSON of `communaux assess --json`, or of the API; raise NotAResult."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAResult("not_json") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotAResult("not_result")
    return found


def told_by(document: Mapping[str, Any]) -> Told:
    """What such a document tells; raise NotAResult where a key is missing or is something else."""
    try:
        subject = document["subject"]
        conditions = [Condition(**one | {"because": tuple(one["because"])}) for one in document["conditions"]]
        return Told(
            name=str(subject["url"] or subject["head"][:10]),
            method=str(document["method"]),
            as_of=date.fromisoformat(document["as_of"]),
            head=str(subject["head"]),
            indicators={one["code"]: Indicator(**one) for one in document["indicators"]},
            conditions={one.code: one for one in conditions},
            readings=dict(document["readings"]),
            window=int(document.get("window_days", WINDOW)),
            first=int(document["facts"]["commits"]["first_ct"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotAResult("not_result") from error


def same_repository(one: Told, other: Told) -> bool:
    """One address and one beginning: two folders may have the same name."""
    return (one.name, one.first) == (other.name, other.first)


def main_measures() -> list[str]:
    """The codes that are set side by side."""
    return list(assess_table("comparing")["main"])


MUST_AGREE: Final[Mapping[str, Callable[[Told], str]]] = {
    "method": lambda one: one.method,
    "window": lambda one: str(one.window),
}


def why_not(several: Sequence[Told]) -> tuple[str, str]:
    """Why these cannot be compared, and what differs; two empty texts where they can.

    `method`, `window`: made differently. `days`: more than a year lies between them.
    """
    for code, what in MUST_AGREE.items():
        if len(told := dict.fromkeys(map(what, several))) > 1:
            return code, ", ".join(told)
    days = sorted(one.as_of for one in several)
    if days and (days[-1] - days[0]).days > APART:
        return "days", f"{days[0].isoformat()}, {days[-1].isoformat()}"
    return "", ""


@dataclass(frozen=True, slots=True)
class Row[T]:
    """A condition or a measure, by its code, as each of them tells it; None: it says nothing of it."""

    code: str
    cells: tuple[T | None, ...]


def conditions(several: Sequence[Told | None]) -> list[Row[Condition]]:
    """All conditions that any of them knows, in the order of the table."""
    known = {code: one.axis for told in several if told for code, one in told.conditions.items()}
    order = [code for axis in AXES for code, of in known.items() if of == axis]
    return [Row(code, tuple(told.conditions.get(code) if told else None for told in several)) for code in order]


def measures(several: Sequence[Told | None]) -> list[Row[Indicator]]:
    """The main ones."""
    return [
        Row(code, tuple(told.indicators.get(code) if told else None for told in several)) for code in main_measures()
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure that is another; `beyond`: the two intervals do not touch."""

    before: Indicator
    after: Indicator
    beyond: bool

    @property
    def code(self) -> str:
        return self.after.code


@dataclass(frozen=True, slots=True)
class Turned:
    """A condition whose outcome is another."""

    before: Condition
    after: Condition


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from a run to the next; of two methods only that they differ."""

    measures: tuple[Moved, ...]
    conditions: tuple[Turned, ...]
    methods: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.measures or self.conditions or self.methods)


def changes(before: Told, after: Told) -> Changes:
    """Measures that moved, in the order of the later one, and conditions that turned."""
    if before.method != after.method:
        return Changes((), (), (before.method, after.method))
    moved = [
        Moved(old, new, apart(old, new))
        for code, new in after.indicators.items()
        if (old := before.indicators.get(code)) is not None and old.value != new.value
    ]
    turned = [
        Turned(was, now)
        for code, now in after.conditions.items()
        if (was := before.conditions.get(code)) is not None and was.outcome != now.outcome
    ]
    return Changes(tuple(moved), tuple(turned))


def apart(before: Indicator, after: Indicator) -> bool:
    """Whether two intervals do not touch; without both intervals nobody can tell."""
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return False
    return before.high < after.low or after.high < before.low
