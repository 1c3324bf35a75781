"""The progress mark of a service: a bar, who says so, how sure it is, three facts (spec 08b § 3.5). It certifies nothing and has no
letter: Directive (EU) 2024/825 keeps sustainability seals to certification schemes and public authorities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from communaux.engines.footprint.rgesn.audit import Audit
from communaux.engines.footprint.rgesn.rules import held
from communaux.engines.footprint.rgesn.score import Score, rounded, score

FACTS: Final = ("terminals", "budget", "hosting")  # of what a declaration tells, in plain words


@dataclass(frozen=True, slots=True)
class Mark:
    """`bar` is None where nothing applies. `reviewer` is empty where the service assessed itself. `told_on`: of the audit."""

    service: str
    bar: int | None
    score: Score
    reviewer: str
    reviewed_on: date | None
    contested: int
    told_on: date | None
    facts: Mapping[str, str]


def mark(audit: Audit, on: date) -> Mark:
    """What is shown of an audit on a day; lines that break a rule count as not assessed.

    >>> from communaux.engines.footprint.rgesn.audit import Service, blank
    >>> mark(blank(Service("Mairie")), date(2026, 1, 31)).bar
    0
    """
    found = score(held(audit), on).whole
    reviewed = audit.mode == "third_party" and bool(audit.reviewer)
    names = (audit.reviewer, audit.reviewer_organisation) if reviewed else ()
    return Mark(
        audit.service.name,
        rounded(found.value),
        found,
        ", ".join(name for name in names if name),
        audit.reviewed_on if reviewed else None,
        sum(one.review == "contested" for one in audit.findings),
        audit.closed_on or audit.started_on,
        {name: audit.blocks.get(name, "") for name in FACTS},
    )
