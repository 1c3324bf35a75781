"""What a finding needs (spec 08b § 3.3): evidence or words; a reason, and a condition that the service does not contradict."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.audit import DECLARED, Audit, Finding, Service
from communaux.engines.footprint.rgesn.referential import RGESN_2024, Criterion, Referential, referential

LEAST: Final = 40  # characters of a justification that stands for evidence


def check(finding: Finding, service: Service, code: str = RGESN_2024) -> None:
    """Raise FootprintError, which names the criterion and its condition, where a line cannot be accepted as it is.

    >>> check(Finding("4.8", "not_applicable", na_reason="No text."), Service("Sensor"))
    """
    criterion = referential(code)[finding.criterion]
    if service.declares(criterion.theme.fact) is False:
        if finding.answer in {"conforming", "not_conforming"}:
            raise FootprintError("theme_fallen", number=criterion.number, theme=criterion.theme.names)
    elif finding.answer == "not_applicable":
        _may_not_apply(finding, criterion, service, referential(code))
    elif finding.answer == "conforming" and not _shown(finding):
        raise FootprintError("conforming_unproven", number=criterion.number, least=LEAST)


def _may_not_apply(finding: Finding, criterion: Criterion, service: Service, known: Referential) -> None:
    if criterion.condition is None:
        raise FootprintError("always_applies", number=criterion.number)
    condition = known.conditions[criterion.condition]
    if service.declares(criterion.fact):
        raise FootprintError("condition_contradicted", number=criterion.number, condition=condition)
    if not finding.na_reason.strip():
        raise FootprintError("na_unreasoned", number=criterion.number, condition=condition)


def _shown(finding: Finding) -> bool:
    """Evidence that expired was one when the line was decided: it leaves the share with evidence, not the line."""
    return len(finding.justification.strip()) >= LEAST or any(one.kind != DECLARED for one in finding.evidence)


def broken(audit: Audit) -> tuple[FootprintError, ...]:
    """Why lines of an audit cannot be accepted, in their order."""
    found = []
    for one in audit.findings:
        try:
            check(one, audit.service, audit.referential)
        except FootprintError as error:
            found.append(error)
    return tuple(found)


def held(audit: Audit) -> Audit:
    """The audit in which lines that break a rule are not assessed: they stay in what applies, so that none raises a score."""
    numbers = {error.what["number"] for error in broken(audit)}
    if not numbers:
        return audit
    findings = [replace(one, answer="not_assessed") if one.criterion in numbers else one for one in audit.findings]
    return replace(audit, findings=tuple(findings))
