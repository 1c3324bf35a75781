"""How much rests on how few: contributor absence factor, and its twin over organisations."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import log
from typing import Final

import numpy as np

from communaux.engines.assess.credit import DAY, YEAR, Credits, Mask, Scope, distinct, paired, split
from communaux.engines.assess.identities import HEADLINE, POLICIES
from communaux.engines.assess.model import Indicator
from communaux.engines.assess.organisations import UNKNOWN, organisation
from communaux.engines.assess.stats import Floats, bootstrap

RANGE: Final = ("mailmap", "wide")
WEEK: Final = 7 * DAY


def absence_factor(shares: Iterable[Fraction | int]) -> int:
    """The smallest number of people who made half of it all (CHAOSS, Contributor Absence Factor); 0 of nothing.

    >>> absence_factor([1000, 433, 343, 332, 202, 90, 42, 33])
    2
    """
    ordered = sorted(shares, reverse=True)
    total, so_far = sum(ordered), Fraction()
    for count, share in enumerate(ordered, 1):
        so_far += share
        if 2 * so_far >= total:
            return count
    return 0


def _fast(sums: Floats) -> int:
    """The same of floats, for the draws of an interval."""
    ordered = np.sort(sums)[::-1]
    return int(np.searchsorted(2 * np.cumsum(ordered), ordered.sum() * (1 - 1e-12)) + 1)


def absence(scope: Scope, code: str, commits: Mask, seed: int) -> Indicator:
    """`caf_w` over the last year, `caf_all` over the whole history: persons, with the range over who is who."""
    rows = {policy: scope.by_policy[policy].among(commits) for policy in POLICIES}
    headline, n = rows[HEADLINE], len(distinct(rows[HEADLINE].commit))
    if not n:
        return Indicator(code, "community", None, "persons", 0, status="unknown", reason="no_people")
    low, high, draws = _interval(scope, headline, seed)
    value = absence_factor(headline.parts()[0].values())
    around = [absence_factor(rows[policy].parts()[0].values()) for policy in RANGE]
    return Indicator(
        code,
        "community",
        value,
        "persons",
        n,
        low=min(low, value),
        high=max(high, value),
        interval_kind="bootstrap",
        by_policy=by_policy(scope, commits),
        detail={"people": len(headline.people()), "range": [min(value, *around), max(value, *around)], "draws": draws},
        reproduce=command(scope, since=scope.end - YEAR if code == "caf_w" else None),
    )


def command(scope: Scope, since: int | None) -> str:
    """What gives the figure of `as_committed+bots` with git, awk and nothing of ours."""
    head, window = scope.history.oid[0].tobytes().hex(), "" if since is None else f" --since-as-filter={since + 1}"
    log = f"git --no-replace-objects -c log.mailmap=false log --no-merges --format=%ae{window} {head}"
    half = "'{c[NR]=$1; t+=$1} END {for (i=1; i<=NR; i++) {s+=c[i]; if (2*s>=t) {print i; exit}}}'"
    return f"{log} | LC_ALL=C tr A-Z a-z | LC_ALL=C sort | uniq -c | sort -rn | awk {half}"


def by_policy(scope: Scope, commits: Mask) -> dict[str, float | None]:
    """Crediting the author alone, under each policy, with and without programs: what plain git can be held against."""
    return {name: absence_factor(rows.among(commits).parts()[0].values()) for name, rows in scope.authors_alone.items()}


def _interval(scope: Scope, rows: Credits, seed: int) -> tuple[int, int, int]:
    """Blocks are what one person did in one week (Monday to Sunday, UTC)."""
    week = (scope.history.ct[rows.commit] + 3 * DAY) // WEEK
    blocks, at = np.unique(paired(rows.person, np.maximum(week, 0)), return_inverse=True)
    weights = np.bincount(at, weights=1 / rows.team)
    _people, owners = np.unique(split(blocks)[0], return_inverse=True)
    return bootstrap(owners, weights, _fast, seed)


def organisations(scope: Scope) -> list[Indicator]:
    """`elephant`, `hhi`, `shannon` of the last year, by organisation as the address tells it; bounds for those that tell none."""
    rows = scope.headline.among(scope.window)
    sums, nobody = _by_organisation(scope, rows)
    total = sum(sums.values(), Fraction()) + sum(nobody, Fraction())
    if not sums:
        reason = "no_organisation" if total else "no_people"
        return [
            Indicator(code, "community", None, unit, 0, coverage=0.0, status="unknown", reason=reason)
            for code, unit in (("elephant", "organisations"), ("hhi", "share"), ("shannon", "nats"))
        ]
    known, together, apart = list(sums.values()), _together(sums, nobody), [*sums.values(), *nobody]
    coverage, n = float(sum(known, Fraction()) / total), len(distinct(rows.commit))
    return [
        _bounded("elephant", "organisations", n, coverage, [absence_factor(of) for of in (known, together, apart)]),
        _bounded("hhi", "share", n, coverage, [herfindahl(of) for of in (known, together, apart)]),
        _bounded("shannon", "nats", n, coverage, [shannon(of) for of in (known, together, apart)]),
    ]


def _by_organisation(scope: Scope, rows: Credits) -> tuple[dict[str, Fraction], list[Fraction]]:
    """Credits of each organisation, and those of each person whose address tells none."""
    of_person = {
        int(number): organisation(mail)
        for number, (_name, mail) in zip(scope.identities.canonical[HEADLINE], scope.history.people, strict=True)
        if organisation(mail) != UNKNOWN
    }
    sums: dict[str, Fraction] = {}
    nobody = []
    for person, share in rows.sums().items():
        if body := of_person.get(person):
            sums[body] = sums.get(body, Fraction()) + share
        else:
            nobody.append(share)
    return sums, nobody


def _together(sums: dict[str, Fraction], nobody: list[Fraction]) -> list[Fraction]:
    """As if all whose organisation is not known were of the largest one."""
    first, *others = sorted(sums.values(), reverse=True)
    return [first + sum(nobody, Fraction()), *others]


def _bounded(code: str, unit: str, n: int, coverage: float, three: list[float]) -> Indicator:
    low, high = min(three), max(three)
    return Indicator(code, "community", three[0], unit, n, low, high, interval_kind="unknown_bounds", coverage=coverage)


def herfindahl(shares: list[Fraction]) -> float:
    """Sum of squared shares: 1 is one alone, 1/n is n alike.

    >>> herfindahl([Fraction(1), Fraction(1)])
    0.5
    """
    total = sum(shares, Fraction())
    return float(sum((share / total) ** 2 for share in shares))


def shannon(shares: list[Fraction]) -> float:
    """Entropy in nats (Shannon 1948): 0 is one alone, ln n is n alike.

    >>> round(shannon([Fraction(1), Fraction(1)]), 4)
    0.6931
    """
    total = sum(shares, Fraction())
    parts = [float(share / total) for share in shares]
    return abs(sum(part * log(part) for part in parts))
