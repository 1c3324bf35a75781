"""Say that a body uses a commons, confirm it, confirm it again a year later, end it (01 § 3.4)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue import deployed
from communaux.catalogue.changes import changed
from communaux.catalogue.models import Reuse
from communaux.catalogue.reusing import Declared, check_open, check_since, check_until, term
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.core.rows import rewrite

State = Reuse.State


@action("catalogue.declare_reuse")
def declare_reuse(by: Person, declared: Declared, *, at: datetime) -> Reuse:
    """Raise Conflict with the number of the use when the body has already said it."""
    check_since(declared.since, timezone.localdate(at))
    check_open(declared)
    given = {field.name: getattr(declared, field.name) for field in fields(declared)}
    try:
        with transaction.atomic():
            return Reuse.objects.create(**given, declared_by=by, declared_at=at)
    except IntegrityError:
        if known := _already(declared):
            said = _("This body has already said so of this commons.")
            raise Conflict("already_declared", said, use=known) from None
        raise


def _already(declared: Declared) -> int | None:
    same = Q(until=None) | (Q(since=declared.since) if declared.since else Q(pk=None))
    of = Reuse.objects.filter(commons=declared.commons, organisation=declared.organisation, kind=declared.kind)
    return of.filter(same).order_by("-pk").values_list("pk", flat=True).first()


@action("catalogue.confirm_reuse")
def confirm_reuse(by: Person, reuse: Reuse, *, at: datetime) -> Reuse:
    """Another person of the body says so too; raise Conflict when it does not wait for that any more."""
    until = term(timezone.localdate(at))
    _move(reuse, Q(state=State.DECLARED), at, state=State.CONFIRMED, confirmed_by=by, confirmed_at=at, confirm_by=until)
    return reuse


@action("catalogue.renew_reuse")
def renew_reuse(by: Person, reuse: Reuse, *, at: datetime) -> Reuse:
    """It is still so, a year later; raise Conflict when it was never confirmed, has ended, or was renewed today."""
    until = term(timezone.localdate(at))
    due = Q(state=State.STALE) | (Q(state=State.CONFIRMED) & ~Q(confirm_by=until))
    _move(reuse, due, at, state=State.CONFIRMED, renewed_at=at, confirm_by=until)
    return reuse


@action("catalogue.end_reuse")
def end_reuse(by: Person, reuse: Reuse, *, until: date, cause: str, at: datetime, note: str = "") -> Reuse:
    """It stays on the sheet with its dates and its cause."""
    check_until(until, reuse.since, timezone.localdate(at))
    _move(reuse, ~Q(state=State.ENDED), at, state=State.ENDED, until=until, end_cause=cause, end_note=note)
    return reuse


def _move(reuse: Reuse, still: Q, at: datetime, **values: Any) -> None:
    """Write if the row is `still` so: of two persons who act at once, one writes, the other is told."""
    deployed.hold([reuse.commons_id])
    if not Reuse.objects.filter(still, pk=reuse.pk).update(**values):
        said = _("This use does not wait for that any more: somebody was faster, or it has ended. Nothing was changed.")
        raise Conflict("reuse_moved", said)
    for name, value in values.items():
        setattr(reuse, name, value)
    deployed.follow([reuse], at)
    changed()


@action("catalogue.mark_stale_reuses", journaled=False)
def mark_stale_reuses(by: Person, *, at: datetime) -> int:
    """Uses that nobody confirmed for twelve months wait for it again; return how many. Twice a day does nothing more."""
    due = Reuse.objects.filter(state=State.CONFIRMED, confirm_by__lt=timezone.localdate(at)).order_by("pk")
    deployed.hold(due.values_list("commons", flat=True).distinct())
    found = list(due.select_for_update(of=("self",), no_key=True))
    for reuse in found:
        reuse.state = State.STALE
    rewrite(found, ["state"])
    deployed.follow(found, at)
    was, now = {"state": State.CONFIRMED}, {"state": State.STALE}
    journal.append_many(
        by, at, [journal.Line("catalogue.mark_stale_reuses", ("reuse", str(r.pk)), was, now) for r in found]
    )
    if found:
        changed()
    return len(found)
