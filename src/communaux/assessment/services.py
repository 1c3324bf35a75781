"""Writes: ask for a run, say how far it is, keep what it found, say why it failed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from communaux.assessment import found as as_rows
from communaux.assessment import queries
from communaux.assessment.holding import main_repository
from communaux.assessment.models import Outcome, Reading, Repository, Run, Value
from communaux.catalogue.models import Commons
from communaux.catalogue.services import record_health
from communaux.core import tasks
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.engines.assess.kernel import Assessment
from communaux.engines.assess.profile import health

LOST = "lost"  # nobody works on it any more
AT_ONCE = 5  # runs that one person may have under way


@action("assessment.ask_run")
def ask_run(by: Person, commons: Commons, *, at: datetime, because: str = Run.Reason.MANUAL) -> Run:
    """Queue a run of the main repository. Raise NotReady without an address, Conflict while one is under way."""
    from communaux.assessment.tasks import assess_repository  # which calls the services below

    repository = main_repository(commons)
    _make_way(repository, at)
    _check_share(by)
    run = Run.objects.create(repository=repository, requested_by=by, reason=because, created_at=at)
    title = _("Reading of the repository of %(name)s") % {"name": commons.name}
    kind = f"assess:{commons.pk}"
    run.progress = tasks.start(by, kind=kind, title=title[:250], work=assess_repository, at=at, run=str(run.pk))
    run.save(update_fields=["progress"])
    return run


def _make_way(repository: Repository, at: datetime) -> None:
    """Raise Conflict while a run is under way; one that was lost is given up."""
    live = Run.objects.select_related("progress").filter(repository=repository, state__in=Run.LIVE).first()
    if live is None:
        return
    if not queries.is_lost(live, at):
        told = _("This repository is being assessed already: nothing was started a second time.")
        raise Conflict("already_under_way", told, run=str(live.pk))
    fail_run(Person.objects.desk(), live, code=LOST, at=at)


def _check_share(by: Person) -> None:
    """Nobody fills the queue alone. Raise Conflict."""
    mine = Run.objects.filter(requested_by=by, state__in=Run.LIVE).order_by("created_at", "pk")[:AT_ONCE]
    if len(mine) == AT_ONCE and not by.is_desk:
        told = _("You have %(n)s assessments under way: ask for this one when one of them has ended.") % {"n": AT_ONCE}
        raise Conflict("too_many_runs", told, run=str(mine[0].pk))


@action("assessment.advance_run", journaled=False)
def advance_run(by: Person, run: Run, *, state: str, at: datetime) -> None:
    """Say how far it is; its page shows it, the journal has no use for it. Raise Conflict when it has ended meanwhile."""
    run.started_at = run.started_at or at
    if not Run.objects.filter(pk=run.pk, state__in=Run.LIVE).update(state=state, started_at=run.started_at):
        raise _over()
    run.state = state


@action("assessment.keep_run")
def keep_run(by: Person, run: Run, *, found: Assessment, at: datetime) -> Run:
    """Keep all that was found, in one piece; the run before makes way, and the sheet is told of the community."""
    held = _held(run)
    commons = held.repository.commons
    earlier = Run.objects.filter(repository__commons=commons, repository__role=held.repository.role)
    earlier.filter(state=Run.State.DONE).update(state=Run.State.SUPERSEDED)
    as_rows.fill(held, found)
    held.state, held.ended_at = Run.State.DONE, at
    held.save()
    values, outcomes, readings = as_rows.rows(held, found)
    Value.objects.bulk_create(values)
    Outcome.objects.bulk_create(outcomes)
    Reading.objects.bulk_create(readings)
    if held.repository.role == Repository.Role.MAIN:
        met, known = health(found.conditions)
        record_health(by, commons, met=met, known=known, on=held.as_of, at=at)
    return held


@action("assessment.fail_run")
def fail_run(by: Person, run: Run, *, code: str, at: datetime) -> Run:
    """Say why there is no result; the last good profile stays."""
    return _end(_held(run), Run.State.FAILED, code, at)


@action("assessment.cancel_run")
def cancel_run(by: Person, run: Run, *, at: datetime) -> Run:
    return _end(_held(run), Run.State.CANCELLED, "", at)


@action("assessment.mark_checked", journaled=False)
def mark_checked(by: Person, repository: Repository, *, at: datetime) -> None:
    """It was asked for its commit, which is the one assessed: nothing to read, nothing for the journal."""
    Repository.objects.filter(pk=repository.pk).update(checked_at=at)


def _held(run: Run) -> Run:
    """The run as it is now, held until the end of the transaction. Raise Conflict when it has ended meanwhile."""
    rows = Run.objects.select_related("repository__commons")
    held = rows.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
    if not held.is_live:
        raise _over()
    return held


def _over() -> Conflict:
    return Conflict("run_over", _("This run has ended already."))


def _end(run: Run, state: Run.State, code: str, at: datetime) -> Run:
    run.state, run.error_code, run.ended_at = state, code, at
    run.save(update_fields=["state", "error_code", "ended_at"])
    return run
