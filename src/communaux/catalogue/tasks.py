"""Background work of the catalogue: thin, safe to run twice."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from communaux.catalogue import deployed, described_by, effect, importing, indexing, own_file, searches, services
from communaux.catalogue.importing import Outcome
from communaux.catalogue.models import Commons, ThesaurusChange
from communaux.catalogue.queries import editable
from communaux.catalogue.services import reuses
from communaux.core import tasks
from communaux.core.models import Person
from communaux.territory.models import Ambassador
from communaux.territory.services import recount

SAID = gettext_noop(
    "%(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(hidden)s set aside, %(gone)s gone, "
    "%(corrected)s corrected, %(refused)s refused"
)
REFUSED = gettext_noop("Refused lines and their reasons, on the machine of the desk: %(path)s")
KEPT = gettext_noop("Records not found again: %(kept)s. They stay: a refused line may hold them.")


@task
def import_source(progress_id: str, key: str) -> None:
    """Read one source in the folder of catalogues, else at its address; import it, then rebuild the index and link."""
    with tasks.running(progress_id) as report:
        by, folder = report.progress.started_by, settings.CATALOGUES
        given = importing.given(key, folder if folder and importing.from_folder(key, Path(folder)) else "")
        reading = importing.read_given(key, given)
        etag = importing.digest(given.files)
        outcome = importing.run_import(by, key, reading, etag=etag, at=timezone.now(), report=report)
        tell(outcome, report)
        importing.finish(by)


def tell(outcome: Outcome, report: tasks.Report) -> None:
    """What became of every line, and where the operator finds those that were refused."""
    counts = outcome.counts.as_dict() | {"corrected": outcome.corrected, "refused": len(outcome.refused)}
    report.say(SAID, **counts)
    if path := importing.keep_refused(outcome, settings.VAR):
        report.say(REFUSED, path=str(path))
    if outcome.kept:
        report.say(KEPT, kept=outcome.kept)


FILLED = gettext_noop("Fields filled from %(address)s: %(n)s. Read them again.")


@task
def read_repository(progress_id: str, commons: str) -> None:
    """Read the file that a project describes itself with, at its repository, into the sheet of a draft."""
    with tasks.running(progress_id) as report:
        found = Commons.objects.get(pk=commons)
        report.progress.result_url = reverse("edit_commons", args=[found.slug])
        report.progress.save(update_fields=["result_url"])
        read = described_by.read_repository(editable.current(found)["repository"] or editable.current(found)["url"])
        n = services.take_over(report.progress.started_by, found, read=read, at=timezone.now())
        report.say(FILLED, n=n, address=read.address)


SEEN = gettext_noop("%(address)s was read. Nothing is saved yet: see what it would change.")


@task
def read_publiccode(progress_id: str, commons: str) -> None:
    """Read the publiccode.yml of a commons at its repository, for a person to see what it would change."""
    with tasks.running(progress_id) as report:
        found = Commons.objects.get(pk=commons)
        report.progress.result_url = reverse("commons_publiccode", args=[found.slug])
        report.progress.save(update_fields=["result_url"])
        read = described_by.read_publiccode(own_file.described(found).repository)
        own_file.said_of(found, read)  # one of another repository is refused here already
        own_file.keep(found, read)
        report.say(SEEN, address=read.address)


MEASURED = gettext_noop("Measured: %(cases)s cases and %(searches)s searches.")


@task
def measure_words(progress_id: str, change: str) -> None:
    """What a change of words does to searches, for whoever has to decide."""
    with tasks.running(progress_id) as report:
        found = ThesaurusChange.objects.get(pk=change)
        told = effect.measure(found, timezone.localdate(), report)
        services.keep_effect(report.progress.started_by, found, effect=told, at=timezone.now())
        n = {"cases": told.get("cases", {}).get("n", 0), "searches": told.get("searches", {}).get("n", 0)}
        report.say(MEASURED, **n)


@task
def forget_searches() -> None:
    """Once a day: erase what was searched for more than 13 months ago."""
    searches.forget(timezone.localdate())


@task
def reindex() -> None:
    """Build the next search index; does nothing when the newest one already knows every change."""
    indexing.reindex(Person.objects.desk())


@task
def mark_stale_reuses() -> None:
    """Once a day: what nobody confirmed for twelve months waits to be confirmed again."""
    reuses.mark_stale_reuses(Person.objects.desk(), at=timezone.now())


@task
def place_uses() -> None:
    """Once a day: presences of what the desk was told of bodies; counters, for what began or ended with the day."""
    desk, at = Person.objects.desk(), timezone.now()
    services.place_uses(desk, at=at)
    recount(desk, owners=deployed.OWNERS, at=at)


@task
def stop_erased_ambassadors() -> None:
    """Once a day: accounts that were erased are ambassadors no more."""
    for one in Ambassador.objects.filter(until=None, person__erased_at__isnull=False):
        services.stop_ambassador(Person.objects.desk(), one, at=timezone.now())
