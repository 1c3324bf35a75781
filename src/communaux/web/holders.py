"""Who stars a session without account: a random word in a signed cookie; the desk keeps the hash of the word only."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

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


def keep(response: HttpResponse, told: str) -> HttpResponse:
    """Only this desk can have given it, and no script can read it."""
    signed = signing.Signer(salt=SALT).sign(told)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, signed, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return response
