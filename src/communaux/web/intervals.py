"""An interval as a bar: where its ends and its value stand on a scale that begins at zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, log10
from typing import Final

from communaux.engines.assess import telling
from communaux.engines.assess.model import Indicator

LEFT: Final = 10  # units of the drawing, which is 400 wide
WIDTH: Final = 380


@dataclass(frozen=True, slots=True)
class Bar:
    """Places on the drawing, and what is written under the ends of its scale."""

    low: int
    high: int
    value: int
    first: str
    last: str

    @property
    def wide(self) -> int:
        return max(self.high - self.low, 2)


def bar(one: Indicator, lang: str) -> Bar | None:
    """None where there is no value or no interval; an open end reaches to the end of the scale."""
    if one.value is None or (one.low is None and one.high is None):
        return None
    shown = [number for number in (one.value, one.low, one.high) if number is not None]
    ends = (0.0, 1.0) if one.unit == "share" else (_end(min(0.0, *shown)), _end(max(0.0, *shown)))
    return drawn(one.value, one.low, one.high, ends, lambda end: telling.number(end, one.unit, lang))


def spread(value: float, low: float, high: float, write: Callable[[float], str]) -> Bar:
    """A quantity that is never below zero, on a scale from zero."""
    return drawn(value, low, high, (0.0, _end(high)), write)


def drawn(
    value: float, low: float | None, high: float | None, ends: tuple[float, float], write: Callable[[float], str]
) -> Bar:
    """`write` says an end of the scale in words."""
    first, last = ends
    last = last if last > first else first + 1

    def place(number: float) -> int:
        return LEFT + round(WIDTH * (min(max(number, first), last) - first) / (last - first))

    left, right = place(first if low is None else low), place(last if high is None else high)
    return Bar(left, right, place(value), write(first), write(last))


def _end(number: float) -> float:
    """The next round number outwards: 1, 2, 5, 10, 20, …

    >>> [_end(number) for number in (0, 1, 3, 17, -63.4, 0.4)]
    [0.0, 2.0, 5.0, 20.0, -100.0, 0.5]
    """
    if not number:
        return 0.0
    power = 10.0 ** floor(log10(abs(number)))
    step = next(step for step in (1, 2, 5, 10, 20) if step * power > abs(number))
    return step * power if number > 0 else -step * power
