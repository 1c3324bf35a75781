"""Signing in with a local account, and the page of one's own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.errors import NotAllowed
from communaux.core.models import Grant, Person


class SignIn(LoginView):
    """One form, two fields; a demonstration desk shows its trial accounts, unless strangers can reach it."""

    template_name = "core/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = settings.DEMO and not settings.DEMO_PASSWORD_DRAWN
        return super().get_context_data(**kwargs) | {"demo_logins": settings.DEMO_LOGINS if shown else ()}


def signed_in(request: HttpRequest) -> Person:
    """Who sends this form; raise NotAllowed for an anonymous visitor."""
    if not isinstance(request.user, Person):
        raise NotAllowed("sign_in_first", _("Sign in first."))
    return request.user


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    held = Grant.objects.on(timezone.localdate()).filter(person=request.user)
    return render(request, "core/account.html", {"grants": held})
