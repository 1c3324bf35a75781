"""Intervals and estimators of the indicators: closed forms where there are, exact bounds where they can be had.

All intervals have the level 90 % (z = 1.6448536). Nothing here draws at random but `bootstrap`, which is given its seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erf, exp, inf, log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVEL: Final = 0.90
Z: Final = 1.6448536
TAIL: Final = (1 - LEVEL) / 2

type Floats = NDArray[np.float64]
type Interval = tuple[float, float]


def wilson(k: int, n: int) -> Interval:
    """Interval of a share of `k` among `n` (Wilson 1927); [0, 1] when nothing was looked at. Raise ValueError unless 0 ≤ k ≤ n.

    >>> [round(bound, 4) for bound in wilson(5, 10)]
    [0.2693, 0.7307]
    >>> [round(bound, 4) for bound in wilson(0, 10)]
    [0.0, 0.2129]
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} among {n} is no share")
    if n == 0:
        return 0.0, 1.0
    p, z2 = k / n, Z * Z / n
    middle, half = p + z2 / 2, Z * sqrt(p * (1 - p) / n + z2 / (4 * n))
    low, high = (middle - half) / (1 + z2), (middle + half) / (1 + z2)
    return max(0.0, low) if k else 0.0, min(1.0, high) if k < n else 1.0


def poisson(n: int) -> Interval:
    """Exact interval of the mean of a count (Garwood 1936), by bisection on the sum of Poisson terms.

    The upper bound leaves 5 % above it; of a count of 0 the lower bound is 0.

    >>> [[round(bound, 3) for bound in poisson(n)] for n in (0, 1, 5, 10)]
    [[0.0, 2.996], [0.051, 4.744], [1.97, 10.513], [5.425, 16.962]]
    """
    if n < 0:
        raise ValueError(f"{n} is no count")
    top = n + 10 * sqrt(n + 1) + 10
    low = 0.0 if n == 0 else _where(lambda mean: 1 - _at_most(n - 1, mean), TAIL, top)
    return low, _where(lambda mean: 1 - _at_most(n, mean), 1 - TAIL, top)


def _at_most(n: int, mean: float) -> float:
    """P(X ≤ n) of a Poisson of this mean; terms by their logarithms, for large means."""
    steps = np.log(mean) - np.log(np.arange(1, n + 1))
    return min(1.0, float(np.exp(np.concatenate(([-mean], steps)).cumsum()).sum()))


def _where(rising: Callable[[float], float], target: float, top: float) -> float:
    """Where a rising function of [0, top] passes the target."""
    low, high = 0.0, top
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class Slope:
    """Theil–Sen slope per step, its interval, and the p of Mann–Kendall (two-sided, normal, tie-corrected)."""

    value: float
    low: float
    high: float
    p: float


def theil_sen(values: Sequence[float]) -> Slope:
    """Slope of equally spaced values: median of all pairwise slopes (Sen 1968); raise ValueError below 3 values.

    The interval takes the ranks from Kendall's variance, corrected for ties.

    >>> theil_sen([1, 2, 3, 4, 5, 6]).value
    1.0
    >>> theil_sen([2, 2, 2]).p
    1.0
    """
    n = len(values)
    if n < 3:
        raise ValueError("A slope needs 3 values")
    y = np.asarray(values, float)
    first, second = np.triu_indices(n, 1)
    rises = y[second] - y[first]
    slopes = np.sort(rises / (second - first))
    score, spread = int(np.sign(rises).sum()), sqrt(_kendall_variance(y))
    half = Z * spread
    low, high = (len(slopes) - half) / 2, (len(slopes) + half) / 2
    bounds = slopes[max(0, round(low))], slopes[min(len(slopes) - 1, round(high))]
    return Slope(float(np.median(slopes)), float(bounds[0]), float(bounds[1]), _two_sided(score, spread))


def _kendall_variance(y: Floats) -> float:
    n, (_values, ties) = len(y), np.unique(y, return_counts=True)
    return float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18


def _two_sided(score: int, spread: float) -> float:
    if spread == 0 or score == 0:
        return 1.0
    z = (abs(score) - 1) / spread
    return float(2 * (1 - _normal(z)))


def _normal(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2


@dataclass(frozen=True, slots=True)
class Survival:
    """Kaplan–Meier: at each time of an event, the share that goes on, with Greenwood's log-log band."""

    times: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def median(self) -> tuple[float | None, float | None, float | None]:
        """When half are left, and its bounds; None where the curve never comes down to one half."""
        return (
            _first_at_half(self.times, self.share),
            _first_at_half(self.times, self.low),
            _first_at_half(self.times, self.high),
        )


def _first_at_half(times: Sequence[float], share: Sequence[float]) -> float | None:
    return next((time for time, left in zip(times, share, strict=True) if left <= 0.5), None)


def kaplan_meier(durations: Sequence[float], ended: Sequence[bool]) -> Survival:
    """Product-limit estimate (Kaplan and Meier 1958); one that has not ended is censored at its duration.

    >>> kaplan_meier([1, 2, 3, 4], [True, False, True, True]).share
    (0.75, 0.375, 0.0)
    """
    times, shares, lows, highs, share, variance = [], [], [], [], 1.0, 0.0
    for time, events, at_risk in _at_risk(durations, ended):
        share *= 1 - events / at_risk
        variance += events / (at_risk * (at_risk - events)) if at_risk > events else inf
        low, high = _log_log(share, variance)
        times.append(time)
        shares.append(share)
        lows.append(low)
        highs.append(high)
    return Survival(tuple(times), tuple(shares), tuple(lows), tuple(highs))


def _at_risk(durations: Sequence[float], ended: Sequence[bool]) -> list[tuple[float, int, int]]:
    """At each time of an event: how many, among how many still there; who is censored then still counts as there."""
    spans, events = np.asarray(durations, float), np.asarray(ended, bool)
    return [
        (float(time), int((events & (spans == time)).sum()), int((spans >= time).sum()))
        for time in np.unique(spans[events])
    ]


def _log_log(share: float, variance: float) -> Interval:
    """Bounds on the scale log(−log S), which stay in [0, 1] (Kalbfleisch and Prentice 1980)."""
    if share in (0.0, 1.0):
        return share, share
    half = Z * sqrt(variance) / abs(log(share))
    return share ** exp(half), share ** exp(-half)


def bootstrap(
    owners: NDArray[np.int64], weights: Floats, statistic: Callable[[Floats], int], seed: int
) -> tuple[int, int, int]:
    """Percentiles 5 and 95 of a statistic of what each owner has, blocks drawn anew; and how many draws.

    A block has an owner and a weight; each draw takes as many blocks, with replacement (Efron 1979; blocks as the commits of a
    week hang together). Draws: 5·10⁶ ÷ blocks, between 100 and 500.

    >>> bootstrap(np.array([0, 0, 1]), np.array([1.0, 1.0, 1.0]), lambda sums: int((sums > 0).sum()), seed=1)
    (1, 2, 500)
    """
    blocks, people = len(owners), int(owners.max()) + 1
    draws, random = min(500, max(100, 5_000_000 // blocks)), np.random.default_rng(seed)
    found = []
    for _draw in range(draws):
        times = np.bincount(random.integers(0, blocks, blocks), minlength=blocks)
        found.append(statistic(np.bincount(owners, weights=weights * times, minlength=people)))
    low, high = np.percentile(found, [100 * TAIL, 100 * (1 - TAIL)], method="nearest")
    return int(low), int(high), draws
