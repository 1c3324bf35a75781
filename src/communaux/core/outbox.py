"""Messages that must leave, each once: a row is taken by one process at a time, sent, then marked.

A process killed between sending and marking leaves a row whose lease ends: it is sent again with the same Message-ID and the
same date, which is the same mail to whoever receives it. Nothing waits for a mail server but the task that drains.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import F, Q

from communaux.core.models import Digest, MailChannel, OutboxItem, Person

MAIL, State = OutboxItem.MAIL, OutboxItem.State
LEASE = timedelta(minutes=5)
EXPIRES = timedelta(days=7)
LONGEST_PAUSE = 21_600  # seconds between two tries
REFUSALS = 3  # in a row, before an address is left alone
AT_ONCE = 20  # rows taken at a time

log = logging.getLogger(__name__)
AFTER: dict[str, Callable[[OutboxItem], None]] = {}  # what an area does once a mail of this kind left, or never will
type Clock = Callable[[], datetime]
type Compose = Callable[[list[OutboxItem]], Mapping[UUID, EmailMessage]]  # one without mail has nothing to say


@dataclass(slots=True)
class Drained:
    sent: int = 0
    failed: int = 0
    put_off: int = 0


def letter(person: UUID | None, subject_kind: str, subject_id: object, at: datetime) -> OutboxItem:
    """A mail to be written when it leaves: about one line of the journal, or a digest. To nobody with an account: the area that
    writes it knows the address, and forgets it."""
    return OutboxItem(
        connection=MAIL,
        to_id=person,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        dedupe_key=f"{MAIL}:{subject_kind}:{subject_id}:{person}",
        created_at=at,
        next_try_at=at,
        expires_at=at + EXPIRES,
    )


def put(items: Iterable[OutboxItem]) -> None:
    """Add messages; one whose key is there already is not added twice."""
    OutboxItem.objects.bulk_create(items, batch_size=1000, ignore_conflicts=True)


def cancel(person: UUID) -> None:
    OutboxItem.objects.filter(to=person).delete()


def waiting() -> int:
    return OutboxItem.objects.filter(connection=MAIL, state=State.WAITING).count()


def drain(compose: Compose, clock: Clock, *, until: datetime | None = None) -> Drained:
    """Send what is due, until nothing is or that time is over; end at once when the server does not answer."""
    done = Drained()
    if "default" not in mailers:
        return done
    backend, going = mailers.default, True
    try:
        while going and (items := _take(clock())):
            letters = compose([item for item in items if item.to is None or reaches(item.to)])
            while items and going:
                item = items.pop(0)
                going = _deliver(item, letters.get(item.pk), backend, clock(), done)
                going = going and not (until and clock() >= until)
            _release(items)
    finally:
        _hang_up(backend)
    return done


@transaction.atomic
def _take(now: datetime) -> list[OutboxItem]:
    """Some rows that are due, for this process alone until their lease ends; those that another takes just now are passed over."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = OutboxItem.objects.filter(free, connection=MAIL, state=State.WAITING, next_try_at__lte=now)
    mine = due.order_by("next_try_at", "pk").select_related("to__mail_channel")
    found = list(mine.select_for_update(skip_locked=True, of=("self",), no_key=True)[:AT_ONCE])
    OutboxItem.objects.filter(pk__in=[item.pk for item in found]).update(lease_until=now + LEASE)
    return found


def _release(items: Iterable[OutboxItem]) -> None:
    """Taken, and not tried after all."""
    if left := [item.pk for item in items]:
        OutboxItem.objects.filter(pk__in=left, state=State.WAITING).update(lease_until=None)


def _deliver(item: OutboxItem, message: EmailMessage | None, backend: Any, now: datetime, done: Drained) -> bool:
    """Send one; False when the server itself does not work, so that nothing else is tried now."""
    if now > item.expires_at:
        return _fail(item, "expired", "", done)
    if message is None:
        return _fail(item, "cancelled", "", done)
    try:
        backend.open()
        backend.send_messages([message])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _hang_up(backend)
        return _failed(item, error, now, done)
    _sent(item, now)
    done.sent += 1
    return True


def reaches(person: Person) -> bool:
    """Whether mail may be sent to this person: an open account, an address, not one that is left alone."""
    channel = getattr(person, "mail_channel", None)
    left_alone = channel and channel.paused_at and channel.address == person.mail
    return bool(person.is_active and not person.erased_at and person.mail and not left_alone)


def _sent(item: OutboxItem, now: datetime) -> None:
    mine = OutboxItem.objects.filter(pk=item.pk)
    mine.update(state=State.SENT, sent_at=now, lease_until=None, failure="", detail="")
    if item.subject_kind == "digest":
        Digest.objects.filter(pk=item.subject_id).update(sent_at=now)
    if hasattr(item.to, "mail_channel"):
        MailChannel.objects.filter(person=item.to, paused_at=None).delete()  # refusals are counted in a row
    _over(item)


def _over(item: OutboxItem) -> None:
    if after := AFTER.get(item.subject_kind):
        after(item)


def _failed(item: OutboxItem, error: Exception, now: datetime, done: Drained) -> bool:
    """What the failure means: this address refused for good, this mail put off, or the server down."""
    log.warning("mail %s did not leave: %s", item.pk, type(error).__name__)
    code = _code(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused | ValueError) and code >= 500:
        _count_refusal(item, now)
        return _fail(item, "rejected", str(code), done)
    if isinstance(error, smtplib.SMTPDataError) and code >= 500:
        return _fail(item, "rejected", str(code), done)
    _put_off(item, type(error).__name__, now)
    done.put_off += 1
    return isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)


def _code(error: Exception) -> int:
    """What the server answered; an address that no server could be given counts as refused."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    return 550 if isinstance(error, ValueError) else 0


def _put_off(item: OutboxItem, why: str, now: datetime) -> None:
    """Try again later, twice as late each time, a little apart from the others."""
    spread = 0.8 + int(hashlib.sha256(item.pk.bytes).hexdigest()[:4], 16) / 0xFFFF * 0.4
    pause = timedelta(seconds=min(60 * 2**item.attempts, LONGEST_PAUSE) * spread)
    told = {"failure": "down", "detail": why, "lease_until": None, "next_try_at": now + pause}
    OutboxItem.objects.filter(pk=item.pk).update(**told, attempts=F("attempts") + 1)


def _fail(item: OutboxItem, failure: str, detail: str, done: Drained) -> bool:
    done.failed += 1
    told = {"state": State.FAILED, "failure": failure, "detail": detail, "lease_until": None}
    OutboxItem.objects.filter(pk=item.pk).update(**told)
    _over(item)
    return True


def _count_refusal(item: OutboxItem, now: datetime) -> None:
    """After some refusals in a row the address is left alone; the person reads so in their own space."""
    if item.to is None:  # without account: the address is forgotten
        return
    address = item.to.mail or ""
    known = MailChannel.objects.filter(person=item.to).first()
    n = known.refusals + 1 if known and known.address == address else 1
    told = {"address": address, "refusals": n, "paused_at": now if n >= REFUSALS else None}
    MailChannel.objects.update_or_create(person=item.to, defaults=told)


def _hang_up(backend: Any) -> None:
    """Close a connection that may be broken already."""
    with suppress(OSError, smtplib.SMTPException):
        backend.close()
