"""Accounts: signing up and in, one's own account, its ways in, its data. allauth does the work; pages and words are ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from communaux.core.errors import NotAllowed
from communaux.core.models import Person


def signed_in(request: HttpRequest) -> Person:
    """Who sends this form; raise NotAllowed for an anonymous visitor."""
    if not isinstance(request.user, Person):
        raise NotAllowed("sign_in_first", _("Sign in first."))
    return request.user


def account_needed[R: HttpResponseBase](view: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """Send a reader to sign in first; a form sent after the session has ended is kept until then."""

    @wraps(view)
    def asked(request: HttpRequest, *given: Any, **named: Any) -> R | HttpResponse:
        if request.method in {"GET", "HEAD"} and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        signed_in(request)
        return view(request, *given, **named)

    return asked
