"""Signing in with a local account, and the page of one's own account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.errors import NotAllowed
from communaux.core.models import Grant, Person
from communaux.web.errors import signed_out


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


def with_account(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page leads a visitor to the sign-in; a form sent after the session ended comes back with all that was typed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return signed_out(request) if request.method == "POST" else redirect_to_login(request.get_full_path())

    return answer


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    held = Grant.objects.on(timezone.localdate()).filter(person=request.user)
    return render(request, "core/account.html", {"grants": held})
