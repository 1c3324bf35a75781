"""What a session taught, written after it; each writing stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Person
from communaux.gatherings.models import Report, Session
from communaux.gatherings.services.adapting import LICENCES


@dataclass(frozen=True, slots=True)
class Account:
    """What a report says. `figures`: label, value and source of each; one without source is no figure."""

    text: str
    learnings: Sequence[str]
    biases: Sequence[str]
    figures: Sequence[Mapping[str, str]]
    licence: str
    doi: str = ""


@action("gatherings.write_report")
def write_report(by: Person, session: Session, *, base: int, account: Account, lang: str, at: datetime) -> Report:
    """A new writing over the last one, whose number (`base`, 0: none) its author had before their eyes."""
    Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
    if account.licence not in LICENCES:
        raise BadRequest("licence_needed", _("A report has an open licence."))
    last = session.reports.order_by("-number").first()
    if last and _told(last) == account:
        return last
    if (last.number if last else 0) != base:
        told = _("Somebody wrote this report meanwhile: their words stand above the form. Compare, then send again.")
        raise Conflict("changed_meanwhile", told)
    return Report.objects.create(
        session=session,
        number=base + 1,
        lang=lang,
        text=account.text,
        learnings=list(account.learnings),
        biases=list(account.biases),
        figures=[dict(one) for one in account.figures],
        licence=account.licence,
        doi=account.doi,
        written_at=at,
    )


def _told(report: Report) -> Account:
    return Account(report.text, report.learnings, report.biases, report.figures, report.licence, report.doi)
