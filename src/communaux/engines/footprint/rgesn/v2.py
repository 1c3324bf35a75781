"""Files of the audit tool `rgesn-v2-audit` (github.com/ldevernay/rgesn-v2-audit): its layout alone, no line of its code.

Its score leaves out what was not tested: it is kept as it was told, and ours is computed beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import own
from communaux.engines.footprint.rgesn.audit import Answer, Audit, Finding, Service, ordered
from communaux.engines.footprint.rgesn.referential import Criterion, referential
from communaux.engines.footprint.rgesn.score import HUNDRED, rounded, score

ANSWERS: Final[Mapping[str, Answer]] = {
    "conforme": "conforming",
    "non-conforme": "not_conforming",
    "non-applicable": "not_applicable",
    "non-testé": "not_assessed",
}
PRIORITIES: Final = {"Prioritaire": "priority", "Recommandé": "recommended", "Modéré": "moderate"}
DIFFICULTIES: Final = {"Faible": "low", "Moyen": "medium", "Fort": "high"}
STATES: Final = {"en cours": "draft", "terminé": "closed"}
EASY: Final = "low"
TEXTS: Final = ("comment", "action_text", "action_when")


@dataclass(frozen=True, slots=True)
class Foreign:
    """An audit of that tool, with what ours has no place for. `told`: its own score, as the file says it."""

    audit: Audit
    id: str
    created_at: str
    updated_at: str
    told: float | None


def like(content: bytes) -> bool:
    """Whether a file looks like one of that tool: an object with a list of `criteria`."""
    told = own.parsed(content)
    return "format" not in told and isinstance(told.get("criteria"), list)


def read(content: bytes) -> Foreign:
    """Raise FootprintError, which lists every line that is wrong. Facts of the service are not in it: they stay unknown, but for a
    theme of which no line applies and none says why: so is one written that falls as a whole."""
    told = own.parsed(content)
    wrong: list[FootprintError] = []
    rows = told.get("criteria")
    findings = [_finding(row, line, wrong) for line, row in enumerate(rows if isinstance(rows, list) else [], 1)]
    state = _word(STATES, told.get("status", "en cours"), "status", wrong)
    project, auditor = _object(told, "project", wrong), _object(told, "auditor", wrong)
    texts = {
        where: _text(value, where, wrong)
        for where, value in (
            ("project.name", project.get("name", "")),
            ("project.url", project.get("url", "")),
            ("auditor.name", auditor.get("name", "")),
            *((name, told.get(name, "")) for name in ("id", "created_at", "updated_at")),
        )
    }
    given = told.get("score")
    if given is not None and (
        isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= HUNDRED
    ):
        wrong.append(FootprintError("bad_value", where="score", given=own.shown(given), expected="0 – 100, null"))
    if wrong:
        raise FootprintError("audit_lines", lines=tuple(wrong))
    audit = Audit(
        Service(texts["project.name"], url=texts["project.url"], **_fallen(findings)),
        ordered(findings, referential()),
        state=state,
        auditor=texts["auditor.name"],
        started_on=_day(texts["created_at"]),
        closed_on=_day(texts["updated_at"]) if state == "closed" else None,
    )
    return Foreign(audit, texts["id"], texts["created_at"], texts["updated_at"], given)


def _fallen(findings: Iterable[Finding]) -> dict[str, Any]:
    """Facts that a service declares not to be so."""
    known, by_fact = referential().criteria, dict[str, list[bool]]()
    for one in findings:
        if one.criterion in known and (fact := known[one.criterion].theme.fact):
            by_fact.setdefault(fact, []).append(one.answer == "not_applicable" and not one.na_reason.strip())
    return {fact: False for fact, lines in by_fact.items() if all(lines)}


def _finding(row: Any, line: int, wrong: list[FootprintError]) -> Finding:
    where = f"criteria[{line}]"
    if not isinstance(row, dict):
        wrong.append(FootprintError("bad_value", where=where, given=own.shown(row), expected="{…}"))
        return Finding("")
    number = _text(row.get("id"), f"{where}.id", wrong)
    answer = _word(ANSWERS, row.get("status"), f"{where}.status", wrong)
    comment, action, due = (_text(row.get(name, ""), f"{where}.{name}", wrong) for name in TEXTS)
    owners = row.get("action_who", [])
    if not isinstance(owners, list) or not all(isinstance(one, str) for one in owners):
        wrong.append(FootprintError("bad_value", where=f"{where}.action_who", given=own.shown(owners), expected="[…]"))
        owners = []
    criterion = referential().criteria.get(number)
    if criterion and PRIORITIES.get(str(row.get("priority"))) != criterion.priority:
        wrong.append(FootprintError("other_priority", line=line, number=number, given=own.shown(row.get("priority"))))
    justification, na_reason = ("", comment) if answer == "not_applicable" else (comment, "")
    effort = EASY if row.get("action_easy") is True else ""
    return Finding(
        number, answer, justification, na_reason, action=action, owners=tuple(owners), due=due, effort=effort
    )


def _object(told: Mapping[str, Any], name: str, wrong: list[FootprintError]) -> Mapping[str, Any]:
    found = told.get(name, {})
    if isinstance(found, dict):
        return found
    wrong.append(FootprintError("bad_value", where=name, given=own.shown(found), expected="{…}"))
    return {}


def _text(value: Any, where: str, wrong: list[FootprintError]) -> str:
    try:
        return own.text(value)
    except ValueError as error:
        wrong.append(FootprintError("bad_value", where=where, given=own.shown(value), expected=error))
        return ""


def _word[T: str](words: Mapping[str, T], value: Any, where: str, wrong: list[FootprintError]) -> T:
    if isinstance(value, str) and value in words:
        return words[value]
    wrong.append(FootprintError("bad_value", where=where, given=own.shown(value), expected=", ".join(words)))
    return next(iter(words.values()))


def _day(instant: str) -> date | None:
    try:
        return date.fromisoformat(instant[:10])
    except ValueError:
        return None


def foreign(audit: Audit, on: date) -> Foreign:
    """An audit of ours for that tool; its number follows from its content, so that the same audit makes the same file."""
    number = UUID(bytes=hashlib.sha256(own.write(audit)).digest()[:16], version=4)
    since = f"{(audit.started_on or on).isoformat()}T00:00:00+00:00"
    return Foreign(audit, str(number), since, f"{on.isoformat()}T00:00:00+00:00", their_score(audit))


def their_score(audit: Audit) -> float:
    """As that tool counts: what was assessed alone, to one decimal, and 0 where nothing was.

    >>> from communaux.engines.footprint.rgesn.audit import blank
    >>> their_score(blank(Service("Mairie")))
    0.0
    """
    found = score(audit, date.max).whole.on_assessed or Fraction(0)
    return (rounded(found * 10) or 0) / 10


def write(one: Foreign) -> bytes:
    """The file, UTF-8; evidence, review and facts of the service have no place in it."""
    audit = one.audit
    state = "en cours" if audit.state == "draft" else "terminé"
    told = {
        "id": one.id,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "status": state,
        "score": their_score(audit),
        "project": {"name": audit.service.name, "url": audit.service.url},
        "auditor": {"name": audit.auditor},
        "criteria": [_row(*line) for line in zip(audit.criteria, audit.answers, audit.findings, strict=True)],
    }
    return json.dumps(told, ensure_ascii=False, indent=4).encode()


def _row(criterion: Criterion, answer: Answer, one: Finding) -> dict[str, Any]:
    return {
        "thematic_id": criterion.theme.number,
        "id": criterion.number,
        "priority": _key(PRIORITIES, criterion.priority),
        "difficulty": _key(DIFFICULTIES, criterion.difficulty),
        "status": _key(ANSWERS, answer),
        "comment": one.na_reason if answer == "not_applicable" else one.justification,
        "action_text": one.action,
        "action_who": list(one.owners),
        "action_when": one.due,
        "action_easy": one.effort == EASY,
    }


def _key(words: Mapping[str, str], value: str) -> str:
    return next(key for key, one in words.items() if one == value)
