"""Open sessions of a person: which there are, ending them, forgetting those that are over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from communaux.core.models import Person


def of(person: Person, at: datetime) -> QuerySet[UserSession]:
    """Newest first; a row whose session is over is not shown."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return UserSession.objects.filter(user=person, session_key__in=alive).order_by("-created_at")


def end(rows: QuerySet[UserSession]) -> int:
    """Close them at once: their next page asks to sign in."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget(person: Person) -> None:
    """All that any session holds of somebody, half-finished sign-ins with one of their mails included."""
    mails = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    marks = [str(person.pk), *mails, *filter(None, [person.mail])]
    UserSession.objects.filter(user=person).delete()
    Session.objects.filter(session_key__in=list(_holding(marks))).delete()


def _holding(marks: Iterable[str]) -> Iterator[str]:
    for session in Session.objects.iterator(chunk_size=500):
        held = str(session.get_decoded()).lower()
        if any(mark.lower() in held for mark in marks):
            yield session.session_key


def forget_ended(at: datetime) -> None:
    """Once a day: what is left of sessions that are over, the address and the browser they came from included."""
    Session.objects.filter(expire_date__lte=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
