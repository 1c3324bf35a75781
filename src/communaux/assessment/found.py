"""What the engine found, as rows of a run, and back: nothing is lost, nothing is rounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from communaux.assessment.models import Outcome, Reading, Run, Value
from communaux.engines.assess import report
from communaux.engines.assess.kernel import Assessment
from communaux.engines.assess.model import Condition, Indicator, Warned

# Columns of a value; all else of an indicator is its detail
COLUMNS: Final = ("code", "axis", "status", "value", "low", "high", "n", "coverage")
LANGUAGES: Final = ("fr", "en")
APART: Final = frozenset({"indicators", "conditions", "readings", "warnings", "series"})  # kept beside `told`


def fill(run: Run, found: Assessment) -> None:
    """What the run itself says of it (not saved)."""
    whole = report.as_dict(found)
    run.head_oid, run.method_version = found.head, whole["method"]
    run.head_at = datetime.fromtimestamp(found.last, UTC) if found.last >= 0 else None
    run.as_of = date.fromisoformat(whole["as_of"])
    run.warnings = whole["warnings"]
    run.series = whole["series"]
    run.told = {key: told for key, told in whole.items() if key not in APART}


def rows(run: Run, found: Assessment) -> tuple[list[Value], list[Outcome], list[Reading]]:
    """In the order of the engine."""
    return (
        [_value(run, one) for one in found.indicators],
        [_outcome(run, one, found) for one in found.conditions],
        [Reading(run=run, axis=axis, reading=reading) for axis, reading in found.readings.items()],
    )


def _value(run: Run, one: Indicator) -> Value:
    told = asdict(one)
    return Value(run=run, **{name: told.pop(name) for name in COLUMNS}, detail=told)


def _outcome(run: Run, one: Condition, found: Assessment) -> Outcome:
    told = asdict(one) | {"because": list(one.because), "seen": {lang: _seen(one, found, lang) for lang in LANGUAGES}}
    return Outcome(run=run, condition=told.pop("code"), **told)


def _seen(one: Condition, found: Assessment, lang: str) -> list[str]:
    """What decided it beside figures, which have pages of their own."""
    figures = {report.line(figure, lang) for figure in found.indicators}
    return [line for line in report.because(found, one, lang) if line not in figures]


def indicator(row: Value) -> Indicator:
    return Indicator(**{name: getattr(row, name) for name in COLUMNS}, **row.detail)


def condition(row: Outcome) -> Condition:
    """The engine's own again; its codes were checked when it was kept."""
    told: Any = {"axis": row.axis, "outcome": row.outcome}
    return Condition(code=row.condition, essential=row.essential, because=tuple(row.because), **told)


def warnings(run: Run) -> tuple[Warned, ...]:
    return tuple(Warned(**one) for one in run.warnings)


def document(
    run: Run, indicators: Iterable[Indicator], conditions: Iterable[Condition], readings: dict[str, str]
) -> dict[str, Any]:
    """`communaux.assessment/1` again, as `communaux assess --json` gives it."""
    series = {"series": run.series} if run.series else {}
    return (
        run.told
        | series
        | {
            "indicators": [asdict(one) for one in indicators],
            "conditions": [asdict(one) for one in conditions],
            "readings": readings,
            "warnings": run.warnings,
        }
    )
