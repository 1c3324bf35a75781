"""The one mail of audits: will you review this one?"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.assessment.models import ServiceAudit
from communaux.core import letters
from communaux.core.models import OutboxItem

REVIEW = "auditreview"


def written(item: OutboxItem) -> EmailMessage | None:
    """None once the question was taken back, or the review signed: the address is gone then."""
    row = ServiceAudit.objects.select_related("service__commons").filter(pk=item.subject_id).first()
    if row is None or not row.review_mail:
        return None
    path = reverse("audit_review", args=[row.commons_slug, row.service_slug, row.pk])
    context = {"row": row, "link": f"{settings.DESK_URL}{path}", "desk_name": settings.DESK_NAME}
    return EmailMessage(
        subject=_("Will you review an audit? %(service)s") % {"service": letters.plain(row.service.name)},
        body=render_to_string("assessment/review_mail.txt", context),
        to=[row.review_mail],
        headers=letters.fixed(item) | {"Auto-Submitted": "auto-generated"},
    )
