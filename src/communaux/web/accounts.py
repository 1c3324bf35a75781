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
from communaux.web import errors


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


def for_people(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for those who signed in. Whoever sends a form after the session ended gets it back, to send it again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, Person):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return errors.session_ended(request)
        return redirect_to_login(request.get_full_path())

    return answer


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    held = Grant.objects.on(timezone.localdate()).filter(person=request.user)
    return render(request, "core/account.html", {"grants": held})
