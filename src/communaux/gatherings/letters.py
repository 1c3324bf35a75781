"""The mail that asks: how is it going? Who carries a road map, or made a commitment for a body, answers by the link in it."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.core import letters, signed_links
from communaux.core.models import OutboxItem
from communaux.gatherings.models import Reminder

INVITATION = "roadmapreminder"
PURPOSE = "follow_up"


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
