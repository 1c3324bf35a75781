"""Pages that anyone may read are drawn once and kept until the journal has a new line, a minute at most.

Every write of the desk leaves a line, so its last hash names a state of the data. What an account sees is never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from communaux.core import journal

SECONDS = 60
COOKIES = {settings.SESSION_COOKIE_NAME, "messages"}  # an account, or something still to be said to this visitor
ASKED = ("Accept", "HX-Request", "HX-Request-Type")  # what else a page is drawn by


def while_unchanged[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Answer a visitor without account with the page as it was drawn before, if nothing was written since."""
    return while_all_unchanged(lambda _request, **_kwargs: "")(view)


def while_all_unchanged[**P](
    state: Callable[..., object],
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """The same for a page that shows what the journal does not tell: `state` (request, arguments by name) gives what else it
    is drawn by; None: this reader has a page of their own."""

    def keeping(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            request = args[0]
            assert isinstance(request, HttpRequest)
            if request.method != "GET" or COOKIES & request.COOKIES.keys():
                return view(*args, **kwargs)
            if (told := state(request, **kwargs)) is None:
                return view(*args, **kwargs)
            memory, key = caches["pages"], _key(request, told)
            if found := memory.get(key):
                return HttpResponse(found[0], headers=found[1])
            response = view(*args, **kwargs)
            if response.status_code == 200 and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
                memory.set(key, (response.content, dict(response.headers)), SECONDS)
            return response

        return answer

    return keeping


def _key(request: HttpRequest, state: object) -> str:
    told = (
        journal.head()[1],
        state,
        get_language(),
        request.build_absolute_uri(),
        *(request.headers.get(name) for name in ASKED),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()
