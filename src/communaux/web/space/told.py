"""Notices and followed things as one's own space lists them: names and links in place of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from communaux.core import notify, subscriptions
from communaux.core.models import Entry, Notification, Person

LAST = 30
FOLLOWED = 100


@dataclass(frozen=True, slots=True)
class Told:
    """`url` is empty when the subject is gone. `to_read`: new, and counted in the header of every page."""

    pk: int
    new: bool
    to_read: bool
    name: str
    url: str
    says: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    kind: str
    subject_id: str
    name: str
    url: str
    since: datetime


def notices(person: Person) -> list[Told]:
    """The last ones, the newest first; an old one that presses and was never read stays among them."""
    rows = sorted(subscriptions.notices(person)[:LAST], key=lambda row: (row.at, row.pk), reverse=True)
    shown = notify.shown(row.entry for row in rows)
    return [_told(row, shown) for row in rows]


def _told(row: Notification, shown: dict[tuple[str, str], notify.Shown]) -> Told:
    subject = shown.get((row.entry.subject_kind, row.entry.subject_id))
    said = notify.row_of(row.entry.act, row.kind)
    name, url = (subject.name, subject.path) if subject else (_("something that is not there any more"), "")
    settled = row.state == Notification.State.SETTLED
    says = _("dealt with") if settled else str(said.says) if said else ""
    new = row.state == Notification.State.NEW
    return Told(row.pk, new, new and row.kind != notify.NEWS, name, url, says, row.at)


def followed(person: Person) -> list[Followed]:
    rows = list(subscriptions.followed(person)[:FOLLOWED])
    shown = notify.shown(Entry(subject_kind=row.scope_kind, subject_id=row.scope_id) for row in rows)
    return [
        Followed(row.scope_kind, row.scope_id, *_named(shown.get((row.scope_kind, row.scope_id))), row.created_at)
        for row in rows
    ]


def _named(subject: notify.Shown | None) -> tuple[str, str]:
    return (subject.name, subject.path) if subject else (_("something that is not there any more"), "")
