"""A meeting taken off the desk by an editor, with a reason that everybody reads; and back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import NotReady
from communaux.core.models import Person
from communaux.gatherings.models import Edition

LONGEST: Final = 300


@action("gatherings.withhold_edition", journaled=False)
def withhold_edition(by: Person, edition: Edition, *, reason: str, at: datetime) -> Edition:
    """Its page says why; its programme, sessions, reports and boards say no more. Nothing of it is erased."""
    said, held = _said(reason), _held(edition)
    return held if held.withheld_reason else _change(by, held, said, "gatherings.withhold_edition", said, at)


@action("gatherings.restore_edition", journaled=False)
def restore_edition(by: Person, edition: Edition, *, reason: str, at: datetime) -> Edition:
    said, held = _said(reason), _held(edition)
    return _change(by, held, "", "gatherings.restore_edition", said, at) if held.withheld_reason else held


def _said(reason: str) -> str:
    if not (said := " ".join(reason.split())[:LONGEST]):
        raise NotReady("reason_needed", _("Say why: the reason is public."), missing=["reason"])
    return said


def _held(edition: Edition) -> Edition:
    return Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)


def _change(by: Person, edition: Edition, kept: str, act: str, reason: str, at: datetime) -> Edition:
    before = journal.facts(edition)
    edition.withheld_reason = kept
    edition.save(update_fields=["withheld_reason"])
    old, new = journal.changes(before, journal.facts(edition))
    journal.append(by, at, journal.Line(act, journal.subject_of(edition), old, new, reason))
    return edition
