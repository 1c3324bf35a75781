"""Who comes, who stays, and whether it goes on: newcomers, retention, conversion, tenure, trend, silence."""

from __future__ import annotations

from dataclasses import replace
from math import expm1
from typing import Final

import numpy as np

from communaux.engines.assess.credit import DAY, MONTH, YEAR, Credits, Scope, distinct
from communaux.engines.assess.identities import HEADLINE
from communaux.engines.assess.model import Indicator, Ints
from communaux.engines.assess.stats import kaplan_meier, poisson, theil_sen, wilson

FEW: Final = 10  # below, a share of people says nothing
GAPS: Final = 20  # below, nobody knows what is long for them
ASLEEP: Final = 180 * DAY  # who committed since then may still be there
MONTHS: Final = 24


def first_and_last(scope: Scope, rows: Credits) -> tuple[Ints, Ints, Ints]:
    """Persons, and the time of the first and last commit of each; commits without a time are passed over."""
    times = scope.history.ct[rows.commit]
    known = times >= 0
    people, at = np.unique(rows.person[known], return_inverse=True)
    first, last = np.full(len(people), np.iinfo(np.int64).max), np.full(len(people), -1)
    np.minimum.at(first, at, times[known])
    np.maximum.at(last, at, times[known])
    return people.astype(np.int64), first, last


def arrived(scope: Scope, policy: str, start: int, end: int) -> Ints:
    """Persons whose first commit falls in (start, end]."""
    people, first, _last = first_and_last(scope, scope.by_policy[policy])
    return people[(first > start) & (first <= end)]


def newcomers(scope: Scope) -> Indicator:
    """Persons whose first commit falls in the last year (CHAOSS, New Contributors), and the range over who is who."""
    count = {
        policy: len(arrived(scope, policy, scope.end - YEAR, scope.end)) for policy in ("mailmap", "default", "wide")
    }
    active, value = len(scope.headline.among(scope.window).people()), count[HEADLINE]
    if not active:
        return Indicator("newcomers", "community", None, "persons", 0, status="unknown", reason="no_people")
    low, high = poisson(value)
    reason = "first_year" if scope.end - int(scope.times.min(initial=scope.end)) < YEAR else ""
    around = [min(count.values()), max(count.values())]
    detail = {"active": active, "share": value / active, "range": around}
    by = {policy: float(found) for policy, found in count.items()}
    found = Indicator("newcomers", "community", value, "persons", active, low, high, "poisson", reason=reason)
    return replace(found, by_policy=by, detail=detail)


def retention(scope: Scope) -> Indicator:
    """Of those active the year before, the share active in the last one (CHAOSS)."""
    before, now = (scope.headline.among(mask).people() for mask in (scope.previous, scope.window))
    return share("retention", len(np.intersect1d(before, now)), len(before))


def share(code: str, k: int, n: int) -> Indicator:
    """A share of persons with Wilson's interval; of fewer than 10 only the two counts."""
    detail = {"k": k, "n": n}
    if n < FEW:
        return Indicator(code, "community", None, "share", n, status="insufficient", reason="few_people", detail=detail)
    low, high = wilson(k, n)
    return Indicator(code, "community", k / n, "share", n, low, high, "wilson", detail=detail)


def conversion(scope: Scope) -> Indicator:
    """Of the newcomers of the year before, the share with 3 commits in 2 calendar months by the end of the last one (CHAOSS)."""
    came = arrived(scope, HEADLINE, scope.end - 2 * YEAR, scope.end - YEAR)
    rows = scope.headline.among(scope.previous | scope.window)
    months = (
        (scope.history.ct[rows.commit] * 1_000_000_000)
        .astype("datetime64[ns]")
        .astype("datetime64[M]")
        .astype(np.int64)
    )
    stayed = [
        person
        for person in came.tolist()
        if (mine := rows.person == person).sum() >= 3 and len(distinct(months[mine])) >= 2
    ]
    return share("conversion", len(stayed), len(came))


def tenure(scope: Scope) -> Indicator:
    """Median days from first to last commit (Kaplan and Meier 1958); who committed within 180 days may go on."""
    people, first, last = first_and_last(scope, scope.headline)
    if not len(people):
        return Indicator("tenure", "community", None, "days", 0, status="unknown", reason="no_people")
    days, left = (last - first) / DAY, last <= scope.end - ASLEEP
    median, low, high = kaplan_meier(days.tolist(), left.tolist()).median()
    reason = "" if median is not None else "most_stay"
    return Indicator(
        "tenure",
        "community",
        median,
        "days",
        len(people),
        low,
        high,
        "greenwood",
        status="measured" if median is not None else "insufficient",
        reason=reason,
        detail={"left": int(left.sum())},
    )


def trend(scope: Scope) -> Indicator:
    """Change of the commits of a month, in % a year: Theil–Sen slope of log(1 + n) over 24 twelfths of a year (Sen 1968)."""
    start = scope.end - MONTHS * MONTH
    times = scope.times[scope.times > start]
    monthly = (
        np.bincount((times - start - 1) // MONTH, minlength=MONTHS)[:MONTHS]
        if len(times)
        else np.zeros(MONTHS, np.int64)
    )
    detail = {"months": monthly.tolist(), "active_months": int((monthly > 0).sum())}
    if not len(scope.times) or scope.times[0] > start:
        reason = "young" if len(scope.times) else "no_people"
        return Indicator(
            "trend", "community", None, "%/year", len(times), status="insufficient", reason=reason, detail=detail
        )
    slope = theil_sen(np.log1p(monthly).tolist())
    value, low, high = (100 * expm1(12 * one) for one in (slope.value, slope.low, slope.high))
    reason = "no_trend" if low <= 0 <= high else ""
    detail["p"] = slope.p
    return Indicator("trend", "community", value, "%/year", len(times), low, high, "sen", reason=reason, detail=detail)


def silence(scope: Scope) -> Indicator:
    """Days since the last commit of a person, over what is long for this project: its own 95th percentile of gaps, 7 days at least.

    A small finished library that was always slow is not silent (after OpenSSF Scorecard, Maintained, made free of scale).
    """
    days = distinct(scope.times // DAY)
    gaps = np.diff(days)
    last = int(scope.times[-1]) if len(scope.times) else -1
    since = max(0, scope.as_of // DAY - last // DAY) if last >= 0 else None
    detail: dict[str, object] = {"since_days": since}
    if since is None or len(gaps) < GAPS:
        return Indicator(
            "silence", "community", None, "ratio", len(gaps), status="unknown", reason="few_gaps", detail=detail
        )
    usual = max(7.0, float(np.percentile(gaps, 95)))
    detail["usual_days"] = usual
    return Indicator("silence", "community", since / usual, "ratio", len(gaps), detail=detail)
