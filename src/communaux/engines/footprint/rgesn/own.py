"""Our own file of an audit, `communaux.rgesn/1`: read whole or refused with every line that is wrong; written as it was read.

Its JSON Schema is `data/footprint/rgesn-audit.schema.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import audit as terms
from communaux.engines.footprint.rgesn.audit import Audit, Evidence, Finding, Service
from communaux.engines.footprint.rgesn.referential import referential

FORMAT: Final = "communaux.rgesn/1"
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
SHOWN: Final = 60  # characters of a wrong value that a refusal repeats

type Read = Callable[[Any], Any]


def text(value: Any) -> str:
    """Unicode that can be written again."""
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError("text")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of them."""
    if not isinstance(value, list):
        raise ValueError("text, …")
    return tuple(text(one) for one in value)


def day(value: Any) -> date | None:
    """A day, or none."""
    if value is None:
        return None
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("2026-01-31, null")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("2026-01-31, null") from error


def flag(value: Any) -> bool | None:
    """Yes, no, or nobody said."""
    if value is not None and not isinstance(value, bool):
        raise ValueError("true, false, null")
    return value


def one_of(words: Iterable[str]) -> Read:
    """What reads one of some words."""
    known = tuple(words)

    def read_word(value: Any) -> Any:
        if value not in known:
            raise ValueError(", ".join(word or '""' for word in known))
        return value

    return read_word


EVIDENCE: Final[Mapping[str, Read]] = {
    "kind": one_of(terms.EVIDENCE),
    "locator": text,
    "captured_on": day,
    "valid_until": day,
    **dict.fromkeys(("excerpt", "value", "unit", "threshold", "outcome"), text),
}
FINDING: Final[Mapping[str, Read]] = {
    "criterion": text,
    "title": text,
    "answer": one_of(terms.ANSWERS),
    "justification": text,
    "na_reason": text,
    "author": text,
    "decided_on": day,
    "confidence": one_of(terms.LEVELS),
    "reviewed_by": text,
    "review": one_of(terms.REVIEWS),
    "remark": text,
    "action": text,
    "owners": texts,
    "due": text,
    "effort": one_of(terms.LEVELS),
}
SERVICE: Final[Mapping[str, Read]] = {
    "name": text,
    "kind": one_of(terms.SERVICES),
    "url": text,
    **dict.fromkeys(terms.FACTS, flag),
}
HEAD: Final[Mapping[str, Read]] = {
    "mode": one_of(terms.MODES),
    "state": one_of(terms.STATES),
    **dict.fromkeys(("auditor", "organisation", "reviewer", "reviewer_organisation"), text),
    **dict.fromkeys(("started_on", "closed_on", "reviewed_on", "published_on", "expires_on"), day),
    "previous": text,
    "pages": texts,
}
BLOCKS: Final[Mapping[str, Read]] = dict.fromkeys(terms.BLOCKS, text)
PARTS: Final = ("format", "referential", "service", "declaration", "findings")


def parsed(content: bytes) -> dict[str, Any]:
    """An object of JSON; raise FootprintError for anything else."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FootprintError("no_audit", seen=content[:80].decode("utf-8", "replace")) from error
    if not isinstance(told, dict):
        raise FootprintError("no_audit", seen=content[:80].decode("utf-8", "replace"))
    return told


def read(content: bytes) -> Audit:
    """An audit; raise FootprintError, which lists every line that is wrong."""
    told = parsed(content)
    if told.get("format") != FORMAT:
        raise FootprintError("no_audit", seen=content[:80].decode("utf-8", "replace"))
    known = referential(str(told.get("referential")))
    wrong: list[FootprintError] = []
    head = taken(HEAD, {name: one for name, one in told.items() if name not in PARTS}, "", wrong)
    service = taken(SERVICE, told.get("service"), "service", wrong, needed=("name",))
    blocks = taken(BLOCKS, told.get("declaration", {}), "declaration", wrong)
    rows = told.get("findings")
    if not isinstance(rows, list):
        wrong.append(FootprintError("bad_value", where="findings", given=shown(rows), expected="[…]"))
        rows = []
    findings = [_finding(row, f"findings[{line}]", wrong) for line, row in enumerate(rows, 1)]
    if not wrong:
        terms.ordered(findings, known)
        return Audit(Service(**service), tuple(findings), known.code, blocks=blocks, **head)
    raise FootprintError("audit_lines", lines=tuple(wrong))


def _finding(row: Any, where: str, wrong: list[FootprintError]) -> Finding:
    proofs = row.get("evidence", []) if isinstance(row, dict) else []
    if not isinstance(proofs, list):
        wrong.append(FootprintError("bad_value", where=f"{where}.evidence", given=shown(proofs), expected="[…]"))
        proofs = []
    rest = {name: one for name, one in row.items() if name != "evidence"} if isinstance(row, dict) else row
    told = taken(FINDING, rest, where, wrong, needed=("criterion",))
    told.pop("title", None)  # ours, for who fills the file
    needed = ("kind", "locator")
    read_proofs = [
        taken(EVIDENCE, one, f"{where}.evidence[{line}]", wrong, needed=needed) for line, one in enumerate(proofs, 1)
    ]
    whole = [Evidence(**one) for one in read_proofs if one.keys() >= set(needed)]
    told.setdefault("criterion", "")
    return Finding(**told, evidence=tuple(whole))


def taken(
    table: Mapping[str, Read], given: Any, where: str, wrong: list[FootprintError], *, needed: Iterable[str] = ()
) -> dict[str, Any]:
    """The values of an object, by a table of what reads each; what is unknown, missing or wrong is added to `wrong`."""
    if not isinstance(given, dict):
        wrong.append(FootprintError("bad_value", where=where, given=shown(given), expected="{…}"))
        return {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        place = f"{where}.{name}".lstrip(".")
        if name not in table:
            wrong.append(FootprintError("unknown_key", where=place, known=", ".join(table)))
            continue
        try:
            found[name] = table[name](value)
        except ValueError as error:
            wrong.append(FootprintError("bad_value", where=place, given=shown(value), expected=error))
    wrong += [FootprintError("missing_key", where=f"{where}.{name}") for name in needed if name not in given]
    return found


def shown(value: Any) -> str:
    """The beginning of a wrong value, as a refusal repeats it."""
    return json.dumps(value)[:SHOWN]


def write(audit: Audit) -> bytes:
    """The file, UTF-8. What is empty and seldom filled is left out of a finding; a title in French is there for who fills it.

    >>> from communaux.engines.footprint.rgesn.audit import blank
    >>> empty = blank(Service("Mairie"))
    >>> read(write(empty)) == empty
    True
    """
    told = {
        "format": FORMAT,
        "referential": audit.referential,
        "service": _plain(audit.service, SERVICE),
        **_plain(audit, HEAD),
        "declaration": {name: audit.blocks.get(name, "") for name in BLOCKS},
        "findings": [
            _row(one, criterion.titles["fr"]) for criterion, one in zip(audit.criteria, audit.findings, strict=True)
        ],
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()


def _row(one: Finding, title: str) -> dict[str, Any]:
    always = ("answer", "justification", "na_reason")
    rest = {name: value for name, value in _plain(one, FINDING).items() if name in always or value}
    needed = ("kind", "locator")
    proofs = [
        {name: value for name, value in _plain(proof, EVIDENCE).items() if name in needed or value}
        for proof in one.evidence
    ]
    return {"criterion": one.criterion, "title": title, **rest, "evidence": proofs}


def _plain(given: object, table: Mapping[str, Read]) -> dict[str, Any]:
    values = {name: getattr(given, name) for name in table if name != "title"}
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
