"""Reads over time: the series of the last run, and what changed from one run of a repository to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from communaux.assessment import found, queries
from communaux.assessment.models import Outcome, Repository, Run, Value
from communaux.catalogue.models import Commons
from communaux.engines.assess.compare import Changes, Told, changes
from communaux.engines.assess.model import Condition, Indicator

KEPT = Q(state__in=Run.KEPT)


def last_run(commons: Commons) -> Run | None:
    """The run that is the profile of a commons; None: nothing was assessed."""
    rows = Run.objects.select_related("repository").defer("told").filter(repository__commons=commons)
    return rows.filter(repository__role=Repository.Role.MAIN, state=Run.State.DONE).order_by("-ended_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class Step:
    """A run, the run of the same repository before it that gave a result, and what changed; None: nothing to set it against."""

    run: Run
    before: Run | None
    changes: Changes | None


def runs_of(commons: Commons) -> QuerySet[Run]:
    """Newest first, each with the number of the result before it (`earlier`)."""
    older = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    before = Run.objects.filter(KEPT, older, repository=OuterRef("repository")).order_by("-created_at", "-pk")
    return queries.runs_of(commons).annotate(earlier=Subquery(before.values("pk")[:1]))


def steps(runs: Sequence[Run]) -> list[Step]:
    """Of these runs (of `runs_of`), in a fixed number of queries."""
    pairs = {run.pk: getattr(run, "earlier", None) for run in runs if run.state in Run.KEPT}
    there = {run.pk: run for run in runs}
    missing = {pk for pk in pairs.values() if pk and pk not in there}
    there |= Run.objects.defer("told", "series").in_bulk(missing)
    told = _told([there[pk] for pk in {*pairs, *missing}])
    return [_step(run, there[before] if (before := pairs.get(run.pk)) else None, told) for run in runs]


def _step(run: Run, before: Run | None, told: dict[UUID, Told]) -> Step:
    return Step(run, before, changes(told[before.pk], told[run.pk]) if before else None)


def _told(runs: Collection[Run]) -> dict[UUID, Told]:
    """What each of them found, without its documents."""
    measures: dict[UUID, dict[str, Indicator]] = defaultdict(dict)
    outcomes: dict[UUID, dict[str, Condition]] = defaultdict(dict)
    for value in Value.objects.filter(run__in=runs).order_by("pk"):
        measures[value.run_id][value.code] = found.indicator(value)
    for row in Outcome.objects.filter(run__in=runs).defer("seen").order_by("pk"):
        outcomes[row.run_id][row.condition] = found.condition(row)
    return {run.pk: as_told(run, measures[run.pk], outcomes[run.pk], {}) for run in runs if run.as_of}


def as_told(run: Run, measures: dict[str, Indicator], outcomes: dict[str, Condition], readings: dict[str, str]) -> Told:
    """A run in the words of the engine."""
    assert run.as_of is not None
    return Told("", run.method_version, run.as_of, run.head_oid, measures, outcomes, readings)
