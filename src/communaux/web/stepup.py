"""Step-up: some acts ask who is there once more (11 § 3.5), by password, passkey, second step or code by mail.

`@step_up` on a view is enough: within five minutes of a sign-in or of the last confirmation nothing is asked; else the person
confirms and comes back to where they were. A form that was being sent is kept meanwhile and goes on by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from allauth.account.internal.flows import reauthentication
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

type View = Callable[..., HttpResponseBase]


def step_up(view: View | None = None, *, even_after_sign_in: bool = False) -> Any:
    """Ask again; `even_after_sign_in`: also of who signed in a minute ago, before what cannot be undone."""
    if view is None:
        return partial(step_up, even_after_sign_in=even_after_sign_in)

    @wraps(view)
    def asked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        if not _fresh(request, even_after_sign_in):
            raise ReauthenticationRequired
        return view(request, *given, **named)

    return login_required(asked)


def _fresh(request: HttpRequest, strict: bool) -> bool:
    if strict:
        return reauthentication.did_recently_reauthenticate(request)
    return not reauthentication.is_reauthentication_required(request, app="communaux")
