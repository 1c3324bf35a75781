"""Audits that tests make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from communaux.engines.footprint.rgesn.audit import Answer, Audit, Evidence, Finding, Service, blank
from communaux.engines.footprint.rgesn.referential import Criterion, referential

TODAY = date(2026, 11, 30)
WORDS = "Nous l’avons vérifié page par page en septembre."  # more than 40 characters
SERVICE = Service("Mairie de Chambéry", url="https://mairie.example")
PAGE = Evidence("url", "https://mairie.example/rgesn", date(2026, 9, 1), date(2027, 9, 1))


def answered(answer: Callable[[Criterion], Answer], service: Service = SERVICE) -> Audit:
    """An audit whose lines are answered by a rule, with what each answer needs."""
    return Audit(service, tuple(line(one.number, answer(one)) for one in referential().criteria.values()))


def line(number: str, answer: Answer) -> Finding:
    """A line with what its answer needs."""
    return Finding(number, answer, justification=WORDS, na_reason="Rien de tel." if answer == "not_applicable" else "")


def audit(lines: Mapping[str, Finding], service: Service = SERVICE) -> Audit:
    """An audit in which these lines are answered."""
    empty = blank(service)
    return replace(empty, findings=tuple(lines.get(one.criterion, one) for one in empty.findings))
