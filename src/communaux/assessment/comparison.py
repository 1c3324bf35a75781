"""Reads: the profiles of up to four commons side by side, or why they cannot be; never a winner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.utils.timezone import localdate

from communaux.assessment import over_time, queries, queries_answers
from communaux.assessment.models import Repository, Run
from communaux.catalogue.models import Commons
from communaux.engines.assess import compare
from communaux.engines.assess.answers import Standing
from communaux.engines.assess.compare import Row, Told
from communaux.engines.assess.model import Condition, Indicator


@dataclass(frozen=True)
class Column:
    """A commons and its profile; `run` None: it was not assessed."""

    commons: Commons
    run: Run | None = None
    told: Told | None = None


@dataclass(frozen=True)
class Comparison:
    """`reason`, `differs`: why the figures are not set side by side, and what differs; empty where they are."""

    columns: tuple[Column, ...]
    reason: str
    differs: str

    @cached_property
    def told(self) -> list[Told | None]:
        return [one.told for one in self.columns]

    @property
    def assessed(self) -> list[Told]:
        return [one for one in self.told if one]

    @property
    def conditions(self) -> list[Row[Condition]]:
        return [] if self.reason else compare.conditions(self.told)

    @property
    def measures(self) -> list[Row[Indicator]]:
        return [] if self.reason or not self.assessed else compare.measures(self.told)


def compared(commons: Sequence[Commons]) -> Comparison:
    """In a fixed number of queries, whatever their number."""
    runs, answers = _runs(commons), queries_answers.read_many(commons, localdate())
    columns = tuple(_column(one, runs.get(one.pk), queries_answers.standings(answers[one.pk])) for one in commons)
    return Comparison(columns, *compare.why_not([one.told for one in columns if one.told]))


def _runs(commons: Sequence[Commons]) -> dict[UUID, Run]:
    """The run that is the profile of each."""
    rows = Run.objects.select_related("repository").prefetch_related("measures", "outcomes", "readings")
    main = rows.filter(repository__commons__in=commons, repository__role=Repository.Role.MAIN, state=Run.State.DONE)
    return {run.repository.commons_id: run for run in main.defer("series").order_by("ended_at", "pk")}


def _column(commons: Commons, run: Run | None, answers: tuple[Standing, ...]) -> Column:
    """The profile of a run as the answers of today judge it."""
    if run is None:
        return Column(commons)
    profile = queries.profile(run)
    over = queries_answers.laid_over(answers, profile.conditions)
    conditions = {one.code: one for one in (over or profile).conditions}
    told = over_time.as_told(run, profile.by_code, conditions, (over or profile).readings)
    window = run.told.get("window_days", compare.WINDOW)
    return Column(commons, run, replace(told, name=commons.name, window=window))
