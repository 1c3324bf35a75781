"""One round of notices: read the journal on, make the digests that are due, send what waits. Cheap when nothing is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from communaux.core import digests, letters, notify, outbox
from communaux.core.models import Digest, Notification, OutboxItem

KEPT = timedelta(days=365)  # how long a notice stays on a page
SENT_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Round:
    lines: int
    notices: int
    digests: int
    mail: outbox.Drained
    waiting: int


def run(clock: outbox.Clock, *, within: timedelta | None = None) -> Round:
    """`within`: sending stops after that time, the next round goes on."""
    at = clock()
    lines, notices = notify.follow(at)
    made = digests.make(at)
    mail = outbox.drain(letters.compose, clock, until=at + within if within else None)
    return Round(lines, notices, made, mail, outbox.waiting())


def forget(at: datetime) -> None:
    """Notices are no archive, the journal is: old ones go, with the traces of the mail that left."""
    Notification.objects.filter(at__lt=at - KEPT).delete()
    Digest.objects.filter(period_start__lt=(at - KEPT).date()).delete()
    OutboxItem.objects.exclude(state=OutboxItem.State.WAITING).filter(created_at__lt=at - SENT_KEPT).delete()
