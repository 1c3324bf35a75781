"""Quantities that are known between two bounds: arithmetic by least and greatest value, without chance (spec 08 § 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import fsum, isfinite
from typing import Final

from communaux.engines.footprint.errors import FootprintError

DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """`low ≤ value ≤ high`, none of them negative. Raise FootprintError for anything else."""

    low: float
    value: float
    high: float

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.low, self.value, self.high))) or not 0 <= self.low <= self.value <= self.high:
            raise FootprintError("bad_interval", value=(self.low, self.value, self.high))

    def __mul__(self, other: Interval | float) -> Interval:
        by = exactly(other)
        return Interval(self.low * by.low, self.value * by.value, self.high * by.high)

    def __truediv__(self, other: Interval | float) -> Interval:
        """
        >>> Interval(1, 2, 3) / Interval(1, 2, 4)
        Interval(low=0.25, value=1.0, high=3.0)
        """
        by = exactly(other)
        if by.low == 0:
            raise FootprintError("divided_by_zero", value=by.low)
        return Interval(self.low / by.high, self.value / by.value, self.high / by.low)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one quantity is above another, between two bounds; below zero where it is less. Raise FootprintError out of order."""

    low: float
    value: float
    high: float

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.low, self.value, self.high))) or not self.low <= self.value <= self.high:
            raise FootprintError("bad_difference", value=(self.low, self.value, self.high))

    def __mul__(self, other: float) -> Difference:
        """By a number that is not negative."""
        return Difference(self.low * other, self.value * other, self.high * other)


def exactly(value: Interval | float) -> Interval:
    """A number that is known exactly, or the interval itself."""
    return value if isinstance(value, Interval) else Interval(value, value, value)


def total(parts: Iterable[Interval]) -> Interval:
    """
    >>> total([Interval(1, 2, 3), Interval(0, 1, 5)])
    Interval(low=1.0, value=3.0, high=8.0)
    """
    found = list(parts)
    return Interval(*(fsum(getattr(one, bound) for one in found) for bound in ("low", "value", "high")))


def printed(found: Interval | Difference) -> tuple[str, str, str]:
    """Two significant digits: the low bound downwards, the high one upwards, so that nothing is left out.

    >>> printed(Interval(30.35, 70.6, 97.1)), printed(Interval(0, 0.0142, 1234))
    (('30', '71', '98'), ('0', '0.014', '1300'))
    """
    return (
        _digits(found.low, ROUND_FLOOR),
        _digits(found.value, ROUND_HALF_EVEN),
        _digits(found.high, ROUND_CEILING),
    )


def _digits(value: float, rounding: str) -> str:
    given = Decimal(repr(value))
    if not given:
        return "0"
    return f"{given.quantize(Decimal(1).scaleb(given.adjusted() - DIGITS + 1), rounding=rounding):f}"
