"""The key under which addresses are known must be the same on every machine of a desk: compared where a process starts."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import DatabaseError
from django.utils.translation import gettext as _

from communaux.assessment import identities
from communaux.assessment.models import IdentityKey
from communaux.core.errors import Unavailable

log = logging.getLogger(__name__)
SAID: Final = b"the key of this desk"  # no address


def proof() -> str:
    """What only whoever has the key can tell; nothing of the key can be had from it."""
    return identities.hashed(SAID).decode()


def same_or_refused(at: datetime) -> None:
    """Raise Unavailable where this process has another key than the desk. The first to start leaves its proof."""
    try:
        kept = IdentityKey.objects.first() or _first(at)
    except DatabaseError as error:  # no tables yet, or nobody may write: whoever needs them says so
        log.warning("the key of addresses was not compared: %s", error)
        return
    if kept.proof != proof():
        raise _other()


def _first(at: datetime) -> IdentityKey:
    """Of two that start at once, one leaves its proof and both read it."""
    return IdentityKey.objects.get_or_create(id=1, defaults={"proof": proof(), "since": at})[0]


def leave(at: datetime) -> IdentityKey:
    return IdentityKey.objects.update_or_create(id=1, defaults={"proof": proof(), "since": at})[0]


def _other() -> Unavailable:
    told = _(
        "This machine has another key of addresses than the desk: who asked not to be counted would be counted. Give it the "
        "COMMUNAUX_IDENTITY_KEY, or the file identity-key, of the other machines. If that key is lost: communaux "
        "assessments take-key."
    )
    return Unavailable("other_identity_key", told)
