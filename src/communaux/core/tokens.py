"""Personal tokens of the API: made, found by their secret, revoked.

Of the secret only a SHA-256 is kept: it is 256 random bits, which no dictionary finds, so a slow hash would only cost each
request its time. It starts with `cmx_` so that scanners of leaked secrets know it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import journal, sign_in
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Person, Token

PREFIX: Final = "cmx_"
DAYS: Final = (30, 90, 365)
MOST: Final = 20
LONGEST_SECRET: Final = 100


class Made(NamedTuple):
    """A token and its secret, which exists here and in the answer to its owner, and nowhere else."""

    token: Token
    secret: str


@action("core.make_token", journaled=False)
def make(by: Person, person: Person, *, key: UUID, name: str, scope: str, days: int, at: datetime) -> Made:
    """`key` becomes its id: a form sent twice makes one token. Raise Conflict then, and beyond MOST live ones."""
    if scope not in Token.Scope.values or days not in DAYS or not name.strip():
        raise BadRequest("bad_token", _("A token has a name, a scope (read, write) and 30, 90 or 365 days."))
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Token.objects.filter(pk=key).exists():
        raise Conflict(
            "token_made", _("This token is made already. Its secret was shown once; it cannot be shown again.")
        )
    if live(person, at).count() >= MOST:
        raise Conflict("too_many_tokens", _("You have %(n)d tokens in force: revoke one first.") % {"n": MOST})
    secret = PREFIX + secrets.token_urlsafe(32)
    dates = {"created_at": at, "expires_at": at + timedelta(days=days)}
    made = Token.objects.create(pk=key, person=person, name=name.strip(), scope=scope, sha256=hashed(secret), **dates)
    _tell(by, made, "core.make_token", "token_made", at)
    return Made(made, secret)


@action("core.revoke_token", journaled=False)
def revoke(by: Person, token: Token, *, at: datetime) -> Token:
    """From now on it opens nothing; done twice, it says so."""
    if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        raise Conflict("token_revoked", _("This token was already revoked."))
    token.revoked_at = at
    _tell(by, token, "core.revoke_token", "token_revoked", at)
    return token


def _tell(by: Person, token: Token, act: str, what: str, at: datetime) -> None:
    """Which token stands in the private part, as for every way in: its holder reads it, erasure forgets it."""
    private = {"what": what, "name": token.name, "scope": token.scope, "expires_at": token.expires_at}
    journal.append(by, at, journal.Line(act, journal.subject_of(token.person), private=private))


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def live(person: Person, at: datetime) -> QuerySet[Token]:
    """Those in force, the newest first."""
    return Token.objects.filter(person=person, revoked_at=None, expires_at__gt=at).order_by("-created_at", "-pk")


def ended(person: Person, at: datetime) -> QuerySet[Token]:
    """Those revoked or expired, the newest first."""
    return Token.objects.filter(person=person).exclude(pk__in=live(person, at)).order_by("-created_at", "-pk")


def find(secret: str, at: datetime) -> Token | None:
    """The token in force of this secret, whose owner's account is open; its day of use is noted once a day."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST_SECRET:
        return None
    rows = Token.objects.select_related("person").filter(sha256=hashed(secret), revoked_at=None, expires_at__gt=at)
    found = rows.filter(person__is_active=True).first()
    if found is None or not sign_in.may_open(found.person):
        return None
    _used(found, localdate(at))
    return found


def _used(token: Token, day: date) -> None:
    if token.last_used_on != day:
        Token.objects.filter(pk=token.pk).update(last_used_on=day)
