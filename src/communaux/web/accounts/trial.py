"""Trial accounts are shared: whoever tries the desk may act with them, nobody may change the way in for the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from communaux.core import sign_in
from communaux.core.errors import NotAllowed


def kept_for_all(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse what a trial account sends there; the page can be read."""

    @wraps(view)
    def guarded(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        if request.method == "POST" and request.user.is_authenticated and sign_in.is_trial(request.user):
            raise NotAllowed(
                "trial_account", _("This account is shared by all who try the desk: its way in stays as it is.")
            )
        return view(request, *given, **named)

    return guarded
