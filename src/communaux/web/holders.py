"""Who stars a session without account: a random word in a signed cookie; the desk keeps the hash of the word only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from communaux.core.errors import NotAllowed

COOKIE = "programme"
SALT = "communaux.programme"
YEAR = 365 * 24 * 3600


def word(request: HttpRequest) -> str:
    """The word of this browser; empty where it has none, or one that the desk did not give."""
    try:
        return str(signing.Signer(salt=SALT).unsign(request.COOKIES.get(COOKIE, "")))
    except signing.BadSignature:
        return ""


def hashed(told: str) -> str:
    """What the desk keeps of a word; empty for none."""
    return hashlib.sha256(told.encode()).hexdigest() if told else ""


def given(request: HttpRequest) -> str:
    """The word of this browser, else a new one."""
    return word(request) or secrets.token_hex(16)


def from_here[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """For forms of a page that is the same for each reader, and so carries no token of one: whose act it is hangs on the cookie
    above, which no browser sends with a form of another site (SameSite); and browsers say where a form comes from."""

    @csrf_exempt
    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        assert isinstance(request, HttpRequest)
        origin = request.headers.get("Origin")
        elsewhere = origin is not None and urlsplit(origin).netloc != request.get_host()
        if elsewhere or request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise NotAllowed("from_elsewhere", _("This form was sent by another site. Nothing was written."))
        return view(*args, **kwargs)

    return answer


def keep(response: HttpResponse, told: str) -> HttpResponse:
    """Only this desk can have given it, and no script can read it."""
    signed = signing.Signer(salt=SALT).sign(told)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, signed, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return response
