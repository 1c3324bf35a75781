"""Who is credited with which commit: its author and whom it names as co-authors, each with an equal share; programs are nobody.

Shares are exact fractions: a commit counts once, however many wrote it (ignoring co-authors misattributes teams that squash).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from communaux.engines.assess.identities import HEADLINE, POLICIES, Identities
from communaux.engines.assess.model import History, Ints, Small, Trailer

YEAR: Final = 31_536_000  # seconds: 365 days
DAY: Final = 86_400
MONTH: Final = YEAR // 12
EXACT: Final = 2**53  # whole numbers below are told apart by a float
type Mask = NDArray[np.bool_]


def paired(first: Small | Ints, second: Small | Ints) -> Ints:
    """Two columns of numbers below 2³¹ as one that sorts like both."""
    return (first.astype(np.int64) << 31) | second


def distinct[T: np.integer](numbers: NDArray[T]) -> NDArray[T]:
    """Each number once, in order. numpy.unique hashes them first, which takes thirty times as long on columns like ours.

    >>> distinct(np.array([3, 1, 3])).tolist(), distinct(np.zeros(0, np.int64)).tolist()
    ([1, 3], [])
    """
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def split(pairs: Ints) -> tuple[Ints, Ints]:
    """The two columns again."""
    return pairs >> 31, pairs & (2**31 - 1)


@dataclass(frozen=True, slots=True)
class Credits:
    """One row for each person of each commit, in the order of commits: int32[r] `commit`, `person`, `team` (how many share it)."""

    commit: Small
    person: Small
    team: Small

    def among(self, commits: Mask) -> Credits:
        """Only the rows of these commits (bool[n])."""
        kept = commits[self.commit]
        return Credits(self.commit[kept], self.person[kept], self.team[kept])

    def people(self) -> Small:
        return distinct(self.person)

    def sums(self) -> dict[int, Fraction]:
        """What each person is credited with, in commits."""
        parts, unit = self.parts()
        return {person: Fraction(part, unit) for person, part in parts.items()}

    def parts(self) -> tuple[dict[int, int], int]:
        """The same in whole numbers, and how many of them make a commit: the least that all teams divide."""
        people, at = np.unique(self.person, return_inverse=True)
        unit = lcm(*distinct(self.team).tolist())
        if unit * len(self.team) < EXACT:
            whole = np.bincount(at, weights=unit // self.team, minlength=len(people)).astype(np.int64)
            return dict(zip(people.tolist(), whole.tolist(), strict=True)), unit
        found = dict.fromkeys(people.tolist(), 0)
        for person, team in zip(self.person.tolist(), self.team.tolist(), strict=True):
            found[person] += unit // team
        return found, unit


def credits(
    history: History, identities: Identities, policy: str = HEADLINE, *, alone: bool = False, bots: bool = False
) -> Credits:
    """Who wrote the commits that are no merges; `alone` credits the author and nobody else, `bots` programs too."""
    canonical = identities.canonical[policy]
    commit, who = _authors(history) if alone else _named(history)
    kept = history.single[commit] & identities.credited(bots=bots)[who]
    of_commit, person = split(distinct(paired(commit[kept], canonical[who[kept]])))
    teams = np.bincount(of_commit, minlength=len(history))
    return Credits(of_commit.astype(np.int32), person.astype(np.int32), teams[of_commit].astype(np.int32))


def _authors(history: History) -> tuple[Small, Small]:
    return np.arange(len(history), dtype=np.int32), history.author


def _named(history: History) -> tuple[Small, Small]:
    """The author and the co-authors of each commit."""
    commit, author = _authors(history)
    of_trailer = np.repeat(commit, np.diff(history.trailer_ptr))
    with_others = history.trailer_kind == Trailer.CO_AUTHORED
    return (
        np.concatenate([commit, of_trailer[with_others]]),
        np.concatenate([author, history.trailer_who[with_others]]),
    )


@dataclass(frozen=True)
class Scope:
    """A history, its people, and the windows: W are the 365 days up to the assessed commit, `previous` the 365 before.

    `as_of` is the day it is asked for, in seconds UTC.
    The time of a commit is that of its committer: the author's is kept through rebases and easily false.
    """

    history: History
    identities: Identities
    as_of: int

    @cached_property
    def by_policy(self) -> Mapping[str, Credits]:
        return {policy: credits(self.history, self.identities, policy) for policy in POLICIES}

    @cached_property
    def authors_alone(self) -> Mapping[str, Credits]:
        """By policy, with and without programs: the author is credited and nobody else, as plain git counts."""
        return {
            f"{policy}{'+bots' if bots else ''}": credits(self.history, self.identities, policy, alone=True, bots=bots)
            for policy in POLICIES
            for bots in (False, True)
        }

    @property
    def headline(self) -> Credits:
        return self.by_policy[HEADLINE]

    @property
    def end(self) -> int:
        """When the assessed commit was made; −1 where it does not say."""
        return int(self.history.ct[0])

    @property
    def past(self) -> bool:
        """Whether the last year of the history ended more than a year ago: it tells nothing of today."""
        return self.end >= 0 and self.as_of // DAY - self.end // DAY > YEAR // DAY

    def between(self, start: int, end: int) -> Mask:
        """Commits with start < time ≤ end."""
        return (self.history.ct > start) & (self.history.ct <= end)

    @cached_property
    def window(self) -> Mask:
        return self.between(self.end - YEAR, self.end) & (self.history.ct >= 0)

    @cached_property
    def previous(self) -> Mask:
        return self.between(self.end - 2 * YEAR, self.end - YEAR) & (self.history.ct >= 0)

    @cached_property
    def times(self) -> Ints:
        """Times of the commits of people (no merges, no programs) that are not after the assessed one, oldest first.

        Those of people who asked not to be counted too: the work is done, whoever did it.
        """
        unnamed = np.flatnonzero(self.history.single & self.identities.unnamed[self.history.author])
        times = self.history.ct[np.union1d(self.headline.commit, unnamed)]
        return np.sort(times[(times >= 0) & (times <= self.end)])
