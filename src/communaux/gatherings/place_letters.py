"""The one mail to who has no account: a place came free, or the session changed. Once it left, the address is forgotten."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from communaux.core import ciphers, letters
from communaux.core.errors import NotFound
from communaux.core.models import OutboxItem
from communaux.engines.programme.times import clock, day_of
from communaux.gatherings.models import Registration
from communaux.gatherings.queries import programmes

PLACE, CHANGE = "placecame", "placechanged"
USE: Final = "place"  # of the cipher


def written(item: OutboxItem) -> EmailMessage | None:
    """None where the place was given back meanwhile, the address is gone, or what it would say is no longer so."""
    rows = Registration.objects.select_related("session__edition")
    one = rows.filter(pk=item.subject_id).exclude(mail="").first()
    address = ciphers.opened(USE, one.mail) if one else ""
    if one is None or not address or one.session.edition.withheld_reason:
        return None
    slot = _slot(one)
    if item.subject_kind == PLACE and (slot is None or one.state != Registration.State.CONFIRMED):
        return None
    with translation.override(one.lang):
        title = letters.plain(one.session.title)
        subject = _("A place for you: %(title)s") if item.subject_kind == PLACE else _("It has changed: %(title)s")
        context = {
            "session": one.session,
            "place": item.subject_kind == PLACE,
            "when": slot,
            "page": f"{settings.DESK_URL}{one.session.get_absolute_url()}",
            "desk_name": settings.DESK_NAME,
        }
        return EmailMessage(
            subject=subject % {"title": title},
            body=render_to_string("gatherings/mail_place.txt", context),
            to=[address],
            headers=letters.fixed(item) | {"Auto-Submitted": "auto-generated"},
        )


def _slot(one: Registration) -> tuple[object, str] | None:
    """Day and hour, as the programme is published; None for what is cancelled or left it."""
    try:
        whole = programmes.published(one.session.edition).programme
    except NotFound:
        return None
    slot, told = whole.placed.get(one.session_id), whole.by_guid.get(one.session_id)
    if slot is None or told is None or "cancelled" in (told.state, one.session.state):
        return None
    return day_of(slot.start, whole.edition.zone), clock(slot.start, whole.edition.zone)


def forget(item: OutboxItem) -> None:
    """The mail left, or never will."""
    Registration.objects.filter(pk=item.subject_id).update(mail="")
