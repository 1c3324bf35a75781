"""An audit as CSV, one line a criterion, for people who plan in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Final

from communaux.engines.footprint.rgesn import telling
from communaux.engines.footprint.rgesn.audit import Audit, Finding
from communaux.engines.footprint.rgesn.referential import Criterion
from communaux.engines.footprint.telling import word

COLUMNS: Final = (
    *("criterion", "theme", "title", "priority", "difficulty", "answer", "justification", "na_reason", "evidence"),
    *("review", "reviewed_by", "remark", "action", "owners", "due", "effort"),
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute instead of showing it


def write(audit: Audit, lang: str) -> bytes:
    """UTF-8 with its mark, `;` between columns; keys in English in the first line, words in the language that is asked."""
    held = io.StringIO()
    rows = zip(audit.criteria, audit.answers, audit.findings, strict=True)
    table = csv.writer(held, delimiter=";", lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([_defused(cell) for cell in _cells(*row, lang)] for row in rows)
    return held.getvalue().encode("utf-8-sig")


def _cells(criterion: Criterion, answer: str, one: Finding, lang: str) -> tuple[str, ...]:
    words = telling.words_of(criterion, lang)
    proofs = " | ".join(f"{word('rgesn_evidence', proof.kind, lang)} {proof.locator}" for proof in one.evidence)
    return (
        *(criterion.number, words["theme"], words["title"], words["priority"], words["difficulty"]),
        *(word("rgesn_answer", answer, lang), one.justification, one.na_reason, proofs),
        word("rgesn_review", one.review, lang) if one.review else "",
        *(one.reviewed_by, one.remark, one.action, ", ".join(one.owners), one.due),
        word("rgesn_level", one.effort, lang) if one.effort else "",
    )


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
