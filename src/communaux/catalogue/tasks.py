"""Background work of the catalogue: thin, safe to run twice."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_noop

from communaux.catalogue import importing, indexing, linking
from communaux.core import tasks
from communaux.core.models import Person

SAID = gettext_noop(
    "%(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(hidden)s set aside, %(gone)s gone, "
    "%(corrected)s corrected, %(refused)s refused"
)


@task
def import_source(progress_id: str, key: str) -> None:
    """Fetch (or read from the folder of catalogues) and import one source, then rebuild the index and link."""
    with tasks.running(progress_id) as report:
        folder = Path(settings.CATALOGUES) if settings.CATALOGUES else None
        given = importing.from_folder(key, folder) if folder else importing.from_address(key)
        reading = importing.read(key, given)
        by, at = Person.objects.desk(), timezone.now()
        outcome = importing.run_import(by, key, reading, etag=importing.digest(given), at=at, report=report)
        told = outcome.counts.as_dict() | {"corrected": outcome.corrected, "refused": len(outcome.refused)}
        report.say(SAID, **told)
        indexing.reindex(by)
        linking.link(by)


@task
def reindex() -> None:
    """Build the next search index; does nothing when the newest one already knows every change."""
    indexing.reindex(Person.objects.desk())
