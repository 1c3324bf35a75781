"""What is assessed stays up to date: each night, repositories that were not looked at for a week are asked for their commit.

The same commit is not read again, unless a month has passed (silence grows without a commit) or somebody put right who is who.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, Max, OuterRef, Q

from communaux.assessment import queries, services
from communaux.assessment.models import Correction, ForgeItems, Objection, Repository, Run
from communaux.catalogue.models import Commons
from communaux.core.errors import Conflict, NotReady
from communaux.core.mirrors import head_of
from communaux.core.models import Person
from communaux.engines.assess.model import METHOD_VERSION, AssessError

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
type Told = Callable[[int, int | None], None]


@dataclass(slots=True)
class Refreshed:
    """How many runs were asked for, repositories found unchanged, not answering; a run of the latter says why in the history."""

    asked: int = 0
    unchanged: int = 0
    silent: int = 0


def due(at: datetime, after: timedelta = WEEK) -> list[Repository]:
    """Assessed once, neither read nor asked since, of a published commons; the longest waiting first."""
    live = Run.objects.filter(repository=OuterRef("pk"), state__in=Run.LIVE, created_at__gt=at - DAY)  # older: lost
    done = Run.objects.filter(repository=OuterRef("pk"), state=Run.State.DONE)
    rows = Repository.objects.filter(Exists(done), ~Exists(live), active=True, commons__state=Commons.State.PUBLISHED)
    rows = rows.filter(Q(checked_at=None) | Q(checked_at__lte=at - after))
    last = rows.annotate(last=Max("runs__created_at")).filter(last__lte=at - after)
    return list(last.select_related("commons").order_by("last", "pk"))


def refresh(
    at: datetime, told: Told, *, after: timedelta = WEEK, new: int = 0, head: Callable[[str], str] = head_of
) -> Refreshed:
    """Ask each that is due; have those read that changed, and `new` commons never assessed. Safe to stop and to run twice."""
    waiting, fresh, done = due(at, after), list(never(new, at)), Refreshed()
    total = len(waiting) + len(fresh)
    told(0, total)
    for n, repository in enumerate(waiting, 1):
        _look(repository, at, head, done)
        told(n, total)
    for n, commons in enumerate(fresh, len(waiting) + 1):
        _ask(commons, at, done)
        told(n, total)
    return done


def _look(repository: Repository, at: datetime, head: Callable[[str], str], done: Refreshed) -> None:
    desk = Person.objects.desk()
    try:
        offered = head(repository.url)
    except AssessError:
        done.silent += 1  # the run that is asked for meets the same, and keeps why
        offered = ""
    if offered and not _changed(repository, offered, at):
        services.mark_checked(desk, repository, at=at)
        done.unchanged += 1
    else:
        _ask(repository.commons, at, done)


def _ask(commons: Commons, at: datetime, done: Refreshed) -> None:
    try:
        services.ask_run(Person.objects.desk(), commons, at=at, because=Run.Reason.SCHEDULED)
    except Conflict:  # somebody asked for it meanwhile
        return
    except NotReady:  # its sheet tells no repository any more: nothing to read until it does
        Repository.objects.filter(commons=commons).update(checked_at=at)
        return
    done.asked += 1


def _changed(repository: Repository, offered: str, at: datetime) -> bool:
    """Whether reading it would tell anything new."""
    run = Run.objects.filter(repository=repository, state=Run.State.DONE).defer("told").first()
    if run is None or queries.address(repository.commons) != repository.url:
        return True
    since = run.started_at or run.created_at  # what is said while it reads may come too late for it
    said = Correction.objects.filter(commons=repository.commons, decided_at__gt=since).exists()
    objected = Objection.objects.filter(Q(made_at__gt=since) | Q(withdrawn_at__gt=since)).exists()
    given = Q(created_at__gt=since) | Q(withdrawn_at__gt=since)
    said = said or ForgeItems.objects.filter(given, repository=repository).exists()
    as_before = (run.head_oid, run.method_version) == (offered, METHOD_VERSION)
    return not as_before or said or objected or at - (run.ended_at or since) > MONTH


def never(most: int, at: datetime) -> Iterator[Commons]:
    """Published commons that tell a repository nobody has read yet, nor tried to within a week, by name."""
    read = Run.objects.filter(repository__commons=OuterRef("pk"))
    tried = read.filter(Q(state=Run.State.DONE) | Q(created_at__gt=at - WEEK))
    rows = Commons.objects.filter(~Exists(tried), state=Commons.State.PUBLISHED).exclude(resources=None)
    found = (one for one in rows.order_by("slug").distinct().iterator(chunk_size=200) if queries.address(one))
    return (one for _place, one in zip(range(most), found, strict=False))
