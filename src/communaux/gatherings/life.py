"""The life of a road map, as a clock and some answers tell it: pure, the day is passed in (07 § 3.5)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

SILENT: Final = 12  # months without an answer of a person
BEFORE: Final = timedelta(days=30)  # the next edition
OVER: Final = frozenset({"delivered", "abandoned"})
AWAKE: Final = frozenset({"adopted", "in_progress"})
CARRIED: Final = AWAKE | {"dormant"}


def later(day: date, months: int) -> date:
    """So many calendar months later, the day clamped to the length of the month.

    >>> later(date(2023, 8, 31), 6), later(date(2024, 2, 29), 12)
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(first: date, precision: str) -> date:
    """The last day of the month or the year that `first` stands for; itself when the day is known.

    >>> last_day(date(2024, 2, 1), "month"), last_day(date(2021, 1, 1), "year")
    (datetime.date(2024, 2, 29), datetime.date(2021, 12, 31))
    """
    month = 12 if precision == "year" else first.month
    return first if precision == "day" else date(first.year, month, monthrange(first.year, month)[1])


def months_between(first: date, last: date) -> int:
    """Whole calendar months from one day to another.

    >>> months_between(date(2024, 1, 31), date(2024, 2, 29)), months_between(date(2024, 1, 15), date(2024, 3, 14))
    (1, 1)
    """
    whole = (last.year - first.year) * 12 + last.month - first.month
    return whole - (later(first, whole) > last)


def after(state: str, status: str) -> str:
    """The state once a person answered so; what is over stays over, and what nobody carries cannot be in progress.

    >>> after("adopted", "advances"), after("dormant", "blocked"), after("published", "advances"), after("delivered", "blocked")
    ('in_progress', 'in_progress', 'published', 'delivered')
    """
    if state in OVER or status == "sign":
        return state
    if status in {"stopped", "delivered"}:
        return {"stopped": "abandoned", "delivered": "delivered"}[status]
    if state == "dormant" or (state == "adopted" and status == "advances"):
        return "in_progress"
    return state


def is_silent(since: date | None, last: date | None, day: date) -> bool:
    """Whether no person said anything for twelve months; `since` is when it began to be waited for.

    >>> is_silent(date(2023, 1, 10), None, date(2024, 1, 9)), is_silent(date(2023, 1, 10), None, date(2024, 1, 10))
    (False, True)
    """
    heard = last or since
    return heard is not None and later(heard, SILENT) <= day


def due(since: date, day: date, next_edition: date | None = None) -> tuple[str, date] | None:
    """The last invitation to give news that is due by `day`: its kind and the day it was due; None before the first.

    Three, six and twelve months after `since`, then each year; thirty days before the next edition too.

    >>> due(date(2023, 8, 31), date(2024, 2, 28)), due(date(2023, 8, 31), date(2024, 2, 29))
    (('m3', datetime.date(2023, 11, 30)), ('m6', datetime.date(2024, 2, 29)))
    """
    years = max(2, months_between(since, day) // 12) if since <= day else 2
    steps = [("m3", 3), ("m6", 6), ("m12", 12), ("yearly", 12 * years)]
    found = [(later(since, months), kind) for kind, months in steps]
    if next_edition:
        found.append((next_edition - BEFORE, "edition30"))
    last = max((one for one in found if since < one[0] <= day), default=None)
    return (last[1], last[0]) if last else None


def promised(by: date | None, since: date, day: date) -> tuple[str, date] | None:
    """The same for what a body said that it would do `by` a day: on that day, then each year; without a day, each year after
    its meeting (`since`).

    >>> promised(date(2024, 2, 29), date(2023, 11, 7), date(2024, 2, 29)), promised(None, date(2023, 11, 7), date(2024, 11, 6))
    (('due', datetime.date(2024, 2, 29)), None)
    """
    first = by or since
    years = months_between(first, day) // 12 if first <= day else 0
    if years:
        return "yearly", later(first, 12 * years)
    return ("due", by) if by and by <= day else None


@dataclass(frozen=True, slots=True)
class Told:
    """What the balance of an edition needs of one road map. Days are None where nobody told them."""

    state: str
    adopted: bool
    since: date | None  # published, else the end of its edition
    published: date | None
    first: date | None = None  # first and last answer of a person
    last: date | None = None
    adapted: bool = False


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """How many road maps an edition published, and what became of them; `months` rests on `heard` of them."""

    published: int
    adopted: int
    delivered: int
    adapted: int
    silent: int
    heard: int
    months: float | None


def scoreboard(told: Iterable[Told], day: date) -> Scoreboard:
    """Counts of today and the median number of months from publication to the first answer; None where none is known.

    >>> scoreboard([], date(2024, 1, 1)).months is None
    True
    """
    each: Sequence[Told] = list(told)
    heard, months = waited((one.published, one.first) for one in each)
    return Scoreboard(
        published=len(each),
        adopted=sum(one.adopted for one in each),
        delivered=sum(one.state == "delivered" for one in each),
        adapted=sum(one.adapted for one in each),
        silent=sum(one.state not in OVER and is_silent(one.since, one.last, day) for one in each),
        heard=heard,
        months=months,
    )


def waited(days: Iterable[tuple[date | None, date | None]]) -> tuple[int, float | None]:
    """How many were heard of, and the median number of months from one day to the first news.

    >>> waited([(date(2024, 1, 1), date(2024, 3, 1)), (date(2024, 1, 1), date(2024, 4, 1)), (date(2024, 1, 1), None)])
    (2, 2.5)
    """
    waits = [months_between(since, first) for since, first in days if since and first]
    return len(waits), median(waits) if waits else None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the balance of an edition needs of one commitment. Days are None where nobody told them."""

    state: str
    since: date  # the end of its edition
    due: date | None = None
    first: date | None = None  # first and last answer of a person
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Promises:
    """How many commitments were made at an edition, and what became of them; `months` rests on `heard` of them."""

    made: int
    kept: int
    dropped: int
    late: int
    silent: int
    heard: int
    months: float | None


def promises(told: Iterable[Promise], day: date) -> Promises:
    """Counts of today; `late`: open after its day; `silent`: open, and nothing told for twelve months.

    >>> promises([], date(2024, 1, 1))
    Promises(made=0, kept=0, dropped=0, late=0, silent=0, heard=0, months=None)
    """
    each = list(told)
    waiting = [one for one in each if one.state == "open"]
    heard, months = waited((one.since, one.first) for one in each)
    return Promises(
        made=len(each),
        kept=sum(one.state == "kept" for one in each),
        dropped=sum(one.state == "dropped" for one in each),
        late=sum(one.due is not None and one.due < day for one in waiting),
        silent=sum(is_silent(one.since, one.last, day) for one in waiting),
        heard=heard,
        months=months,
    )
