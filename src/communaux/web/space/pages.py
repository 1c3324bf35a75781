"""The page of all that waits for somebody, and that of their choices."""

from __future__ import annotations

from django.contrib import messages
from django.core.mail import mailers
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.catalogue.queries import proposals
from communaux.catalogue.queries.asked import Asked
from communaux.core import subscriptions
from communaux.core.errors import BadRequest
from communaux.web.accounts import account_needed, signed_in
from communaux.web.space import queues, told
from communaux.web.space.forms import ChoicesForm


@account_needed
@require_safe
def space(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    asked, notices = Asked(person, timezone.localdate()), told.notices(person)
    context = {
        "queues": queues.waiting(asked),
        "edits": asked.edits,
        "mine": proposals.mine(person),
        "notices": notices,
        "unread": any(one.new for one in notices),
        "pressed": any(one.to_read for one in notices),
        "until": max((one.pk for one in notices), default=0),
        "followed": told.followed(person),
        "paused": subscriptions.paused(person),
    }
    return render(request, "space/home.html", context)


@require_POST
@account_needed
def mark_read(request: HttpRequest) -> HttpResponse:
    """One notice, or all those that the page showed."""
    one, until = request.POST.get("one", ""), request.POST.get("until", "")
    number = one or until
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise BadRequest("unknown_notice", _("This form does not say which notice."))
    subscriptions.read_notices(signed_in(request), until=int(number), only=bool(one), at=timezone.now())
    return redirect("space")


@account_needed
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """How often mail comes; and mail again, when an address was left alone."""
    person = signed_in(request)
    if request.method == "POST" and request.POST.get("do") == "resume":
        subscriptions.resume_mail(person, at=timezone.now())
        messages.success(request, _("Mail will be sent to your address again."))
        return redirect("space_settings")
    form = ChoicesForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        for kind, frequency in form.changed().items():
            subscriptions.choose_frequency(person, kind=kind, frequency=frequency, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("space_settings")
    context = {"form": form, "paused": subscriptions.paused(person), "sends_mail": "default" in mailers}
    return render(request, "space/choices.html", context, status=422 if form.errors else 200)
