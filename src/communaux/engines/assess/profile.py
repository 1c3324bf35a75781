"""From figures and evidence to conditions, from conditions to one word for each axis. No weight, no mean, no sum.

A condition is unmet only where the whole interval says so; where it straddles the threshold, or nothing was read, it is unknown.
Thresholds are ours (version 2, `data/assess/conditions.toml`) and printed as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from communaux.data import assess_table
from communaux.engines.assess.model import Axis, Condition, Indicator, Outcome

type Reading = Literal["attention", "confirm", "established"]
type Judged = tuple[Outcome, tuple[str, ...]]
AXES: Final[tuple[Axis, ...]] = ("resource", "community", "governance")
WORST_FIRST: Final[Mapping[Outcome, int]] = {"unmet": 0, "unknown": 1, "met": 2}
LOUD: Final = 3.0  # times the usual gap
FEW: Final = 10  # commits of the last year
FRESH: Final = 548  # days since the last version
ACTIVE: Final = 6  # months of the last twelve
HALF: Final = 0.5
SOON: Final = 14  # days until a first answer
KEYS: Final = 2  # accounts that may merge
PAST: Final = "past_year"  # why the figures of the last year decide nothing: it ended more than a year ago


@dataclass(frozen=True, slots=True)
class Evidence:
    """What files and people tell of a condition, by its code: outcome and what decided it. `ended` quotes a declared end.

    `past`: the last year of the history ended more than a year before the day of the question.
    """

    judged: Mapping[str, Judged] = field(default_factory=dict)
    ended: str = ""
    past: bool = False


def at_least(low: float | None, high: float | None, threshold: float) -> Outcome:
    """Is what lies between two bounds at least this?

    >>> at_least(2, 4, 2), at_least(1, 1, 2), at_least(1, 3, 2), at_least(None, None, 2)
    ('met', 'unmet', 'unknown', 'unknown')
    """
    if low is None or high is None:
        return "unknown"
    return "met" if low >= threshold else "unmet" if high < threshold else "unknown"


def alive(by: Mapping[str, Indicator], evidence: Evidence) -> Judged:
    """C1: no declared end, not archived, and a silence of at most three times the usual."""
    if evidence.ended:
        return "unmet", ("declared_end",)
    if by["archived"].value:
        return "unmet", ("archived",)
    value = by["silence"].value
    return ("unknown" if value is None else "met" if value <= LOUD else "unmet"), ("silence",)


def several_people(by: Mapping[str, Indicator], _evidence: Evidence) -> Judged:
    """C2: the lowest absence factor over the interval and over who is who."""
    one = by["caf_w"]
    around = one.detail.get("range")
    if one.value is None or one.n < FEW or not isinstance(around, list) or one.low is None or one.high is None:
        return "unknown", ("caf_w",)
    return at_least(min(one.low, *around), max(one.high, *around), 2), ("caf_w",)


def renewed(by: Mapping[str, Indicator], evidence: Evidence) -> Judged:
    """C3: a newcomer even where people are joined most, or one of the year before who stayed.

    In its first year a project has founders, not newcomers: nobody can tell yet. A year that is past tells nothing of today.
    """
    stayed, came = by["conversion"].detail.get("k", 0), by["newcomers"]
    because = ("newcomers", "conversion", *(("stayed",) if stayed else ()))
    if evidence.past:
        return "unknown", (*because, PAST)
    if came.value is None or came.reason == "first_year":
        return "unknown", because
    least, most = came.by_policy["wide"], max(came.by_policy.values(), key=lambda count: count or 0)
    outcome: Outcome = "met" if least or stayed else "unknown" if most else "unmet"
    return outcome, because


def several_organisations(by: Mapping[str, Indicator], _evidence: Evidence) -> Judged:
    return at_least(by["elephant"].low, by["elephant"].high, 2), ("elephant",)


def known_files(by: Mapping[str, Indicator], evidence: Evidence) -> Judged:
    """C6: known to somebody who is still active: nobody can tell from a year that is past."""
    one = by["alive_coverage"]
    if evidence.past:
        return "unknown", ("alive_coverage", PAST)
    outcome: Outcome = "unknown" if one.value is None else at_least(one.low, (one.high or 0) + 1e-12, HALF)
    return outcome, ("alive_coverage",)


def published(by: Mapping[str, Indicator], evidence: Evidence) -> Judged:
    """R5: a version of the last 548 days; where nobody tags, six active months of the last twelve, unless they are past."""
    release, age = by["release"], by["release"].detail.get("age_days")
    if release.status == "unknown":
        return "unknown", ("release",)
    if isinstance(age, int):
        return ("met" if age <= FRESH else "unmet"), ("release",)
    because = ("release", "trend", "active_months")
    if evidence.past:
        return "unknown", (*because, PAST)
    return ("met" if active_months(by["trend"]) >= ACTIVE else "unmet"), because


def active_months(trend: Indicator) -> int:
    """Of the last twelve."""
    months = trend.detail["months"]
    assert isinstance(months, list)
    return sum(count > 0 for count in months[-12:])


def answers_soon(by: Mapping[str, Indicator], _evidence: Evidence) -> Judged:
    """C5: the whole interval of the first answer lies within 14 days; unmet where it lies beyond, known to its end or not."""
    one = by["first_response"]
    if not one.n:
        return "unknown", ()
    late, soon = one.low is not None and one.low > SOON, one.high is not None and one.high <= SOON
    return ("unmet" if late else "met" if soon else "unknown"), ("first_response",)


def keys_shared(by: Mapping[str, Indicator], _evidence: Evidence) -> Judged:
    """G6: two accounts at least may merge, in a namespace that is not a person's own."""
    one = by["merge_rights"]
    personal, few = one.detail.get("personal"), one.value is not None and one.value < KEYS
    if personal:
        return "unmet", ("merge_rights", "personal_namespace")
    if one.value is None:
        return "unknown", ()
    if few:
        return ("unknown" if one.reason else "unmet"), ("merge_rights",)
    return ("met", ("merge_rights",)) if personal is False else ("unknown", ("merge_rights", "namespace_unread"))


FROM_FIGURES: Final[Mapping[str, Callable[[Mapping[str, Indicator], Evidence], Judged]]] = {
    "R5": published,
    "C1": alive,
    "C2": several_people,
    "C3": renewed,
    "C4": several_organisations,
    "C5": answers_soon,
    "C6": known_files,
    "G6": keys_shared,
}


def conditions(indicators: Sequence[Indicator], evidence: Evidence) -> tuple[Condition, ...]:
    """All of the table, in its order; what neither a figure nor evidence tells is unknown."""
    by = {one.code: one for one in indicators}
    found = []
    for code, row in assess_table("conditions").items():
        if isinstance(row, dict) and "axis" in row:
            judge = FROM_FIGURES.get(code)
            outcome, because = judge(by, evidence) if judge else evidence.judged.get(code, ("unknown", ()))
            found.append(Condition(code, row["axis"], row["essential"], outcome, because))
    return tuple(found)


def readings(found: Sequence[Condition]) -> dict[Axis, Reading]:
    """One word for each axis: an essential condition unmet, one unknown, or none of both."""
    return {axis: _reading([one.outcome for one in found if one.axis == axis and one.essential]) for axis in AXES}


def _reading(outcomes: Sequence[Outcome]) -> Reading:
    return "attention" if "unmet" in outcomes else "confirm" if "unknown" in outcomes else "established"


def worst_first(found: Sequence[Condition]) -> list[Condition]:
    """Unmet, unknown, met; the essential ones first among equals."""
    return sorted(found, key=lambda one: (WORST_FIRST[one.outcome], not one.essential))


def health(found: Sequence[Condition]) -> tuple[int | None, int | None]:
    """How many conditions of the community are met, of how many known; neither below three known."""
    outcomes = [one.outcome for one in found if one.axis == "community" and one.outcome != "unknown"]
    return (outcomes.count("met"), len(outcomes)) if len(outcomes) >= 3 else (None, None)
