"""Roles that end soon: both sides are told once, while there is time to renew them or to find somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from communaux.core import journal
from communaux.core.actions import action
from communaux.core.models import Grant, GrantQuerySet, Person

SOON: Final = timedelta(days=30)


@action("core.tell_endings", journaled=False)
def tell_endings(by: Person, *, at: datetime) -> int:
    """One line for each role that ends within thirty days and is not renewed; return how many. Told once."""
    found = list(_due(at).order_by("pk").select_for_update(no_key=True))
    Grant.objects.filter(pk__in=[one.pk for one in found]).update(end_told_at=at)
    lines = [journal.Line("core.tell_endings", journal.subject_of(one), {}, {"ends_on": one.ends_on}) for one in found]
    journal.append_many(by, at, lines)
    return len(found)


def _due(at: datetime) -> GrantQuerySet:
    day = localdate(at)
    same = {name: OuterRef(name) for name in ("role", "object_type", "object_id")}
    holder = Q(person=OuterRef("person")) | Q(organisation=OuterRef("organisation"))
    renewed = Grant.objects.filter(holder, **same, starts_on__gt=OuterRef("ends_on"), revoked_at=None)
    return Grant.objects.on(day).filter(~Exists(renewed), ends_on__lte=day + SOON, end_told_at=None)
