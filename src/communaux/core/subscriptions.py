"""What people choose about their own notices: follow, how often, read, take mail up again.

None of it is in the journal, which everybody may read: what somebody follows or reads concerns nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from communaux.core.actions import action
from communaux.core.errors import BadRequest
from communaux.core.frequencies import Frequencies
from communaux.core.models import Frequency, MailChannel, NoticeKind, Notification, Person, Subscription

State, Channel = Notification.State, Notification.Channel


@action("core.follow", journaled=False)
def follow(by: Person, *, kind: str, subject_id: str, at: datetime) -> Subscription:
    """Follow an object; the same twice is once."""
    often = Frequencies.of([by.pk]).for_kind(by.pk, NoticeKind.NEWS)
    told = {"frequency": often, "created_at": at}
    return Subscription.objects.get_or_create(person=by, scope_kind=kind, scope_id=subject_id, defaults=told)[0]


@action("core.unfollow", journaled=False)
def unfollow(by: Person, *, kind: str, subject_id: str, at: datetime) -> None:
    Subscription.objects.filter(person=by, scope_kind=kind, scope_id=subject_id).delete()


@action("core.choose_frequency", journaled=False)
def choose_frequency(by: Person, *, kind: str, frequency: str, at: datetime) -> None:
    """How often mail tells notices of this kind, those that still wait included; for news: of all that is followed."""
    if kind not in NoticeKind.values or frequency not in Frequency.values:
        raise BadRequest("unknown_choice", _("This form does not say what to do."))
    scope = {"person": by, "scope_kind": Subscription.KIND, "scope_id": kind}
    Subscription.objects.update_or_create(
        **scope, defaults={"frequency": frequency}, create_defaults={"frequency": frequency, "created_at": at}
    )
    if kind == NoticeKind.NEWS:
        Subscription.objects.filter(person=by).exclude(scope_kind=Subscription.KIND).update(frequency=frequency)
    _change_waiting(by, kind, frequency)


def _change_waiting(by: Person, kind: str, frequency: str) -> None:
    """Mail that has not left follows the choice: none, none leaves; at once, it comes with the next digest all the same."""
    mail = Notification.objects.filter(person=by, kind=kind, channel=Channel.MAIL)
    if frequency == Frequency.NONE:
        mail.filter(state__in=[State.NEW, State.QUEUED]).delete()
    elif frequency != Frequency.IMMEDIATE:
        mail.filter(state=State.NEW).update(frequency=frequency)


@action("core.read_notices", journaled=False)
def read_notices(by: Person, *, until: int, only: bool = False, at: datetime) -> int:
    """Mark as read all notices up to that one (`only`: that one); a later one, which nobody has seen, stays unread."""
    shown = Notification.objects.filter(person=by, channel=Channel.INAPP, state=State.NEW)
    return shown.filter(**({"pk": until} if only else {"pk__lte": until})).update(state=State.READ)


@action("core.resume_mail", journaled=False)
def resume_mail(by: Person, *, at: datetime) -> None:
    """Write again to an address that refused our mail: its owner says that it works."""
    MailChannel.objects.filter(person=by).update(refusals=0, paused_at=None)


def notices(person: Person) -> QuerySet[Notification]:
    """What somebody was told on their page: what is new and pressing, what is new, then the rest, each the newest first."""
    mine = Notification.objects.filter(person=person, channel=Channel.INAPP).select_related("entry")
    new = Case(When(state=State.NEW, kind=NoticeKind.NEWS, then=1), When(state=State.NEW, then=0), default=2)
    return mine.order_by(new, "-at", "-pk")


def still_asked(person: Person, *verbs: str) -> QuerySet[Notification]:
    """Notices by which somebody was asked something that nobody has done yet, read or not, the oldest first."""
    asked = Notification.objects.filter(person=person, channel=Channel.INAPP, kind=NoticeKind.ASKED)
    waiting = asked.exclude(state=State.SETTLED).filter(entry__act__in=verbs)
    return waiting.select_related("entry").order_by("at", "pk")


def pressing(person: Person) -> int:
    """How many notices wait that ask something of them, or decide on what is theirs."""
    new = Notification.objects.filter(person=person, channel=Channel.INAPP, state=State.NEW)
    return new.filter(kind__in=[NoticeKind.ASKED, NoticeKind.DECIDED]).count()


def followed(person: Person) -> QuerySet[Subscription]:
    return Subscription.objects.filter(person=person).exclude(scope_kind=Subscription.KIND).order_by("-created_at")


def follows(person: Person, kind: str, ids: Iterable[str]) -> bool:
    """Whether this person follows one of them."""
    return Subscription.objects.filter(person=person, scope_kind=kind, scope_id__in=list(ids)).exists()


def paused(person: Person) -> MailChannel | None:
    """The mail channel of this person's address, when it is left alone."""
    found = MailChannel.objects.filter(person=person).exclude(paused_at=None).first()
    return found if found and found.address == person.mail else None
