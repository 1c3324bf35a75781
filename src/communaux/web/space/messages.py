"""What was written to somebody as an ambassador: read it, say that it is answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.territory import services
from communaux.territory.queries import messages as received
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in

PER_PAGE = 20


@account_needed
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Of this person alone, what waits for an answer first."""
    paginator = Paginator(received.received(signed_in(request)), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"requests": page.object_list, "total": paginator.count}
    return render(request, "space/messages.html", context | pager.context(page.number, paginator.num_pages))


@require_POST
@account_needed
def answered(request: HttpRequest, message: UUID) -> HttpResponse:
    """Somebody else's is not found: that it is there is private too."""
    by = signed_in(request)
    services.answer_request(by, get_object_or_404(received.received(by), pk=message), at=timezone.now())
    messages.success(request, _("Noted: this message is answered."))
    return redirect("messages")
