"""The conditions of the profile that the tree alone answers: R1 to R4, G1, G4, G5, each met, unmet or unknown, and why.

Thresholds are ours and printed as such. `because` holds codes for which the pages have words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from communaux.engines.assess.coverage import Coverage
from communaux.engines.assess.documents import Documents, contact
from communaux.engines.assess.enclosure import Signal
from communaux.engines.assess.licence import Licence
from communaux.engines.assess.own_words import ENOUGH, prose
from communaux.engines.assess.words import decoded, folded, words
from communaux.engines.search.vocabulary import STOP_EN, STOP_FR

type Outcome = Literal["met", "unmet", "unknown"]
type Code = Literal["R1", "R2", "R3", "R4", "G1", "G4", "G5"]

SURE: Final = 0.98
COVERED: Final = 0.90
SPOKEN: Final = (
    0.2  # share of the small words of a language in a text of that language: about 0.4; in another, below 0.1
)
USE: Final = re.compile(
    r"\binstall|\bgetting started\b|\bquick ?start|\bset ?up\b|\busage\b|\bhow (?:to|do)\b|\bdeploy|\bself[- ]?host"
    r"|\bdemarr|\butilis|\bmise en (?:route|place|oeuvre|œuvre)|\bprise en main|\bdeploi"
    r"|^\W*(?:\d[\d.]*\W*)?(?:using|build|running|run|comment|lancer)\b"
)
DOCUMENTED: Final = re.compile(r"docs?(?:[-_]\w+)?/|documentation/", re.IGNORECASE)
HEADING: Final = re.compile(
    r"^(?:#{1,6}|=+)[ \t]*(.+)$|^(.+)\n(?:={3,}|-{3,}|~{3,})[ \t]*$|<h[1-6][^>\n]{0,200}>(.{0,200}?)</h[1-6]>",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one condition, and the codes of what made it."""

    code: Code
    outcome: Outcome
    because: tuple[str, ...] = ()


def open_licence(licence: Licence) -> Verdict:
    """R1: every licence open, a text that is sure, nothing that contradicts.

    >>> from communaux.engines.assess.licence import licence
    >>> open_licence(licence({}, ["main.c"]))
    Verdict(code='R1', outcome='unmet', because=('no_licence',))
    """
    if not licence.expression:
        read = licence.unmatched or licence.unreadable or any(one.said for one in licence.candidates)
        return Verdict("R1", "unknown", ("licence_unread",)) if read else Verdict("R1", "unmet", ("no_licence",))
    if licence.open == "no":
        return Verdict("R1", "unmet", ("licence_closed",))
    doubts = {
        "licence_not_listed": licence.open == "unknown",
        "licence_not_sure": licence.confidence < SURE,
        "licence_conflict": bool(licence.conflicts),
        "licence_unread": bool(licence.unmatched),
    }
    why = tuple(code for code, holds in doubts.items() if holds)
    return Verdict("R1", "unknown" if why else "met", why)


def history_open(cloned: bool | None, truncated: bool) -> Verdict:
    """R2: cloned without an account (None: not tried), and whole.

    >>> history_open(True, truncated=False).outcome, history_open(False, truncated=False).outcome
    ('met', 'unmet')
    """
    if cloned is None or (cloned and truncated):
        return Verdict("R2", "unknown", ("history_truncated" if cloned else "not_cloned",))
    return Verdict("R2", "met" if cloned else "unmet", () if cloned else ("clone_refused",))


def usable_alone(documents: Documents, texts: Mapping[str, bytes], paths: Sequence[str]) -> Verdict:
    """R3: a README of 100 own words that tells how to install or use, or a folder of documentation.

    >>> from communaux.engines.assess.documents import documents
    >>> usable_alone(documents({}, []), {}, []).because
    ('no_readme',)
    """
    readme = documents.of("readme")
    if not readme.paths:
        return Verdict("R3", "unmet", ("no_readme",))
    content = next((texts[path] for path in readme.paths if path in texts), None)
    if content is None:
        return Verdict("R3", "unknown", ("readme_unread",))
    documented = any(DOCUMENTED.match(path) for path in paths)
    if readme.words >= ENOUGH and (documented or tells_use(content)):
        return Verdict("R3", "met")
    if not _understood(content):
        return Verdict("R3", "unknown", ("language_unknown",))
    return Verdict("R3", "unmet", ("readme_short",) if readme.words < ENOUGH else ("no_use_section",))


def tells_use(readme: bytes) -> bool:
    """Whether a heading promises how to install or use.

    >>> tells_use(b"# Demo\\n\\n## Installation\\n"), tells_use("Démarrer\\n========\\n".encode()), tells_use(b"# Demo")
    (True, True, False)
    """
    headings = (one[1] or one[2] or one[3] for one in HEADING.finditer(decoded(readme)))
    return any(USE.search(folded(one)) for one in headings if one)


def _understood(readme: bytes) -> bool:
    """Whether it is French or English; a text of a few words is not another language."""
    found = words(prose(readme))
    small = max(sum(one in stop for one in found) for stop in (STOP_FR, STOP_EN))
    return len(found) < ENOUGH // 5 or small >= SPOKEN * len(found)


def files_covered(coverage: Coverage, interval: tuple[float, float] | None) -> Verdict:
    """R4: 90 % of the files say their licence; `interval` is that of `declared` out of `read`.

    >>> files_covered(Coverage(100, 100, 100), (0.97, 1.0)).outcome, files_covered(Coverage(0, 0, 9), None).outcome
    ('met', 'unknown')
    """
    if interval is None or not coverage.read:
        return Verdict("R4", "unknown", ("no_file_read",))
    low, high = interval
    if low >= COVERED:
        return Verdict("R4", "met")
    return (
        Verdict("R4", "unmet", ("few_files_covered",))
        if high < COVERED
        else Verdict("R4", "unknown", ("interval_wide",))
    )


def rules_written(documents: Documents, charter_in_force: bool | None = None) -> Verdict:
    """G1: a document of governance or a charter with words of its own, or a charter in force on this desk.

    >>> from communaux.engines.assess.documents import documents
    >>> rules_written(documents({}, [])).outcome, rules_written(documents({}, []), True).outcome
    ('unmet', 'met')
    """
    held = [documents.of(kind) for kind in ("governance", "charter")]
    if charter_in_force or any(one.state in ("substantive", "maintained") for one in held):
        return Verdict("G1", "met")
    if any(one.paths and one.words < 0 for one in held):
        return Verdict("G1", "unknown", ("governance_unread",))
    return Verdict("G1", "unmet", ("governance_thin" if any(one.paths for one in held) else "no_governance",))


def conduct_reachable(documents: Documents, texts: Mapping[str, bytes]) -> Verdict:
    """G4: a code of conduct that says whom to write to.

    >>> from communaux.engines.assess.documents import documents
    >>> conduct_reachable(documents({}, []), {}).because
    ('no_conduct',)
    """
    paths = documents.of("conduct").paths
    read = [texts[path] for path in paths if path in texts]
    if any(contact(one) for one in read):
        return Verdict("G4", "met")
    if paths and not read:
        return Verdict("G4", "unknown", ("conduct_unread",))
    return Verdict("G4", "unmet", ("no_contact" if paths else "no_conduct",))


def not_locked(signals: Sequence[Signal], history: Sequence[Signal] | None, *, read: bool = True) -> Verdict:
    """G5: no agreement that gives rights away, no licence that closed. `history`: changes of licence, None when not read.

    >>> not_locked((), None).outcome, not_locked((), ()).outcome
    ('unknown', 'met')
    """
    found = [one.sign for one in (*signals, *(history or ())) if one.sign in ("assignment", "closing_change")]
    if found:
        return Verdict("G5", "unmet", tuple(dict.fromkeys(found)))
    why = (*(() if read else ("documents_unread",)), *(() if history is not None else ("licence_history_unread",)))
    return Verdict("G5", "unknown" if why else "met", why)
