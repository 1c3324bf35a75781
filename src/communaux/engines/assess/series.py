"""What happened over time, in totals: changes by month, people by quarter, how the work is shared, versions by quarter.

Nobody is told apart: shares are of three people at least, and of fewer than six people none is told. Periods are those of the
calendar, in UTC; a series begins where the history begins, so that a zero is a month in which nothing happened and never one
before the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np

from communaux.engines.assess.credit import DAY, Credits, Scope, paired, split
from communaux.engines.assess.model import Facts, Ints, Small, Tag
from communaux.engines.assess.practice import is_release

MONTHS: Final = 36
QUARTERS: Final = 12
RANKS: Final = 21  # told in groups; those behind stand together
TOGETHER: Final = 3  # people: a share of fewer would be about somebody
KEYS: Final = ("activity", "people", "share", "releases")

type Series = Mapping[str, Any]


def series(facts: Facts, scope: Scope) -> dict[str, Series]:
    """The key `series` of the JSON: `status`, `reason`, `rows` of each: counts of a `period`, or of the ranks `first` to `rank`."""
    cut = facts.shallow or facts.history.truncated > 0
    return {
        "activity": activity(scope),
        "people": nothing("unknown", "cut") if cut else people(scope),
        "share": share(scope),
        "releases": releases(facts.tags, scope),
    }


def nothing(status: str, reason: str) -> Series:
    return {"status": status, "reason": reason, "rows": []}


def measured(rows: Sequence[Mapping[str, object]], **more: object) -> Series:
    return {"status": "measured", "reason": "", "rows": list(rows), **more}


def month_of(times: Ints) -> Ints:
    """Seconds UTC → months since January 1970.

    >>> month_of(np.array([0, 1_700_000_000])).tolist()
    [0, 646]
    """
    return times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def quarter_of(times: Ints) -> Ints:
    return month_of(times) // 3


def month(number: int) -> str:
    """As in ISO 8601.

    >>> month(646)
    '2023-11'
    """
    return f"{1970 + number // 12}-{number % 12 + 1:02}"


def quarter(number: int) -> str:
    """Of the calendar.

    >>> quarter(215)
    '2023-Q4'
    """
    return f"{1970 + number // 4}-Q{number % 4 + 1}"


def dated(scope: Scope) -> Credits:
    """Who made which commit, where it says when and is not after the assessed one."""
    return scope.headline.among((scope.history.ct >= 0) & (scope.history.ct <= scope.end))


def activity(scope: Scope) -> Series:
    """Commits and people of each month, up to that of the assessed commit (CHAOSS, Code Changes and Contributors)."""
    if not len(scope.times):
        return nothing("unknown", "no_people")
    last = int(month_of(np.array([scope.end]))[0])
    first = max(last - MONTHS + 1, int(month_of(scope.times[:1])[0]))
    rows = dated(scope)
    commits = counted(month_of(scope.times), first, last)
    active = counted(once(month_of(scope.history.ct[rows.commit]), rows.person), first, last)
    return measured(
        [
            {"period": month(first + at), "commits": n, "people": who}
            for at, (n, who) in enumerate(zip(commits, active, strict=True))
        ]
    )


def counted(periods: Ints, first: int, last: int) -> list[int]:
    """How often each period from `first` to `last` is met."""
    inside = periods[(periods >= first) & (periods <= last)]
    found: list[int] = np.bincount(inside - first, minlength=last - first + 1).tolist()
    return found


def once(periods: Ints, people: Small) -> Ints:
    """The periods, one for each person who was active in it."""
    return split(np.unique(paired(periods, people)))[0]


def people(scope: Scope) -> Series:
    """Of the people of each quarter, how many were never seen before (CHAOSS, New Contributors), how many came again."""
    rows = dated(scope)
    if not len(rows.person):
        return nothing("unknown", "no_people")
    periods = quarter_of(scope.history.ct[rows.commit])
    _people, at = np.unique(rows.person, return_inverse=True)
    arrival = np.full(len(_people), np.iinfo(np.int64).max)
    np.minimum.at(arrival, at, periods)
    last = int(quarter_of(np.array([scope.end]))[0])
    first = max(last - QUARTERS + 1, int(arrival.min()))
    came, active = counted(arrival, first, last), counted(once(periods, rows.person), first, last)
    return measured(
        [
            {"period": quarter(first + n), "newcomers": new, "returning": there - new}
            for n, (new, there) in enumerate(zip(came, active, strict=True))
        ]
    )


def share(scope: Scope) -> Series:
    """Cumulated share of the commits of the last year by rank of people, three by three; those behind the 21st stand together."""
    parts = scope.headline.among(scope.window).parts()[0]
    if not parts:
        return nothing("unknown", "no_people")
    if len(parts) < 2 * TOGETHER:
        return nothing("insufficient", "few_people")
    sums = list(accumulate(sorted(parts.values(), reverse=True)))
    lasts = [*range(TOGETHER, min(RANKS, len(sums) - TOGETHER) + 1, TOGETHER), len(sums)]
    rows = [
        {"first": before + 1, "rank": last, "cumulated": sums[last - 1] / sums[-1]}
        for before, last in pairwise([0, *lasts])
    ]
    commits = len(np.unique(scope.headline.among(scope.window).commit))
    return measured(rows, people=len(sums), commits=commits)


def releases(tags: Sequence[Tag], scope: Scope) -> Series:
    """Days with a version by quarter, those made before they were ready apart, up to the last version or the assessed commit."""
    known = [(tag.at // DAY, release) for tag in tags if (release := is_release(tag.name)) is not None]
    seen = {one for one in known if one[0] <= scope.as_of // DAY}
    if not seen:
        return nothing("not_applicable", "no_version")
    days = {kind: np.array(sorted(day for day, release in seen if release is kind), np.int64) for kind in (True, False)}
    quarters = {kind: quarter_of(found * DAY) for kind, found in days.items()}
    every = np.concatenate(list(quarters.values()))
    last = max(int(every.max()), int(quarter_of(np.array([max(scope.end, 0)]))[0]))
    first = max(last - QUARTERS + 1, int(every.min()))
    ready, early = (counted(quarters[kind], first, last) for kind in (True, False))
    return measured(
        [
            {"period": quarter(first + n), "versions": n_ready, "early": n_early}
            for n, (n_ready, n_early) in enumerate(zip(ready, early, strict=True))
        ]
    )
