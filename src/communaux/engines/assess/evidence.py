"""What the files of the assessed commit tell: licence, documents, who is named in charge; and the conditions that this decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from communaux.engines.assess.coverage import Coverage, coverage
from communaux.engines.assess.credit import YEAR, Scope
from communaux.engines.assess.documents import Documents, documents, people
from communaux.engines.assess.enclosure import Signal
from communaux.engines.assess.identities import HEADLINE, NOREPLY, address
from communaux.engines.assess.licence import Licence, licence
from communaux.engines.assess.licence_files import licence_files
from communaux.engines.assess.model import Changes, Facts, Indicator, Tree
from communaux.engines.assess.profile import Evidence, Judged
from communaux.engines.assess.stats import wilson
from communaux.engines.assess.verdicts import (
    conduct_reachable,
    files_covered,
    history_open,
    not_locked,
    open_licence,
    rules_written,
    usable_alone,
)

IN_CHARGE: Final = ("maintainers", "codeowners")
NAMED: Final = 2
ADDED: Final = ord("A")


@dataclass(frozen=True, slots=True)
class Found:
    """What was read, and the conditions it decides."""

    licence: Licence
    coverage: Coverage
    documents: Documents
    evidence: Evidence


def paths_of(tree: Tree) -> list[str]:
    return [path.decode("utf-8", "replace") for path in tree.paths]


def look(facts: Facts, scope: Scope) -> Found:
    """Read licence, coverage and documents once, and judge R1–R4, G1, G2, G4, G5 and a declared end."""
    paths, texts = paths_of(facts.tree), facts.tree.texts
    read = licence(texts, paths, facts.heads)
    covered = coverage(paths, facts.heads, texts)
    told = documents(texts, paths, changed=last_changes(facts), window=(scope.end - YEAR, scope.end))
    verdicts = (
        open_licence(read),
        history_open(facts.cloned, truncated=facts.shallow or facts.history.truncated > 0),
        usable_alone(told, texts, paths),
        files_covered(covered, wilson(covered.declared, covered.read) if covered.read else None),
        rules_written(told),
        conduct_reachable(told, texts),
        not_locked(told.signals, licence_changes(facts.changes)),
    )
    judged: dict[str, Judged] = {one.code: (one.outcome, one.because) for one in verdicts}
    judged["G2"] = in_charge(told, texts, scope)
    return Found(read, covered, told, Evidence(judged, told.end.quote if told.end else "", scope.past))


def last_changes(facts: Facts) -> dict[str, int]:
    """When each of the texts that were read last changed; nothing where changes were not read."""
    if facts.changes is None:
        return {}
    known = {path.decode("utf-8", "replace"): number for number, path in enumerate(facts.changes.paths)}
    times, found = facts.history.ct[facts.changes.commit], {}
    for path in facts.tree.texts:
        of_path = times[facts.changes.path == known[path]] if path in known else times[:0]
        if len(of_path):
            found[path] = int(of_path.max())
    return found


def licence_changes(changes: Changes | None) -> tuple[Signal, ...] | None:
    """Nothing where no licence file was ever touched after it came; None where one was, and nobody read what it said before."""
    if changes is None:
        return None
    named = set(licence_files(path.decode("utf-8", "replace") for path in changes.paths))
    wanted = [number for number, path in enumerate(changes.paths) if path.decode("utf-8", "replace") in named]
    touched = np.isin(changes.path, wanted) & (changes.status != ADDED)
    return None if touched.any() else ()


def in_charge(told: Documents, texts: Mapping[str, bytes], scope: Scope) -> Judged:
    """G2: two named at least, one of them active in the last year. Unknown where no commit bears them, or it is past."""
    files = [path for kind in IN_CHARGE for path in told.of(kind).paths]
    named = {who for path in files if path in texts for who in people(texts[path])}
    if len(named) < NAMED:
        unread = bool(files) and not any(path in texts for path in files)
        return (
            ("unknown", ("maintainers_unread",))
            if unread
            else ("unmet", ("few_maintainers" if named else "no_maintainers",))
        )
    if scope.past:
        return "unknown", ("past_year",)
    known = [persons for who in sorted(named) if (persons := bearing(who, scope))]
    active = set(scope.headline.among(scope.window).people().tolist())
    if any(persons & active for persons in known):
        return "met", ()
    return ("unmet", ("maintainers_absent",)) if len(known) == len(named) else ("unknown", ("maintainers_unmatched",))


def bearing(who: str, scope: Scope) -> set[int]:
    """Persons of the history with this address, or with this account of a forge; who asked not to be counted is not found."""
    canonical, unnamed = scope.identities.canonical[HEADLINE].tolist(), scope.identities.unnamed.tolist()
    return {
        number
        for number, nobody, (_name, mail) in zip(canonical, unnamed, scope.history.people, strict=True)
        if not nobody and (login(mail) == who[1:] if who.startswith("@") else address(mail) == address(who.encode()))
    }


def login(mail: bytes) -> str:
    """The account of a forge that an address without reply tells; empty where it tells none.

    >>> login(b"12+Ada@users.noreply.github.com"), login(b"ada@x.org")
    ('ada', '')
    """
    noreply = NOREPLY.fullmatch(address(mail).decode("utf-8", "replace"))
    return noreply[1] if noreply else ""


def licence_coverage(found: Coverage) -> Indicator:
    """Share of the sampled files that say their licence themselves (REUSE 3.3)."""
    if not found.read:
        return Indicator("licence_coverage", "resource", None, "share", 0, status="unknown", reason="no_file")
    low, high = wilson(found.declared, found.read)
    share, detail = found.declared / found.read, {"declared": found.declared, "files": found.files}
    return Indicator(
        "licence_coverage",
        "resource",
        share,
        "share",
        found.read,
        low,
        high,
        "wilson",
        found.read / found.files,
        detail=detail,
    )
