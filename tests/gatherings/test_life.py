"""The clock and the states of a road map: pure."""

from __future__ import annotations

import calendar
import doctest
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.gatherings import life
from communaux.gatherings.life import Told, after, due, is_silent, later, months_between, scoreboard

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
STATES = ("published", "adopted", "in_progress", "delivered", "abandoned", "dormant")
MOVES = {
    "published": {"advances": "published", "blocked": "published", "stopped": "abandoned", "delivered": "delivered"},
    "adopted": {"advances": "in_progress", "blocked": "adopted", "stopped": "abandoned", "delivered": "delivered"},
    "in_progress": {
        "advances": "in_progress",
        "blocked": "in_progress",
        "stopped": "abandoned",
        "delivered": "delivered",
    },
    "dormant": {"advances": "in_progress", "blocked": "in_progress", "stopped": "abandoned", "delivered": "delivered"},
    "delivered": dict.fromkeys(("advances", "blocked", "stopped", "delivered"), "delivered"),
    "abandoned": dict.fromkeys(("advances", "blocked", "stopped", "delivered"), "abandoned"),
}


def test_the_examples_hold() -> None:
    assert doctest.testmod(life).failed == 0


def test_every_answer_in_every_state() -> None:
    answers = ("advances", "blocked", "stopped", "delivered")
    assert {state: {one: after(state, one) for one in answers} for state in STATES} == MOVES
    assert [after(state, "sign") for state in STATES] == list(STATES)


@given(days, st.integers(0, 240))
def test_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    found = later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == min(day.day, calendar.monthrange(found.year, found.month)[1])
    assert months_between(day, found) == months
    assert months_between(day, found - timedelta(days=1)) == months - 1 if months else True


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2023, 8, 31), None),
        (date(2023, 11, 29), None),
        (date(2023, 11, 30), ("m3", date(2023, 11, 30))),
        (date(2024, 2, 28), ("m3", date(2023, 11, 30))),
        (date(2024, 2, 29), ("m6", date(2024, 2, 29))),
        (date(2024, 8, 31), ("m12", date(2024, 8, 31))),
        (date(2025, 8, 30), ("m12", date(2024, 8, 31))),
        (date(2025, 8, 31), ("yearly", date(2025, 8, 31))),
        (date(2028, 1, 1), ("yearly", date(2027, 8, 31))),
        (date(2020, 1, 1), None),
    ],
)
def test_one_invitation_is_due_the_last(day: date, told: tuple[str, date] | None) -> None:
    assert due(date(2023, 8, 31), day) == told


def test_the_next_edition_asks_thirty_days_before() -> None:
    assert due(date(2023, 8, 31), date(2024, 1, 2), date(2024, 2, 1)) == ("edition30", date(2024, 1, 2))
    assert due(date(2023, 8, 31), date(2024, 1, 1), date(2024, 2, 1)) == ("m3", date(2023, 11, 30))
    assert due(date(2024, 1, 20), date(2024, 1, 25), date(2024, 2, 1)) is None, "before it was taken up"


def test_silence_is_counted_from_the_last_answer_else_from_the_beginning() -> None:
    begun, day = date(2024, 2, 29), date(2025, 2, 28)
    assert is_silent(begun, None, day)
    assert not is_silent(begun, None, day - timedelta(days=1))
    assert not is_silent(begun, date(2024, 12, 1), day)
    assert not is_silent(None, None, day), "nobody knows since when"


def row(**more: object) -> Told:
    given = {"state": "published", "adopted": False, "since": date(2023, 1, 1), "published": date(2023, 1, 1)}
    return Told(**given | more)  # type: ignore[arg-type]  # fields of the test


def test_the_balance_of_an_edition() -> None:
    day = date(2024, 6, 1)
    none = scoreboard([], day)
    assert (none.published, none.silent, none.heard, none.months) == (0, 0, 0, None)
    one = scoreboard([row(state="delivered", adopted=True, first=date(2023, 6, 2), last=date(2023, 6, 2))], day)
    assert (one.adopted, one.delivered, one.silent, one.heard, one.months) == (1, 1, 0, 1, 5)
    even = scoreboard(
        [row(first=date(2023, 3, 1)), row(first=date(2023, 8, 1)), row(adapted=True), row(published=None)], day
    )
    assert (even.heard, even.months, even.adapted, even.published) == (2, 4.5, 1, 4)
    assert even.silent == 4, "of those heard of, the last answer is not given: since the beginning"


@given(st.lists(st.tuples(days, st.integers(0, 90)), max_size=9))
def test_the_median_is_that_of_the_library(waits: list[tuple[date, int]]) -> None:
    told = [row(published=day, first=later(day, months)) for day, months in waits]
    assert scoreboard(told, date(2100, 1, 1)).months == (median(months for _day, months in waits) if waits else None)
