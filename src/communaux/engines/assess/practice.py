"""How they work: releases, traces of review, at what hours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from communaux.engines.assess.credit import DAY, Scope, distinct
from communaux.engines.assess.identities import HEADLINE
from communaux.engines.assess.model import Indicator, Status, Tag
from communaux.engines.assess.stats import wilson

VERSION = re.compile(r"(?:.*[-_/@])?v?\d+(?:\.\d+)+(?P<rest>.*)|v\d+", re.IGNORECASE)
EARLY = re.compile(
    r"(?:^|[-._+\d])(?:a|b|c|rc|pre|preview|alpha|beta|dev|snapshot|nightly)(?:[-._]?\d|[-._+]|$)", re.IGNORECASE
)
ENOUGH: Final = 50
# Accounts of a forge that merge for somebody: the second person is not theirs.
MERGERS: Final = frozenset({b"noreply@github.com", b"noreply@gitlab.com", b"noreply@codeberg.org"})


def is_release(name: str) -> bool | None:
    """True for a version, False for one made before it is ready, None for a tag that is no version.

    >>> [is_release(name) for name in ("v1.2.0", "app-2.0", "1.0rc1", "2.0.0-beta.1", "latest", "before-merge")]
    [True, True, False, False, None, None]
    """
    version = VERSION.fullmatch(name)
    if version is None:
        return None
    return not EARLY.search(version["rest"] or "")


def releases(tags: Sequence[Tag], as_of: int, *, read: bool = True) -> Indicator:
    """Median days between two releases (CHAOSS, Release Frequency) with quartiles; those made before are counted apart."""
    days = sorted({tag.at // DAY for tag in tags if is_release(tag.name)})
    early = sum(is_release(tag.name) is False for tag in tags)
    detail = {"early": early, "releases": len(days), "age_days": max(0, as_of // DAY - days[-1]) if days else None}
    if len(days) < 2:
        reason = ("one_version" if days else "no_version") if read else "tags_not_read"
        status: Status = "insufficient" if days else "not_applicable" if read else "unknown"
        return Indicator("release", "resource", None, "days", len(days), status=status, reason=reason, detail=detail)
    low, median, high = np.percentile(np.diff(days), [25, 50, 75]).tolist()
    return Indicator("release", "resource", median, "days", len(days), low, high, "quartiles", detail=detail)


def review_trace(scope: Scope) -> Indicator:
    """Share of the last year's commits that show two persons at least; review that leaves no trace is not seen: a lower bound.

    The second one committed it, reviewed it, wrote it too or signed it off (after OpenSSF Scorecard, Code-Review).
    """
    history, canonical, bots = scope.history, scope.identities.canonical[HEADLINE], scope.identities.nobody
    looked = distinct(scope.headline.among(scope.window).commit)
    if not len(looked):
        return Indicator("review_trace", "community", None, "share", 0, status="unknown", reason="no_people")
    author = canonical[history.author]
    merger = np.array([mail.lower() in MERGERS for _name, mail in history.people])[history.committer]
    second = (canonical[history.committer] != author) & ~merger & ~bots[history.committer]
    of_trailer = np.repeat(np.arange(len(history)), np.diff(history.trailer_ptr))
    another = (canonical[history.trailer_who] != author[of_trailer]) & ~bots[history.trailer_who]
    second[of_trailer[another]] = True
    k, n = int(second[looked].sum()), len(looked)
    low, high = wilson(k, n)
    return Indicator("review_trace", "community", k / n, "share", n, low, high, "wilson", reason="at_least")


def hours(scope: Scope) -> Indicator:
    """Share of the last year's commits made on weekdays from 8 to 19 by the author's own clock: a hint at who is paid (CHAOSS)."""
    looked = distinct(scope.headline.among(scope.window).commit)
    looked = looked[scope.history.at[looked] >= 0]
    n = len(looked)
    if n < ENOUGH:
        return Indicator("hours", "community", None, "share", n, status="insufficient", reason="few_commits")
    local = scope.history.at[looked] + scope.history.tz[looked].astype(np.int64) * 60
    hour, weekday = local % DAY // 3600, (local // DAY + 3) % 7
    k = int(((hour >= 8) & (hour < 19) & (weekday < 5)).sum())
    low, high = wilson(k, n)
    return Indicator("hours", "community", k / n, "share", n, low, high, "wilson")
