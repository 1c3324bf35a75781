"""Reads: the repository of a commons, its runs, the profile that the last one left, one measure over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from communaux.assessment import found, identities, queries_answers
from communaux.assessment.models import Correction, Repository, Run, Value
from communaux.catalogue import addresses
from communaux.catalogue.models import Commons
from communaux.core.errors import NotFound
from communaux.core.models import Person
from communaux.engines.assess import telling
from communaux.engines.assess.model import Condition, Indicator, Warned
from communaux.engines.assess.profile import AXES, worst_first
from communaux.engines.assess.report import FIGURES

SHOWN: Final = 200  # corrections on a page
OLD: Final = timedelta(days=365)  # a profile is to be made again
LOST: Final = timedelta(hours=1)  # without a sign of life


def address(commons: Commons) -> str:
    """Where git reads the commons, as its sheet tells it today; empty when nothing tells."""
    resources = sorted(commons.resources.all(), key=lambda one: one.pk)
    told = [(one.repository, one.url) for one in resources]
    written = [repository for repository, _url in told] + [url for _repository, url in told if addresses.on_forge(url)]
    fit = (one for one in written if addresses.normal_url(one) and not addresses.is_owner_page(one))
    return next((addresses.clone_address(one) for one in fit), "")


def runs_of(commons: Commons) -> QuerySet[Run]:
    """Newest first."""
    return (
        Run.objects.filter(repository__commons=commons)
        .select_related("repository", "progress")
        .defer("told", "series")
        .order_by("-created_at", "-pk")
    )


def run_at(pk: UUID) -> Run:
    rows = Run.objects.select_related("repository__commons", "progress").defer("told", "series")
    if one := rows.filter(pk=pk).first():
        return one
    raise NotFound("unknown_run", _("No run has this number."))


def live_run(commons: Commons) -> Run | None:
    return runs_of(commons).filter(state__in=Run.LIVE).first()


def is_lost(run: Run, at: datetime) -> bool:
    """Whether nobody works on it any more: its work has ended without it, or gives no sign of life."""
    work = run.progress
    return run.is_live and (work is None or bool(work.ended_at) or at - (work.heartbeat_at or run.created_at) > LOST)


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition, the measures that decided it, and what files tell of it, by language."""

    condition: Condition
    figures: list[Indicator]
    seen: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One axis: its word, its conditions, the worst first, and how many are met, of how many known."""

    axis: str
    reading: str
    judged: list[Judged]

    def _count(self, *outcomes: str) -> int:
        return sum(one.condition.outcome in outcomes for one in self.judged)

    @property
    def met(self) -> int:
        return self._count("met")

    @property
    def known(self) -> int:
        return self._count("met", "unmet")

    @property
    def unknown(self) -> int:
        return self._count("unknown")


@dataclass(frozen=True)
class Profile:
    """What a run found, in the words of the engine."""

    run: Run
    indicators: tuple[Indicator, ...]
    conditions: tuple[Condition, ...]
    readings: dict[str, str]
    seen: dict[str, dict[str, list[str]]]  # code of a condition → what files tell of it, by language

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {one.code: one for one in self.indicators}

    @property
    def year_end(self) -> date | None:
        """When the year of its figures ended, where that is long before the day of the run."""
        last, day = self.run.head_at, self.run.as_of
        return telling.year_end(last.astimezone(UTC).date() if last else None, day) if day else None

    @property
    def warnings(self) -> tuple[Warned, ...]:
        return found.warnings(self.run)

    @property
    def panels(self) -> list[Panel]:
        return [Panel(axis, self.readings.get(axis, ""), self._judged(axis)) for axis in AXES]

    def _judged(self, axis: str) -> list[Judged]:
        ordered = worst_first([one for one in self.conditions if one.axis == axis])
        return [Judged(one, self._figures(one), self.seen.get(one.code, {})) for one in ordered]

    def _figures(self, one: Condition) -> list[Indicator]:
        beside: Mapping[str, tuple[str, ...]] = FIGURES
        deciding = [code for code in one.because if code in self.by_code] or beside.get(one.code, ())
        return [self.by_code[code] for code in deciding if code in self.by_code]

    def conditions_on(self, code: str) -> list[Condition]:
        """Those that this measure decides."""
        return [one for one in self.conditions if code in (figure.code for figure in self._figures(one))]

    @property
    def items_read_on(self) -> date | None:
        """When the forge was read whose items are measured here; None: none was."""
        told = self.run.told.get("items")
        return datetime.fromisoformat(told["read_at"]).date() if told else None

    def document(self) -> dict[str, Any]:
        return found.document(self.run, self.indicators, self.conditions, self.readings)

    def is_old(self, today: date) -> bool:
        return self.run.as_of is not None and today - self.run.as_of > OLD


def profile_of(commons: Commons) -> Profile | None:
    """Of its main repository, as the last run that was done left it; None: nothing was assessed."""
    rows = Run.objects.select_related("repository").prefetch_related("measures", "outcomes", "readings")
    main = rows.filter(repository__commons=commons, repository__role=Repository.Role.MAIN, state=Run.State.DONE)
    run = main.order_by("-ended_at", "-pk").first()
    return with_answers(profile(run), commons) if run else None


def with_answers(told: Profile, commons: Commons) -> Profile:
    """As answers judge R6, G3 and G7 today, where there are any."""
    over = queries_answers.overlay(commons, told.conditions)
    if over is None:
        return told
    return replace(told, conditions=over.conditions, readings=over.readings, seen=told.seen | over.seen)


def profile(run: Run) -> Profile:
    """In the order of the engine, in which the rows were written."""
    outcomes = sorted(run.outcomes.all(), key=lambda row: row.pk)
    return Profile(
        run=run,
        indicators=tuple(found.indicator(row) for row in sorted(run.measures.all(), key=lambda row: row.pk)),
        conditions=tuple(found.condition(row) for row in outcomes),
        readings={row.axis: row.reading for row in run.readings.all()},
        seen={row.condition: row.seen for row in outcomes},
    )


def over_time(commons: Commons, code: str) -> list[tuple[Run, Indicator]]:
    """One measure in the runs that were done, newest first."""
    rows = Value.objects.filter(run__repository__commons=commons, code=code, run__state__in=Run.KEPT)
    ordered = (
        rows.select_related("run__repository").defer("run__told", "run__series").order_by("-run__ended_at", "-pk")[:50]
    )
    return [(row.run, found.indicator(row)) for row in ordered]


def corrections_of(commons: Commons) -> list[Correction]:
    """What was said of who is who, what waits first, then the newest."""
    order = Case(When(state="proposed", then=0), When(state="active", then=1), default=2)
    return list(commons.corrections.select_related("commons").order_by(order, "-created_at", "-pk")[:SHOWN])


def counted_addresses(person: Person) -> list[tuple[str, bool]]:
    """The verified addresses of somebody, and whether each is counted in histories."""
    mails = EmailAddress.objects.filter(user=person, verified=True).order_by("pk").values_list("email", flat=True)
    left_out = identities.in_force()
    return [(mail, identities.key(mail) not in left_out) for mail in mails]
