"""Giving and withdrawing a role inside a service: the rows and their rules, without asking who may.

A service whose own line tells of something else (a member confirmed, an account erased) adds a line a role with `tell`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Grant, Organisation, Person

WITH_AN_END = frozenset({"animator", "juror", "mentor", "scrutineer", "steward"})
BY_TWO = frozenset({"operator", "steward"})  # given by a dual act: see `dual.py`
NEVER_WITHOUT = frozenset({"operator", "steward"})  # whoever is the last one stays until somebody else takes it over


def give(by: Person, to: Person | Organisation, *, role: str, object_type: str, at: datetime, **terms: Any) -> Grant:
    """A role on an object between two dates; `terms`: object_id, starts_on, ends_on, reason."""
    starts_on: date = terms.pop("starts_on", None) or localdate(at)
    if role in WITH_AN_END and not terms.get("ends_on"):
        raise NotReady("end_needed", _("This role needs an end date."), missing=["ends_on"])
    holder: dict[str, Any] = {"person": to} if isinstance(to, Person) else {"organisation": to}
    holder |= {"role": role, "object_type": object_type, "object_id": terms.pop("object_id", "")}
    _one_at_a_time(to)
    if held := Grant.objects.during(starts_on, terms.get("ends_on")).filter(**holder).order_by("starts_on").first():
        raise Conflict("already_granted", _overlap(held), grant=str(held.pk))
    return Grant.objects.create(**holder, starts_on=starts_on, granted_by=by, **terms)


def _overlap(held: Grant) -> str:
    if held.ends_on is None:
        return _("This role is already held, without end.")
    return _("This role is already held until %(day)s.") % {"day": date_format(held.ends_on)}


def takes_two(by: Person, role: str) -> None:
    """Refuse to give a role alone that two persons give; the desk itself (a command of its machine) gives the first one."""
    if role in BY_TWO and not by.is_desk:
        raise NotAllowed("two_persons", _("Two persons give this role: one prepares it, another one releases it."))


def leave_one(held: Grant, day: date) -> None:
    """Refuse to take away the last grant of a role that an object is never without."""
    same = {"role": held.role, "object_type": held.object_type, "object_id": held.object_id}
    rows = Grant.objects.on(day).filter(**same).order_by("pk").select_for_update(no_key=True)
    if held.role in NEVER_WITHOUT and [one.pk for one in rows] == [held.pk]:
        raise Conflict("last_holder", _("Nobody else holds this role here: somebody has to take it over first."))


def _one_at_a_time(holder: Person | Organisation) -> None:
    """Hold the row of who gets a role until commit: two persons who give it at once do it one after the other."""
    type(holder)._default_manager.select_for_update(no_key=True).get(pk=holder.pk)


def withdraw(by: Person, held: Grant, at: datetime) -> Grant:
    if not Grant.objects.filter(pk=held.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
        raise Conflict("already_revoked", _("This role was already withdrawn."))
    held.revoked_at, held.revoked_by = at, by
    return held


def tell(by: Person, at: datetime, act: str, grants: Iterable[Grant]) -> None:
    """A line for each role that was given (`core.grant`) or withdrawn (`core.revoke`)."""
    lines = []
    for held in grants:
        after = journal.facts(held) if act == "core.grant" else {"revoked_at": at}
        lines.append(journal.Line(act, journal.subject_of(held), {}, after))
    journal.append_many(by, at, lines)
