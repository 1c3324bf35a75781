"""Two audits: of one service over time, what was gained and lost; of two services, their criteria side by side, without a rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.audit import Answer, Audit, Service
from communaux.engines.footprint.rgesn.declaration import scored
from communaux.engines.footprint.rgesn.referential import Criterion
from communaux.engines.footprint.rgesn.score import Score, score

type Kind = Literal["gained", "lost", "became_na", "newly_assessed", "other"]


@dataclass(frozen=True, slots=True)
class Change:
    """A line that is answered otherwise; `kind` is one alone: what was never assessed is new, and not gained."""

    criterion: Criterion
    before: Answer
    after: Answer

    @property
    def kind(self) -> Kind:
        if self.after == "not_applicable":
            return "became_na"
        if self.after == "not_assessed":
            return "lost" if self.before == "conforming" else "other"
        if self.before == "not_assessed":
            return "newly_assessed"
        if self.after == "conforming":
            return "gained"
        return "lost" if self.before == "conforming" else "other"


@dataclass(frozen=True, slots=True)
class Diff:
    """`only_na`: the score rose, and would not have if the lines that no longer apply still counted as they did."""

    before: Score
    after: Score
    changes: tuple[Change, ...]
    only_na: bool

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Changes of a kind."""
        return tuple(one for one in self.changes if one.kind == kind)


def diff(before: Audit, after: Audit, on: date) -> Diff:
    """What changed from one audit to a later one, by what holds on a day."""
    lines = zip(before.criteria, before.answers, after.answers, strict=True)
    changes = tuple(Change(*line) for line in lines if line[1] != line[2])
    first, last = score(before, on).whole, score(after, on).whole
    return Diff(first, last, changes, _rose(first, last) and not _rose(first, score(_kept(before, after), on).whole))


def _rose(before: Score, after: Score) -> bool:
    return before.value is not None and after.value is not None and after.value > before.value


def _kept(before: Audit, after: Audit) -> Audit:
    """The later audit, in which lines that no longer apply count as they did."""
    lines = zip(after.findings, before.answers, after.answers, strict=True)
    findings = [replace(one, answer=old if new == "not_applicable" else new) for one, old, new in lines]
    return replace(after, findings=tuple(findings), service=_undeclared(after.service))


def _undeclared(service: Service) -> Service:
    """The same, of which nothing is declared: no theme falls."""
    return Service(service.name, service.kind, service.url)


def as_json(found: Diff) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "format": "communaux.rgesn-diff/1",
        "before": scored(found.before),
        "after": scored(found.after),
        "only_na": found.only_na,
        "changes": [
            {"criterion": one.criterion.number, "kind": one.kind, "before": one.before, "after": one.after}
            for one in found.changes
        ],
    }


def side_by_side(first: Audit, second: Audit) -> Iterator[tuple[Criterion, Answer, Answer]]:
    """Each criterion with what both answer; raise FootprintError for services of two kinds."""
    if first.service.kind != second.service.kind:
        raise FootprintError("other_kind", first=first.service.kind, second=second.service.kind)
    return zip(first.criteria, first.answers, second.answers, strict=True)
