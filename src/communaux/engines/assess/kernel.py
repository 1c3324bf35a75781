"""From a git directory and a day to an assessment: `read` asks git, `measure` computes, `assess` does both.

`measure` is pure: the same facts and the same day give the same bytes on every machine, whichever process asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from communaux.engines.assess import activity, concentration, inventory, ownership, practice, reading
from communaux.engines.assess.answers import Standing
from communaux.engines.assess.answers import judged as judged_by
from communaux.engines.assess.corrections import NONE, Corrections
from communaux.engines.assess.coverage import HEAD, sampled
from communaux.engines.assess.credit import DAY, Scope
from communaux.engines.assess.documents import Documents
from communaux.engines.assess.evidence import licence_coverage, look, paths_of
from communaux.engines.assess.forge import Forge
from communaux.engines.assess.forge_measures import indicators as of_forge
from communaux.engines.assess.gitlog import read_log
from communaux.engines.assess.identities import POLICIES, identify
from communaux.engines.assess.licence import Licence
from communaux.engines.assess.model import METHOD_VERSION, Axis, Condition, Facts, Indicator, Tree, Warned
from communaux.engines.assess.oddities import left_out, oddities, old_items, out_of_date
from communaux.engines.assess.profile import Reading, conditions, readings
from communaux.engines.assess.series import Series, series
from communaux.engines.assess.tree import find_commit, is_shallow, read_tags, read_texts, read_tree

type Told = Callable[[str], None]
MAILMAP: Final = ".mailmap"


def silent(_stage: str) -> None:
    """Tell nobody how far it is."""


def read(
    git_dir: Path, at: str = "HEAD", *, changes: bool = True, cloned: bool | None = None, told: Told = silent
) -> Facts:
    """All that is measured later: commits, what they changed, files, a few texts, tags. Raise AssessError.

    `told` hears the name of each stage as it begins: history, files.
    """
    head = find_commit(git_dir, at)
    told("history")
    history, changed = read_log(git_dir, head, changes=changes)
    told("files")
    tree = read_tree(git_dir, head)
    paths = paths_of(tree)
    heads = read_texts(git_dir, tree, with_heads(paths)).texts
    return Facts(
        head=head,
        history=history,
        tree=read_texts(git_dir, tree, reading.wanted(paths)),
        tags=read_tags(git_dir),
        changes=changed,
        shallow=is_shallow(git_dir),
        heads={path: text[:HEAD] for path, text in heads.items()},
        cloned=cloned,
    )


def wanted(tree: Tree) -> list[str]:
    """Paths of all that is read: documents, and files whose head may say a licence."""
    paths = paths_of(tree)
    return list(dict.fromkeys((*reading.wanted(paths), *with_heads(paths))))


def with_heads(paths: Sequence[str]) -> list[str]:
    """Files whose head may say a licence: of pictures and the like none is read."""
    return sampled(path for path in paths if inventory.extension(path) not in inventory.BINARY)


def seed(facts: Facts, as_of: int) -> int:
    """Of the draws: the same commit on the same day draws the same."""
    return int.from_bytes(sha256(f"{facts.head} {METHOD_VERSION} {as_of // DAY}".encode()).digest()[:8])


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that is told of a repository on a day. `authors` by policy: with and without programs; times in seconds UTC."""

    url: str
    head: str
    as_of: int
    commits: int
    non_merge: int
    first: int
    last: int
    authors: Mapping[str, tuple[int, int]]
    bots: tuple[int, int]
    indicators: tuple[Indicator, ...]
    conditions: tuple[Condition, ...]
    readings: Mapping[Axis, Reading]
    warnings: tuple[Warned, ...]
    licence: Licence
    documents: Documents
    series: Mapping[str, Series] = field(default_factory=dict)
    forge: Forge | None = None

    def indicator(self, code: str) -> Indicator:
        return next(one for one in self.indicators if one.code == code)


def assess(
    git_dir: Path,
    *,
    as_of: int,
    at: str = "HEAD",
    url: str = "",
    changes: bool = True,
    cloned: bool | None = None,
    corrections: Corrections = NONE,
    answers: Sequence[Standing] = (),
    forge: Forge | None = None,
    told: Told = silent,
) -> Assessment:
    """Read and measure: the one call behind the page, the API, the command line and every engine that runs many."""
    facts = read(git_dir, at, changes=changes, cloned=cloned, told=told)
    told("measures")
    return measure(facts, as_of=as_of, url=url, corrections=corrections, answers=answers, forge=forge)


def measure(
    facts: Facts,
    *,
    as_of: int,
    url: str = "",
    corrections: Corrections = NONE,
    answers: Sequence[Standing] = (),
    forge: Forge | None = None,
) -> Assessment:
    """The figures, the conditions that they and answers decide, one word for each axis. Pure: no git, no file, no clock."""
    history, known = facts.history, identify(facts.history.people, facts.tree.texts.get(MAILMAP, b""), corrections)
    scope, times = Scope(history, known, as_of), history.ct[history.ct >= 0]
    seen = look(facts, scope)
    found = (licence_coverage(seen.coverage), *indicators(facts, scope), *of_forge(forge, scope.end))
    judged = conditions(found, replace(seen.evidence, judged={**seen.evidence.judged, **judged_by(answers)}))
    written = history.single & known.bots[history.author]
    return Assessment(
        url=url,
        head=facts.head,
        as_of=as_of // DAY * DAY,
        commits=len(history),
        non_merge=int(history.single.sum()),
        first=int(times.min(initial=2**40)) if len(times) else -1,
        last=scope.end,
        authors={policy: (known.people(policy, bots=True), known.people(policy)) for policy in POLICIES},
        bots=(known.programs(), int(written.sum())),
        indicators=found,
        conditions=judged,
        readings=readings(judged),
        warnings=(*oddities(facts), *out_of_date(facts, as_of), *left_out(history, known), *old_items(forge, as_of)),
        licence=seen.licence,
        documents=seen.documents,
        series=series(facts, scope),
        forge=forge,
    )


def indicators(facts: Facts, scope: Scope) -> list[Indicator]:
    """All of them, in the order of the three axes."""
    everything, draws = np.ones(len(facts.history), bool), seed(facts, scope.as_of)
    return [
        inventory.size(facts.tree),
        inventory.touches(scope, facts.changes),
        practice.releases(facts.tags, scope.as_of),
        concentration.absence(scope, "caf_w", scope.window, draws),
        concentration.absence(scope, "caf_all", everything, draws),
        *_known_files(facts, scope),
        *concentration.organisations(scope),
        activity.newcomers(scope),
        activity.retention(scope),
        activity.conversion(scope),
        activity.tenure(scope),
        activity.trend(scope),
        activity.silence(scope),
        practice.review_trace(scope),
        practice.hours(scope),
    ]


def _known_files(facts: Facts, scope: Scope) -> list[Indicator]:
    if facts.changes is None:
        return [
            Indicator(code, "community", None, unit, 0, status="unknown", reason="changes_not_read", coverage=0.0)
            for code, unit in (("tf", "persons"), ("alive_coverage", "share"))
        ]
    files, others = inventory.counted(facts.tree)
    return ownership.indicators(scope, facts.changes, files, others)
