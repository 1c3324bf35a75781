"""Closed forms and estimators against published tables and plain recomputation."""

from __future__ import annotations

from itertools import combinations
from math import exp, factorial
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.assess.stats import bootstrap, kaplan_meier, poisson, theil_sen, wilson


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_share_lies_in_its_interval(k: int, more: int) -> None:
    n = k + more
    low, high = wilson(k, n)
    assert 0 <= low <= (k / n if n else 0) <= high <= 1


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(k, n)


@given(st.integers(0, 60))
def test_bounds_of_a_count_leave_five_percent_on_each_side(n: int) -> None:
    low, high = poisson(n)
    below = sum(exp(-high) * high**k / factorial(k) for k in range(n + 1))
    assert below == pytest.approx(0.05, abs=1e-6)
    above = 1 - sum(exp(-low) * low**k / factorial(k) for k in range(n))
    assert above == pytest.approx(0.05 if n else 1.0, abs=1e-6)


def test_large_counts_come_near_the_normal_and_negative_ones_are_refused() -> None:
    low, high = poisson(10_000)
    assert (low, high) == (pytest.approx(10_000 - 164.5, abs=3), pytest.approx(10_000 + 164.5, abs=3))
    with pytest.raises(ValueError, match="no count"):
        poisson(-1)


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=25))
def test_the_slope_is_the_median_of_all_slopes(values: list[int]) -> None:
    slopes = [(values[j] - values[i]) / (j - i) for i, j in combinations(range(len(values)), 2)]
    found = theil_sen(values)
    assert found.value == pytest.approx(median(slopes))
    assert found.low <= found.value <= found.high
    assert 0 <= found.p <= 1


def test_a_rise_is_seen_and_a_level_is_none() -> None:
    """Mann–Kendall of ten rising values: S = 45, Var = 125, z = 44/√125 (Gilbert 1987, § 16.4)."""
    assert theil_sen(list(range(10))).p == pytest.approx(2 * 4.16e-5, rel=0.02)
    assert theil_sen([1, 1, 1, 1]).p == 1.0
    with pytest.raises(ValueError, match="3 values"):
        theil_sen([1, 2])


def test_survival_of_the_leukaemia_trial() -> None:
    """6-MP arm of Freireich et al. 1963, the example of most textbooks: 21 patients, 9 relapses."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapse = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    found = kaplan_meier(weeks, [bool(one) for one in relapse])
    assert found.times == (6, 7, 10, 13, 16, 22, 23)
    assert found.share == pytest.approx((0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448), abs=0.0006)
    middle, low, high = found.median()
    assert (middle, low, high) == (23, 13, None)
    for low_bound, share, high_bound in zip(found.low, found.share, found.high, strict=True):
        assert 0 <= low_bound <= share <= high_bound <= 1


def test_where_nobody_left_there_is_no_median() -> None:
    assert kaplan_meier([3, 4], [False, False]).median() == (None, None, None)
    assert kaplan_meier([3, 3], [True, True]).median() == (3, 3, 3)


def test_draws_depend_on_their_seed_alone() -> None:
    owners, weights = np.array([0, 0, 1, 2, 2, 3]), np.array([4.0, 1.0, 2.0, 0.5, 0.5, 1.0])

    def absent(sums: np.ndarray) -> int:
        return int((np.sort(sums)[::-1].cumsum() * 2 < sums.sum()).sum()) + 1

    assert bootstrap(owners, weights, absent, 7) == bootstrap(owners, weights, absent, 7)
    low, high, draws = bootstrap(owners, weights, absent, 7)
    assert 1 <= low <= absent(np.bincount(owners, weights)) <= high <= 4
    assert draws == 500
    many = np.arange(20_000)
    assert bootstrap(many, np.ones(20_000), lambda _sums: 1, 7) == (1, 1, 250)
