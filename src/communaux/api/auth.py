"""Who calls: a personal token in the header `Authorization: Bearer …`. A session of the browser counts for nothing here.

So no other site can make a browser write (there is no cookie to ride on), and what a program may do can be revoked alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from communaux.core import tokens
from communaux.core.errors import NotAllowed, Refusal
from communaux.core.models import Person, Token


class NotKnown(Refusal):
    """Nobody is behind this request."""

    status: ClassVar[int] = 401


class PersonalToken(HttpBearer):
    """A token made on `/mon-compte/jetons/`: scope `read`, or `write`, which reads too."""

    def __init__(self, *, writes: bool) -> None:
        super().__init__()
        self.writes = writes

    def __call__(self, request: HttpRequest) -> Token:
        found = super().__call__(request)
        if found is None:
            raise NotKnown("token_needed", _("Send a token of yours: “Authorization: Bearer cmx_…”."))
        assert isinstance(found, Token)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = tokens.find(token, timezone.now())
        if found is None:
            raise NotKnown("token_refused", _("This token is not known, has expired or was revoked."))
        if self.writes and found.scope != Token.Scope.WRITE:
            raise NotAllowed("scope_read", _("This token only reads: make one that writes."))
        return found


READS, WRITES = PersonalToken(writes=False), PersonalToken(writes=True)


def token_of(request: HttpRequest) -> Token:
    """The token that opened this address, which asks for one."""
    found = request.auth  # type: ignore[attr-defined]  # set by Django Ninja
    assert isinstance(found, Token)
    return found


def caller(request: HttpRequest) -> Person:
    return token_of(request).person
