"""Give a link, find the one that a secret opens.

A secret is 32 bytes made from the key of the desk and the number of the link, so that a mail that leaves later, or twice, says
the same; the database holds its SHA-256 only. Whoever reads the database cannot make a link; whoever has the key could.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from communaux.core.errors import Gone, NotFound
from communaux.core.ids import uuid7
from communaux.core.models import Person, SignedLink

LASTS: Final = timedelta(days=60)
BATCH: Final = 500
SALT: Final = "communaux.signed-link"


def give(purpose: str, subject: tuple[str, str], to: Person, at: datetime, *, lasts: timedelta = LASTS) -> SignedLink:
    """A new link; those sent before for the same subject stop working."""
    return give_all(purpose, subject[0], {subject[1]: to}, at, lasts=lasts)[0]


def give_all(
    purpose: str, kind: str, people: Mapping[str, Person], at: datetime, *, lasts: timedelta = LASTS
) -> list[SignedLink]:
    """The same for many subjects of one kind, by their numbers."""
    numbers = list(people)
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        live = SignedLink.objects.filter(purpose=purpose, subject_kind=kind, subject_id__in=part, revoked_at=None)
        live.update(revoked_at=at)
    made = [_made(purpose, (kind, number), to, at, at + lasts) for number, to in people.items()]
    return SignedLink.objects.bulk_create(made, batch_size=BATCH)


def _made(purpose: str, subject: tuple[str, str], to: Person, at: datetime, until: datetime) -> SignedLink:
    kind, number = subject
    link = SignedLink(pk=uuid7(), purpose=purpose, subject_kind=kind, subject_id=number, to=to, sent_at=at)
    link.expires_at, link.token_sha256 = until, _hashed(secret(link))
    return link


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
