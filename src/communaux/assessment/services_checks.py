"""Writes of automatic checks: ask that the pages of a draft be read, keep what was seen. None of them answers a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from communaux.assessment import queries_footprint as queries
from communaux.assessment.models import CheckRun, ServiceAudit
from communaux.core import tasks
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Person, Progress
from communaux.engines.footprint.rgesn.checks import EVERY, Found

PAGES: Final = 10  # of an audit that are read
LISTED: Final = 20  # addresses or hosts of what a check saw
FETCH: Final = "fetch"  # the check of a page that could not be had


@action("assessment.ask_checks", journaled=False)  # the task that is started is told in the journal
def ask_checks(by: Person, row: ServiceAudit, *, budget: tuple[int | None, int | None], at: datetime) -> Progress:
    """Queue the reading of its pages. Raise NotReady where it names none, Conflict where it is closed or being read."""
    from communaux.assessment.tasks import check_pages  # which calls what is below

    held = _draft(row)
    if not held.audit.pages:
        raise NotReady("no_pages", _("Say first which pages were looked at: they are what is read."))
    if queries.checking(held):
        raise Conflict("already_under_way", _("Its pages are being read already: nothing was started a second time."))
    title = _("Automatic checks of %(name)s") % {"name": held.service.name}
    asked = {"audit": str(held.pk), "asker": str(by.pk), "size": budget[0], "requests": budget[1]}
    return tasks.start(by, kind=queries.checks_kind(held), title=title[:250], work=check_pages, at=at, **asked)


@action("assessment.keep_checks")
def keep_checks(
    by: Person, row: ServiceAudit, *, target: str, found: Mapping[str, Found], error: str = "", at: datetime
) -> ServiceAudit:
    """In the place of what the same checks saw of the same target before. `error`: why the target could not be read."""
    held = _draft(row)
    if error:
        told = {"check_version": 1, "outcome": CheckRun.Outcome.ERROR, "values": {}, "limits": [error], "at": at}
        CheckRun.objects.update_or_create(audit=held, check_id=FETCH, target=target, defaults=told)
        return held
    CheckRun.objects.filter(audit=held, check_id=FETCH, target=target).delete()
    versions = {one.id: one.version for one in EVERY}
    for name, one in found.items():
        told = {"check_version": versions[name], "outcome": one.outcome, "at": at}
        told |= {"values": _short(one.values), "limits": list(one.limits)}
        CheckRun.objects.update_or_create(audit=held, check_id=name, target=target, defaults=told)
    return held


def _short(values: Mapping[str, object]) -> dict[str, object]:
    """A visit of ten thousand requests would fill a page with addresses: the first of a list, and that there are more."""
    return {
        name: [*one[:LISTED], "…"] if isinstance(one, list) and len(one) > LISTED else one
        for name, one in values.items()
    }


def _draft(row: ServiceAudit) -> ServiceAudit:
    rows = ServiceAudit.objects.select_related("service__commons").select_for_update(of=("self",), no_key=True)
    held = rows.filter(pk=row.pk).first()
    if held is None or held.state != ServiceAudit.State.DRAFT:
        raise Conflict("audit_closed", _("This audit is closed: begin a new one to correct it."))
    return held
