"""What a service publishes of its audit, and what is missing to do so (spec 08b § 4)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from communaux.engines.footprint.rgesn.audit import BLOCKS, FACTS, Audit, Finding
from communaux.engines.footprint.rgesn.referential import Criterion, referential
from communaux.engines.footprint.rgesn.rules import broken, held
from communaux.engines.footprint.rgesn.score import Score, rounded, score


def missing(audit: Audit) -> tuple[str, ...]:
    """Parts that are empty; what a fact of the service makes needless is none.

    >>> from communaux.engines.footprint.rgesn.audit import Service, blank
    >>> missing(blank(Service("Mairie", has_video=False)))[:3], len(missing(blank(Service("Mairie", has_video=False))))
    (('perimeter', 'excluded', 'responsible'), 11)
    """
    needed = [name for name, fact in BLOCKS.items() if audit.service.declares(fact) is not False]
    return tuple(name for name in needed if not audit.blocks.get(name, "").strip())


def missing_to_close(audit: Audit) -> tuple[str, ...]:
    """What an audit lacks before it may be closed: who made it, its perimeter, and of a web service a page that was looked at.

    >>> from communaux.engines.footprint.rgesn.audit import Service, blank
    >>> missing_to_close(blank(Service("Mairie"))), missing_to_close(blank(Service("Adresses", "api")))
    (('auditor', 'perimeter', 'pages'), ('auditor', 'perimeter'))
    """
    lacks = {
        "auditor": not audit.auditor.strip(),
        "perimeter": not audit.blocks.get("perimeter", "").strip(),
        "pages": audit.service.kind == "web" and not audit.pages,
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def undetailed(audit: Audit) -> tuple[str, ...]:
    """Criteria whose official text asks for words in the declaration, that conform and have none."""
    pairs = zip(audit.criteria, audit.findings, strict=True)
    return tuple(
        criterion.number
        for criterion, one in pairs
        if criterion.in_declaration and one.answer == "conforming" and not one.justification.strip()
    )


def as_json(audit: Audit, on: date) -> dict[str, Any]:
    """Everything, for programs; dates and fractions as text. Lines that break a rule count as not assessed, and are named."""
    kept, known = held(audit), referential(audit.referential)
    found = score(kept, on)
    days = ("started_on", "closed_on", "reviewed_on", "published_on", "expires_on")
    return {
        "format": "communaux.rgesn-declaration/1",
        "referential": {"code": known.code, "address": known.address, "credit": known.credit},
        "service": {name: getattr(audit.service, name) for name in ("name", "kind", "url", *FACTS)},
        **{name: getattr(audit, name) for name in ("mode", "state", "auditor", "organisation")},
        **{name: getattr(audit, name) for name in ("reviewer", "reviewer_organisation")},
        **{name: _day(getattr(audit, name)) for name in days},
        "on": on.isoformat(),
        "score": scored(found.whole),
        "themes": {str(number): scored(one) for number, one in found.themes.items()},
        "declaration": {name: audit.blocks.get(name, "") for name in BLOCKS},
        "missing": list(missing(audit)),
        "undetailed": list(undetailed(audit)),
        "not_held": not_held(audit),
        "pages": list(audit.pages),
        "lines": [_line(*line) for line in zip(kept.criteria, kept.answers, audit.findings, strict=True)],
    }


def not_held(audit: Audit) -> list[dict[str, object]]:
    """Criteria whose line breaks a rule, each with the code of why."""
    return [{"criterion": error.what["number"], "why": error.code} for error in broken(audit)]


def scored(found: Score) -> dict[str, Any]:
    """A score for programs: the whole number that is shown, the exact fraction, the shares, the lines by answer.

    >>> scored(Score(conforming=1, not_assessed=1, met=150, assessed=150, applicable=275))["exact"]
    '600/11'
    """
    return {
        "shown": rounded(found.value),
        "exact": _fraction(found.value),
        "on_assessed": _fraction(found.on_assessed),
        "share_assessed": _fraction(found.share_assessed),
        "share_proven": _fraction(found.share_proven),
        "lines": {name: getattr(found, name) for name in Score._fields[:4]},
    }


def _line(criterion: Criterion, answer: str, one: Finding) -> dict[str, Any]:
    texts = ("justification", "na_reason", "review", "reviewed_by", "remark", "action", "due")
    return {
        "criterion": criterion.number,
        "theme": criterion.theme.number,
        "title": dict(criterion.titles),
        "priority": criterion.priority,
        "difficulty": criterion.difficulty,
        "answer": answer,
        **{name: getattr(one, name) for name in texts},
        "owners": list(one.owners),
        "evidence": [
            {"kind": proof.kind, "locator": proof.locator, "valid_until": _day(proof.valid_until)}
            for proof in one.evidence
        ],
    }


def _fraction(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
