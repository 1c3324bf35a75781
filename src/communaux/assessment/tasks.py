"""Background work: read a repository and keep what was found. Safe to run twice; a killed one is taken up again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_noop

from communaux.assessment import (
    failures,
    identities,
    queries_answers,
    queries_forge,
    services,
    services_checks,
    services_review,
)
from communaux.assessment.models import Run, ServiceAudit
from communaux.assessment.reading_pages import MOST, Reader
from communaux.core import tasks
from communaux.core.errors import Conflict, NotReady, Refusal
from communaux.core.mirrors import mirror
from communaux.core.models import Person
from communaux.core.survey import FileLease, host_of
from communaux.engines.assess.kernel import Assessment, Told, assess
from communaux.engines.assess.model import AssessError
from communaux.engines.footprint import telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.checks import Found, of_page

log = logging.getLogger(__name__)
# What the readers call a stage → state of the run, steps done of FOUR
STAGES: Final = {
    "fetch": (Run.State.FETCHING, 0),
    "history": (Run.State.READING, 1),
    "files": (Run.State.READING, 2),
    "measures": (Run.State.MEASURING, 3),
}
FOUR: Final = 4
KEPT = gettext_noop("Measures kept: %(measures)s; conditions judged: %(conditions)s.")


CHECKED = gettext_noop("Pages read: %(read)s; that could not be: %(failed)s.")


class Fetch(Protocol):
    """A copy of a repository, for as long as it is read."""

    def __call__(self, url: str, *, told: Told = ...) -> AbstractContextManager[Path]: ...


@task
def assess_repository(progress_id: str, run: str, fetch: Fetch = mirror) -> None:
    """Does nothing for a run that has ended: the queue may give it a second time."""
    asked = Run.objects.select_related("repository__commons", "requested_by").get(pk=run)
    if asked.is_live:
        with tasks.running(progress_id) as report, suppress(Conflict):  # another worker has ended it meanwhile
            carry_out(asked, report, fetch)


def carry_out(run: Run, report: tasks.Report, fetch: Fetch) -> None:
    lead_to_page(run, report)
    with ended_well(run):
        found = read(run, report, fetch)
        services.keep_run(Person.objects.desk(), run, found=found, at=timezone.now())
    report.say(KEPT, measures=len(found.indicators), conditions=len(found.conditions))
    report(FOUR, FOUR)


def lead_to_page(run: Run, report: tasks.Report) -> None:
    """In the language of whoever asked."""
    with translation.override(run.requested_by.lang):
        report.progress.result_url = reverse("assessment", args=[run.repository.commons.slug])
    report.progress.save(update_fields=["result_url"])


def read(run: Run, report: tasks.Report, fetch: Fetch) -> Assessment:
    """Copy, read, measure; each stage is told to the run and to its bar."""

    def told(stage: str) -> None:
        if stage in STAGES:
            state, done = STAGES[stage]
            services.advance_run(Person.objects.desk(), run, state=state, at=timezone.now())
            report(done, FOUR)

    url, lease = run.repository.url, FileLease(settings.VAR / "hosts", lambda: report(0, FOUR))
    with ExitStack() as kept:
        with lease(host_of(url)):
            git_dir = kept.enter_context(fetch(url, told=told))
        as_of = int(timezone.now().timestamp())
        said = identities.corrections_of(run.repository.commons)
        answers = queries_answers.in_force(run.repository.commons, timezone.localdate())
        forge = queries_forge.reading_of(run.repository)
        return assess(
            git_dir, as_of=as_of, url=url, cloned=True, corrections=said, answers=answers, forge=forge, told=told
        )


@contextmanager
def ended_well(run: Run) -> Iterator[None]:
    """Whatever stops the work ends the run too, and says why; a kill alone leaves it to be taken up again."""
    try:
        yield
    except Conflict:
        raise
    except tasks.Cancelled:
        services.cancel_run(Person.objects.desk(), run, at=timezone.now())
        raise
    except AssessError as error:
        log.warning("run %s: %s (%s)", run.pk, error.code, error)
        _fail(run, error.code, timezone.now())
        raise NotReady(error.code, failures.sentence(error.code, run.requested_by.lang)) from error
    except Exception:
        _fail(run, "internal", timezone.now())
        raise


def _fail(run: Run, code: str, at: datetime) -> None:
    services.fail_run(Person.objects.desk(), run, code=code, at=at)


@task
def check_pages(progress_id: str, audit: str, asker: str, size: int | None, requests: int | None) -> None:
    """Read the pages of a draft and keep what checks see in each. Run again, it writes over what it wrote."""
    row = ServiceAudit.objects.select_related("service__commons").get(pk=audit)
    person, pages = Person.objects.get(pk=asker), row.audit.pages[: services_checks.PAGES]
    reader, failed = Reader(), 0
    with tasks.running(progress_id) as report, translation.override(person.lang):
        report.progress.result_url = reverse("audit_checks", args=[row.commons_slug, row.service_slug, row.pk])
        report.progress.save(update_fields=["result_url"])
        for n, url in enumerate(pages):

            def told(done: int, start: int = n * MOST) -> None:
                report(start + min(done, MOST - 1), len(pages) * MOST)

            found, error = read_one(reader, row, url, (size, requests), told)
            services_checks.keep_checks(person, row, target=url, found=found, error=error, at=timezone.now())
            failed += bool(error)
            report((n + 1) * MOST, len(pages) * MOST)
        report.say(CHECKED, read=len(pages) - failed, failed=failed)


def read_one(
    reader: Reader, row: ServiceAudit, url: str, budget: tuple[int | None, int | None], told: Callable[[int], None]
) -> tuple[dict[str, Found], str]:
    """What checks see in a page, or why it could not be had."""
    own = {host for one in (url, row.service.url) if (host := urlsplit(one).hostname)}
    try:
        return of_page(reader.page(url, own_hosts=own, budget=budget, told=told)), ""
    except Refusal as error:
        return {}, str(error.message)
    except FootprintError as error:
        return {}, telling.refused(error, "en" if get_language() == "en" else "fr")


@task
def expire_audits() -> None:
    """Once a day: audits whose day is over say so."""
    services_review.expire_audits(Person.objects.desk(), at=timezone.now())
