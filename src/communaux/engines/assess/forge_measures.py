"""What a reading of a forge measures: who is answered and when, what is closed and merged, who may merge. Unread is unknown.

The last year W is that of the history: the 365 days up to the assessed commit. Programs are set apart, a moved item is neither
answered nor closed by it; what is open or unanswered is censored when it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Final

import numpy as np

from communaux.engines.assess.activity import share
from communaux.engines.assess.credit import DAY, MONTH, YEAR
from communaux.engines.assess.forge import Forge, Item, Kind
from communaux.engines.assess.model import Axis, Indicator
from communaux.engines.assess.stats import Z, kaplan_meier, theil_sen, wilson

FEW: Final = 10  # items below which a delay says nothing
GROUP: Final = 3  # people below whom a share of a group would be somebody's own
NONE_OF_THREE: Final = 3  # unanswered ones of which the share is surely below one half (Wilson: 0 of 3 → 0.47 at most)
MEASURES: Final[dict[str, tuple[Axis, str, Kind | None]]] = {
    "first_response": ("community", "days", None),
    "closure_ratio": ("community", "per_opened", None),
    "acceptance": ("community", "share", "change"),
    "time_to_close": ("community", "days", None),
    "open_age": ("community", "days", None),
    "releases": ("resource", "versions", "release"),
    "archived": ("community", "yes", "repository"),
    "merge_rights": ("governance", "accounts", None),
}
type Estimate = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Window:
    """A reading, and the last year of the history: start < time ≤ end."""

    forge: Forge
    end: int

    @property
    def start(self) -> int:
        return self.end - YEAR

    def holds(self, at: int | None) -> bool:
        return at is not None and self.start < at <= self.end

    def covered(self, *kinds: Kind) -> float:
        """Share of the last year of these kinds that was read."""
        spans = [self.forge.read.get(kind) for kind in kinds]
        seen = [min(self.end, one.until) - max(self.start, one.since) if one else 0 for one in spans]
        return max(0.0, min(1.0, sum(max(0, one) for one in seen) / YEAR / len(kinds)))

    def until(self, one: Item) -> int:
        return self.forge.read[one.kind].until

    def by_people(self) -> list[Item]:
        return [one for one in self.forge.items if not one.bot]

    def opened(self) -> list[Item]:
        return [one for one in self.by_people() if self.holds(one.opened)]


def indicators(forge: Forge | None, end: int) -> list[Indicator]:
    """All of them, always in this order."""
    if forge is None or end < 0:
        return [unknown(code, "items_not_read") for code in MEASURES]
    seen = Window(forge, end)
    return [measure(seen) for measure in ALL]


def unknown(code: str, reason: str) -> Indicator:
    axis, unit, _kind = MEASURES[code]
    return Indicator(code, axis, None, unit, 0, status="unknown", reason=reason, coverage=0.0)


def _of_items(code: str, seen: Window) -> Indicator | None:
    """Unknown, where the kinds it rests on were not read for any part of the year; else nothing."""
    kind = MEASURES[code][2]
    kinds: tuple[Kind, ...] = (kind,) if kind else ("issue", "change")
    if not any(one in seen.forge.read for one in kinds):
        return unknown(code, "kind_not_read")
    return None if seen.covered(*kinds) else unknown(code, "items_elsewhere")


def survival(durations: Sequence[float], ended: Sequence[bool]) -> Estimate:
    """Kaplan–Meier median and its log-log bounds. Where the lower band never comes down to one half, the lower bound is how long
    three at least were followed: that none of them ended says it by itself.

    >>> survival([1, 2, 3, 40, 40, 40], [False] * 6)
    (None, 40.0, None)
    """
    found = kaplan_meier(durations, ended)
    median, low, high = found.median()
    if low is None and len(durations) >= NONE_OF_THREE:
        low = float(max((*found.times[-1:], sorted(durations)[-NONE_OF_THREE])))
    return median, low, high


def first_response(seen: Window) -> Indicator:
    """Median days until somebody other than the author first answered what was opened in W; also by maintainers alone (CHAOSS)."""
    code = "first_response"
    if nothing := _of_items(code, seen):
        return nothing
    core = _core(seen.forge)
    followed = [one for one in seen.opened() if _watched(seen, one) > one.opened]
    waits, answered = _waits(seen, followed, lambda _who: True)
    detail: dict[str, object] = _kinds(followed) | {"unanswered": answered.count(False)}
    if core:
        median, _low, _high = survival(*_waits(seen, followed, core.__contains__))
        detail["by_maintainers_days"] = median
    return _delay(code, seen, waits, answered, "most_unanswered", detail)


def _watched(seen: Window, one: Item) -> int:
    return seen.until(one) if one.watched is None else min(one.watched, seen.until(one))


def _waits(seen: Window, items: Iterable[Item], counts: Callable[[str], bool]) -> tuple[list[float], list[bool]]:
    """Days until the first answer of somebody who counts, else until nobody looked any more; and whether there was one."""
    waits, answered = [], []
    for one in items:
        first = next((at for at, who in one.answers if counts(who) and at <= _watched(seen, one)), None)
        waits.append(((_watched(seen, one) if first is None else first) - one.opened) / DAY)
        answered.append(first is not None)
    return waits, answered


def _core(forge: Forge) -> frozenset[str]:
    """Who may merge, has merged, or belongs to the project as the forge says."""
    return frozenset(one.who for one in forge.members if one.may_merge is not False) | _mergers(forge.items)


def _mergers(items: Iterable[Item]) -> frozenset[str]:
    return frozenset(one.merger for one in items if one.merger and one.merged is not None)


def _kinds(items: Sequence[Item]) -> dict[str, object]:
    issues = sum(one.kind == "issue" for one in items)
    return {"issues": issues, "changes": len(items) - issues}


def _delay(
    code: str, seen: Window, days: Sequence[float], ended: Sequence[bool], endless: str, detail: dict[str, object]
) -> Indicator:
    """A median duration: of few items, none; where most go on, its lower bound alone, in words."""
    made = Indicator(code, "community", None, "days", len(days), status="insufficient", detail=detail)
    made = replace(made, coverage=seen.covered("issue", "change"))
    if len(days) < FEW:
        return replace(made, reason="few_items")
    median, low, high = survival(days, ended)
    made = replace(made, value=median, low=low, high=high, interval_kind="greenwood")
    return replace(made, reason=endless) if median is None else replace(made, status="measured")


def closure_ratio(seen: Window) -> Indicator:
    """Closed in W for each opened in W; beside it the closed share of what was opened in W, and what the backlog gains a month."""
    code = "closure_ratio"
    if nothing := _of_items(code, seen):
        return nothing
    cohort = seen.opened()
    closed = [one for one in seen.by_people() if seen.holds(one.ended) and not one.moved]
    o, c, done = len(cohort), len(closed), sum(one.ended is not None and not one.moved for one in cohort)
    low, high = wilson(done, o)
    detail: dict[str, object] = {"opened": o, "closed": c, "cohort_closed": done / o if o else None}
    detail |= {"cohort_low": low, "cohort_high": high, "backlog_month": _backlog(seen)}
    made = Indicator(
        code, "community", None, "per_opened", o + c, detail=detail, coverage=seen.covered("issue", "change")
    )
    if o == 0 or c == 0:
        nothing = replace(made, reason="none_opened", status="not_applicable")
        return replace(made, value=0.0, reason="none_closed") if o else nothing
    half = Z * sqrt(1 / c + 1 / o)
    return replace(
        made, value=c / o, low=exp(log(c / o) - half), high=exp(log(c / o) + half), interval_kind="log_ratio"
    )


def _backlog(seen: Window) -> float:
    """Open ones more a month, along W (Sen 1968): negative where it shrinks."""
    turns = [(one.opened, 1) for one in seen.by_people()] + [
        (at, -1) for one in seen.by_people() if (at := one.ended) is not None
    ]
    inside = [(at, step) for at, step in turns if seen.holds(at)]
    marks = [seen.start + month * MONTH for month in range(13)]
    return theil_sen([float(sum(step for at, step in inside if at <= mark)) for mark in marks]).value


def acceptance(seen: Window) -> Indicator:
    """Merged ÷ decided in W, of people's change requests; beside it core, newcomers (their first one) and programs."""
    code = "acceptance"
    if nothing := _of_items(code, seen):
        return nothing
    changes = seen.forge.of("change")
    decided = [one for one in changes if seen.holds(one.ended)]
    people = [one for one in decided if not one.bot]
    groups = {"bot": [one for one in decided if one.bot]}
    core, first = _core(seen.forge), _firsts(seen)
    groups["core"] = [one for one in people if one.author in core]
    groups["new"] = [one for one in people if one.number in first and one.author not in core]
    found = share(code, sum(one.merged is not None for one in people), len(people))
    detail = dict(found.detail) | {
        key: told for name, items in groups.items() for key, told in _group(name, items).items()
    }
    return replace(found, detail=detail, coverage=seen.covered("change"))


def _firsts(seen: Window) -> frozenset[int]:
    """Numbers of the first change request of each account; nobody knows where the list is not whole."""
    if seen.forge.read["change"].since:
        return frozenset()
    first: dict[str, int] = {}
    for one in sorted(seen.forge.of("change"), key=lambda one: (one.opened, one.number)):
        if one.author:
            first.setdefault(one.author, one.number)
    return frozenset(first.values())


def _group(name: str, items: Sequence[Item]) -> dict[str, object]:
    """Two counts; nothing of fewer than three people, whose own they would be."""
    people = len({one.author for one in items})
    if name != "bot" and people < GROUP:
        return {}
    return {f"{name}_merged": sum(one.merged is not None for one in items), f"{name}_decided": len(items)}


def time_to_close(seen: Window) -> Indicator:
    """Median days from opening to closing of what was opened in W (Kaplan and Meier 1958); what is open, or moved, goes on."""
    code = "time_to_close"
    if nothing := _of_items(code, seen):
        return nothing
    items = [one for one in seen.opened() if seen.until(one) > one.opened]
    ends = [seen.until(one) if one.ended is None else one.ended for one in items]
    days = [max(0, end - one.opened) / DAY for one, end in zip(items, ends, strict=True)]
    ended = [one.ended is not None and not one.moved for one in items]
    return _delay(code, seen, days, ended, "most_open", _kinds(items) | {"open": ended.count(False)})


def open_age(seen: Window) -> Indicator:
    """Days that nine of ten open ones are younger than; only where all that is open was read."""
    code = "open_age"
    kinds: tuple[Kind, ...] = ("issue", "change")
    read = [kind for kind in kinds if kind in seen.forge.read]
    if not read:
        return unknown(code, "kind_not_read")
    if any(seen.forge.read[kind].since for kind in read):
        return unknown(code, "items_not_whole")
    ages = [max(0, seen.until(one) - one.opened) / DAY for one in seen.by_people() if one.ended is None]
    if not ages:
        return Indicator(code, "community", None, "days", 0, status="not_applicable", reason="none_open")
    detail = {"median_days": float(np.median(ages))}
    return Indicator(
        code, "community", float(np.percentile(ages, 90)), "days", len(ages), coverage=len(read) / 2, detail=detail
    )


def releases(seen: Window) -> Indicator:
    """Versions that the forge publishes in W; those made before they are ready apart."""
    code = "releases"
    if nothing := _of_items(code, seen):
        return nothing
    until = seen.forge.read["release"].until
    ready = [one.at for one in seen.forge.releases if not one.early and one.at <= until]
    early = sum(one.early and seen.holds(one.at) for one in seen.forge.releases)
    detail: dict[str, object] = {"early": early, "age_days": (until - max(ready)) // DAY if ready else None}
    count = sum(seen.holds(at) for at in ready)
    return Indicator(code, "resource", count, "versions", len(ready), detail=detail, coverage=seen.covered("release"))


def archived(seen: Window) -> Indicator:
    """As the forge says it, on the day of the reading."""
    forge = seen.forge
    if forge.archived is None:
        return unknown("archived", "kind_not_read")
    dated = forge.archived and forge.archived_at is not None
    detail = {"archived_days": max(0, forge.read_at - (forge.archived_at or 0)) // DAY} if dated else {}
    return Indicator("archived", "community", float(forge.archived), "yes", 1, detail=detail)


def merge_rights(seen: Window) -> Indicator:
    """Accounts of people that may merge; where the list is not shown, those seen merging in W: so many at least."""
    forge, detail = seen.forge, {"personal": seen.forge.personal}
    if "member" in forge.read:
        able = {one.who for one in forge.members if one.may_merge}
        return Indicator("merge_rights", "governance", len(able), "accounts", len(able), detail=detail)
    merged = [one for one in forge.of("change") if seen.holds(one.merged)]
    able = set(_mergers(merged))
    if not able:
        return replace(unknown("merge_rights", "members_not_read"), detail=detail)
    made = Indicator("merge_rights", "governance", len(able), "accounts", len(merged), detail=detail)
    return replace(made, reason="seen_merging", coverage=None)


ALL: Final[tuple[Callable[[Window], Indicator], ...]] = (
    *(first_response, closure_ratio, acceptance, time_to_close, open_age),
    *(releases, archived, merge_rights),
)
