"""Digests: once a day, or once a week, what has not been told by mail yet, in one mail for each person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from communaux.core import outbox
from communaux.core.models import Digest, Frequency, JournalCursor, Notification

MORNING = time(7, 30)  # in the time zone of the desk, whatever the season
PERIODS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
SLICE = 500
LOCK = "digests"


def due_at(period: str, at: datetime) -> datetime:
    """The last morning (of a Monday, for the weekly one) that is not after `at`."""
    zone, days = timezone.get_default_timezone(), PERIODS[Frequency(period)]
    today = at.astimezone(zone).date()
    day = today - timedelta(days=today.weekday() if days == 7 else 0)
    moment = datetime.combine(day, MORNING, zone)
    return moment if moment <= at else datetime.combine(day - timedelta(days=days), MORNING, zone)


def make(at: datetime) -> int:
    """Make the digests that are due and queue their mail; return how many. Missed mornings are made up for by one."""
    made = 0
    for period, days in PERIODS.items():
        until = due_at(period, at)
        start = until.date() - timedelta(days=days)
        people = _waiting(period, start, until).order_by("person").values_list("person", flat=True).distinct()
        for some in batched(list(people), SLICE, strict=False):
            made += _make(some, period, start, until, at)
    return made


def _waiting(period: str, start: date, until: datetime) -> QuerySet[Notification]:
    """Mail that waits for this period, of people who have not had its digest yet."""
    had = Digest.objects.filter(person=OuterRef("person"), period=period, period_start=start)
    mail = Notification.objects.filter(channel="mail", state="new", frequency=period, at__lte=until)
    return mail.filter(~Exists(had))


@transaction.atomic
def _make(people: tuple[UUID, ...], period: str, start: date, until: datetime, at: datetime) -> int:
    """Some digests and what each tells; who makes the same ones at the same time waits here, then finds them made."""
    JournalCursor.objects.get_or_create(name=LOCK)
    JournalCursor.objects.select_for_update(no_key=True).get(name=LOCK)
    mail = _waiting(period, start, until).filter(person__in=people)
    still = sorted(set(mail.values_list("person", flat=True)))
    rows = [Digest(person_id=person, period=period, period_start=start) for person in still]
    told = list(mail.values_list("pk", flat=True))
    Digest.objects.bulk_create(rows)
    mine = Digest.objects.filter(person=OuterRef("person"), period=period, period_start=start)
    for some in batched(told, 5000, strict=False):
        Notification.objects.filter(pk__in=some).update(state="queued", digest=Subquery(mine.values("pk")[:1]))
    outbox.put(outbox.letter(row.person_id, "digest", row.pk, at) for row in rows)
    return len(rows)
