"""Who knows which file: degree of authorship, truck factor, files with a living author (Avelino et al. 2016, 2019).

FA is 1 for the author of the file's first appearance, DL what a person changed there (their share of each commit), AC what others
did. A file keeps its history through exact renames only: the same content taken away and added in one commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from communaux.engines.assess.activity import first_and_last
from communaux.engines.assess.credit import Credits, Scope, distinct, paired, split
from communaux.engines.assess.identities import HEADLINE
from communaux.engines.assess.model import Changes, Indicator, Ints
from communaux.engines.assess.stats import Floats, wilson

AUTHOR: Final = 3.293
SHARE: Final = 0.75
ADDED, DELETED = ord("A"), ord("D")
# First 8 bytes of the id of an empty file, by SHA-1 and by SHA-256
EMPTY: Final = frozenset({0xE69DE29BB2D1D643, 0x473A0F4C3BE8A936})


type Lineages = tuple[Ints, dict[bytes, int]]


@dataclass(frozen=True, slots=True)
class Ownership:
    """Files of the assessed commit that count: `files` how many; int64[k] `file`, `person`: who is an author of which."""

    files: int
    file: Ints
    person: Ints


def lineages(changes: Changes) -> Lineages:
    """For each change the number of its file, int64[c], and the number that each path still there has in the end.

    Oldest first; a file that comes back under a path that was deleted is a new one.
    """
    source = renames(changes)
    target = {old: new for new, old in source.items()}
    numbers, current, count = np.zeros(len(changes.path), np.int64), dict[int, int](), 0
    paths, letters = changes.path.tolist(), changes.status.tolist()
    for at in range(len(paths) - 1, -1, -1):
        path = paths[at]
        if at in source and paths[source[at]] in current:
            current[path] = current.pop(paths[source[at]])
        elif path not in current and at not in target:
            current[path], count = count, count + 1
        numbers[at] = current[path] if path in current else numbers[target[at]]
        if letters[at] == DELETED and at not in target:
            del current[path]
    return numbers, {changes.paths[path]: number for path, number in current.items()}


def renames(changes: Changes) -> dict[int, int]:
    """For an added file, the deleted one of the same commit that held the same bytes; first with first where there are several.

    Empty files are alike without being one another.
    """
    gone: dict[tuple[int, int], list[int]] = {}
    for at in np.flatnonzero(changes.status == DELETED).tolist():
        gone.setdefault((int(changes.commit[at]), int(changes.old[at])), []).append(at)
    found = {}
    for at in np.flatnonzero(changes.status == ADDED).tolist():
        blob = int(changes.new[at])
        if blob not in EMPTY and (old := gone.get((int(changes.commit[at]), blob))):
            found[at] = old.pop(0)
    return found


def ownership(scope: Scope, changes: Changes, known: Lineages, files: set[bytes], policy: str = HEADLINE) -> Ownership:
    """Authors of each of these files of the assessed commit: DOA ≥ 3.293, and above 0.75 of the highest of the file.

    DOA = 3.293 + 1.098·FA + 0.164·DL − 0.321·ln(1 + AC).
    """
    numbers, at_head = known
    wanted = np.array(sorted(number for path, number in at_head.items() if path in files), np.int64)
    rows = scope.by_policy[policy]
    change = np.flatnonzero(np.isin(numbers, wanted) & (changes.status != DELETED))
    file, person, share = _written(rows, changes.commit[change].astype(np.int64), numbers[change])
    first = _creators(scope, policy, changes.commit.astype(np.int64), numbers)
    return Ownership(len(wanted), *_authors(file, person, share, first))


def _written(rows: Credits, commit: Ints, number: Ints) -> tuple[Ints, Ints, Floats]:
    """File, person, and what that person changed of it."""
    start = np.searchsorted(rows.commit, commit)
    many = np.searchsorted(rows.commit, commit, side="right") - start
    row = np.repeat(start - np.concatenate(([0], np.cumsum(many)[:-1])), many) + np.arange(many.sum())
    pairs, at = np.unique(paired(np.repeat(number, many), rows.person[row]), return_inverse=True)
    return *split(pairs), np.bincount(at, weights=1 / rows.team[row], minlength=len(pairs))


def _creators(scope: Scope, policy: str, commit: Ints, numbers: Ints) -> Ints:
    """The person of each file's oldest change."""
    creator = np.full(int(numbers.max(initial=-1)) + 1, -1, np.int64)
    creator[numbers] = scope.identities.canonical[policy][scope.history.author[commit]]
    return creator


def _authors(file: Ints, person: Ints, share: Floats, first: Ints) -> tuple[Ints, Ints]:
    all_of_file = np.bincount(file, weights=share)[file] if len(file) else share
    doa = (
        AUTHOR + 1.098 * (first[file] == person) + 0.164 * share - 0.321 * np.log1p(np.maximum(all_of_file - share, 0))
    )
    best = np.full(int(file.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, file, doa)
    kept = (doa >= AUTHOR) & (doa / best[file] > SHARE) if len(file) else np.zeros(0, bool)
    return file[kept], person[kept]


def truck_factor(owned: Ownership, since: Mapping[int, int]) -> int:
    """How many must leave, those with most files first, until fewer than half of the files keep an author.

    `since`: when each person first committed; the earlier one goes first where two have as many.
    """
    counts, left = np.bincount(owned.person), np.bincount(owned.file)
    kept = int((left > 0).sum())
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda one: (-int(counts[one]), since.get(one, 0), one))
    mine = np.split(owned.file[np.argsort(owned.person, kind="stable")], np.cumsum(counts)[:-1])
    removed = 0
    while owned.files and 2 * kept >= owned.files:
        files = mine[order[removed]]
        left[files] -= 1
        kept -= int((left[files] == 0).sum())
        removed += 1
    return removed


def indicators(scope: Scope, changes: Changes, files: set[bytes], excluded: float) -> list[Indicator]:
    """`tf` with the range over who is who, and `alive_coverage`; `excluded` is the share of files that do not count, [0, 1]."""
    known = lineages(changes)
    found = {policy: ownership(scope, changes, known, files, policy) for policy in ("mailmap", "default", "wide")}
    headline = found[HEADLINE]
    if not headline.files:
        return [
            Indicator("tf", "community", None, "persons", 0, status="unknown", reason="no_file"),
            Indicator("alive_coverage", "community", None, "share", 0, status="unknown", reason="no_file"),
        ]
    factors = {policy: truck_factor(owned, _since(scope, policy)) for policy, owned in found.items()}
    orphans = 1 - len(distinct(headline.file)) / headline.files
    around = [min(factors.values()), max(factors.values())]
    detail = {"range": around, "without_author": orphans, "excluded": excluded}
    value, by = factors[HEADLINE], {policy: float(factor) for policy, factor in factors.items()}
    tf = Indicator(
        "tf", "community", value, "persons", headline.files, around[0], around[1], "range", by_policy=by, detail=detail
    )
    return [tf, _alive(scope, headline)]


def _since(scope: Scope, policy: str) -> dict[int, int]:
    people, first, _last = first_and_last(scope, scope.by_policy[policy])
    return dict(zip(people.tolist(), first.tolist(), strict=True))


def _alive(scope: Scope, owned: Ownership) -> Indicator:
    """Share of files with an author who committed in the last year."""
    active = scope.headline.among(scope.window).people()
    k = len(distinct(owned.file[np.isin(owned.person, active)]))
    low, high = wilson(k, owned.files)
    return Indicator("alive_coverage", "community", k / owned.files, "share", owned.files, low, high, "wilson")
