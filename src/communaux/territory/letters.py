"""The one mail of the area: what somebody writes to an ambassador, who answers straight to them."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from communaux.core import letters
from communaux.core.models import OutboxItem
from communaux.territory.models import AmbassadorRequest

REQUEST = "ambassadorrequest"


def written(item: OutboxItem) -> EmailMessage | None:
    """None for a request that was erased, or whose ambassador stopped meanwhile."""
    asked = AmbassadorRequest.objects.filter(pk=item.subject_id, ambassador__until=None).first()
    if asked is None or item.to is None:
        return None
    context = {"asked": asked, "desk_name": settings.DESK_NAME, "desk_url": settings.DESK_URL}
    return EmailMessage(
        subject=f"{_('A message to you as an ambassador')} — {letters.plain(settings.DESK_NAME)}",
        body=render_to_string("territory/ambassador_mail.txt", context),
        to=[item.to.mail or ""],
        reply_to=[asked.from_mail],
        headers=letters.fixed(item),
    )
