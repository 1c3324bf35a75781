"""Tokens of the API: seen, made, revoked. A new secret stands in the answer to the form that asked for it, and nowhere else."""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communaux.core import tokens as services
from communaux.core.errors import Conflict
from communaux.core.forms import NewToken
from communaux.core.models import Person, Token
from communaux.web.accounts import signed_in
from communaux.web.stepup import step_up

ENDED = 10  # shown of those that hold no more


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponseBase:
    """Making one asks who is there; looking does not."""
    if request.method == "POST":
        answer: HttpResponseBase = _make(request)
        return answer
    return _page(request, NewToken())


@step_up
def _make(request: HttpRequest) -> HttpResponse:
    """The page itself shows the secret: a redirect would have to carry it. The same form again makes no second one."""
    person, form = signed_in(request), NewToken(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = services.make(person, person, **form.cleaned_data, at=timezone.now())
    except Conflict as refused:
        messages.warning(request, refused.message)
        return redirect("tokens")
    _tell(person, made.token)
    return _page(request, NewToken(), made=made)


def _tell(person: Person, token: Token) -> None:
    """By mail and at once, as of every new way in."""
    until = date_format(timezone.localtime(token.expires_at), "DATE_FORMAT")
    told = {"name": token.name, "until": until, "tokens_url": f"{settings.DESK_URL}{reverse('tokens')}"}
    if settings.MAILERS:
        get_adapter().send_notification_mail("account/email/token_made", person, told)


def _page(
    request: HttpRequest, form: NewToken, *, status: int = 200, made: services.Made | None = None
) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    context = {
        "form": form,
        "made": made,
        "live": services.live(person, now),
        "ended": services.ended(person, now)[:ENDED],
        "api": reverse("api:openapi-json"),
    }
    return render(request, "core/tokens.html", context, status=status)


@require_POST
@login_required
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    """At once, and without asking again: whoever fears a leak must not wait. Only one of one's own."""
    person = signed_in(request)
    found = get_object_or_404(Token, pk=token, person=person)
    try:
        services.revoke(person, found, at=timezone.now())
    except Conflict as done:
        messages.info(request, done.message)
    else:
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": found.name})
    return redirect("tokens")
