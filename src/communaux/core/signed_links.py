"""Give a link, find the one that a secret opens.

A secret is 32 bytes made from the key of the desk and the number of the link, so that a mail that leaves later, or twice, says
the same; the database holds its SHA-256 only. Whoever reads the database cannot make a link; whoever has the key could.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from communaux.core.errors import Gone, NotFound
from communaux.core.ids import uuid7
from communaux.core.models import Person, SignedLink

LASTS: Final = timedelta(days=60)
SALT: Final = "communaux.signed-link"


def give(purpose: str, subject: tuple[str, str], to: Person, at: datetime, *, lasts: timedelta = LASTS) -> SignedLink:
    """A new link; those sent before for the same subject to the same person stop working."""
    kind, number = subject
    live(purpose, subject, at).filter(to=to).update(revoked_at=at)
    link = SignedLink(pk=uuid7(), purpose=purpose, subject_kind=kind, subject_id=number, to=to, sent_at=at)
    link.expires_at = at + lasts
    link.token_sha256 = _hashed(secret(link))
    link.save(force_insert=True)
    return link


def live(purpose: str, subject: tuple[str, str], at: datetime) -> QuerySet[SignedLink]:
    kind, number = subject
    rows = SignedLink.objects.filter(purpose=purpose, subject_kind=kind, subject_id=number)
    return rows.filter(revoked_at=None, expires_at__gt=at)


def secret(link: SignedLink) -> str:
    """What the address ends with."""
    return urlsafe_b64encode(salted_hmac(SALT, link.pk.hex, algorithm="sha256").digest()).decode().rstrip("=")


def opened(token: str, purpose: str, at: datetime) -> SignedLink:
    """The link of this secret; NotFound for one that was cut or made up, Gone for one that ended (`details` says why)."""
    link = known(token, purpose)
    if link.revoked_at:
        raise Gone("link_revoked", _("This link was replaced by a newer one, or taken back."), why="revoked")
    if link.expires_at <= at:
        raise Gone("link_expired", _("This link is no longer valid."), why="expired")
    return link


def known(token: str, purpose: str) -> SignedLink:
    """The link of this secret, whether it still opens anything or not."""
    link = SignedLink.objects.select_related("to__mail_channel").filter(token_sha256=_hashed(token), purpose=purpose)
    if found := link.first():
        return found
    raise NotFound("no_such_link", _("This address is not one that the desk sent: it may have been cut in the mail."))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
