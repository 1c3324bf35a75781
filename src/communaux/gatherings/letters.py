"""Mails of the area: how is it going, of a road map or a commitment? and, may your name be shown? Each is answered by the link in
it, without account."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.core import letters, signed_links
from communaux.core.models import OutboxItem
from communaux.gatherings.models import Reminder, SpeakerName
from communaux.gatherings.queries import names

INVITATION = "roadmapreminder"
PURPOSE = "follow_up"
NAME = "speakername"


def written(item: OutboxItem) -> EmailMessage | None:
    """None when the link was replaced meanwhile, or nobody is asked any more."""
    about = ("roadmap__carrier", "commitment__carrier", "commitment__edition")
    asked = Reminder.objects.select_related(*about, "link").filter(pk=item.subject_id).first()
    if asked is None or item.to is None or asked.link is None or asked.link.revoked_at:
        return None
    if asked.about.contact_id != item.to_id:
        return None
    path = reverse("follow_up", args=[signed_links.secret(asked.link)])
    context = {
        "asked": asked.about,
        "commitment": asked.commitment,
        "link": f"{settings.DESK_URL}{path}",
        "page": f"{settings.DESK_URL}{asked.about.get_absolute_url()}",
        "until": asked.link.expires_at,
        "desk_name": settings.DESK_NAME,
    }
    return EmailMessage(
        subject=_("%(title)s: how is it going?") % {"title": letters.plain(asked.about.title)},
        body=render_to_string("gatherings/mail.txt", context),
        to=[item.to.mail or ""],
        headers=letters.fixed(item) | {"Auto-Submitted": "auto-generated"},
    )


def asked_for_a_name(item: OutboxItem) -> EmailMessage | None:
    """None once it is answered or taken back: the address is gone then; nor for a meeting that was taken off the desk."""
    asked = SpeakerName.objects.select_related("session__edition").filter(pk=item.subject_id).first()
    if asked is None or not asked.mail or asked.edition.withheld_reason:
        return None
    path = reverse("own_name", args=[names.secret(asked)])
    context = {
        "session": asked.session,
        "bodies": list(asked.edition.organisers.order_by("pk").values_list("name", flat=True)),
        "link": f"{settings.DESK_URL}{path}",
        "until": asked.asked_at + SpeakerName.LASTS,
        "desk_name": settings.DESK_NAME,
    }
    return EmailMessage(
        subject=_("May your name be shown? %(title)s") % {"title": letters.plain(asked.session.title)},
        body=render_to_string("gatherings/name_mail.txt", context),
        to=[asked.mail],
        headers=letters.fixed(item) | {"Auto-Submitted": "auto-generated"},
    )
