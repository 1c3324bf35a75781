"""Addresses as this desk knows them: by a keyed hash, never as they are; and what was said of those who bear them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings

from communaux.assessment.models import Correction, Objection
from communaux.catalogue.models import Commons
from communaux.engines.assess.corrections import Corrections
from communaux.engines.assess.identities import address

KINDS = Correction.Kind


def key(mail: str) -> str:
    """The keyed hash of an address, whatever its case, `+tag` and the number that a forge puts before (HMAC-SHA-256, hex)."""
    return hashed(address(mail.strip().encode())).decode()


def is_about(said: Correction, mail: str) -> bool:
    """Whether a correction was said of this address: what who decides on it may ask, since none of its words is kept."""
    return key(mail) in said.keys.split()


def hashed(folded: bytes) -> bytes:
    return hmac.new(settings.IDENTITY_KEY.encode(), folded, sha256).hexdigest().encode()


def corrections_of(commons: Commons) -> Corrections:
    """All that was said of the people of its history, and those who asked not to be counted anywhere."""
    active = list(commons.corrections.filter(state=Correction.State.ACTIVE).order_by("pk").values_list("kind", "keys"))
    pairs = [keys.encode().split() for kind, keys in active if kind == KINDS.SAME_PERSON]
    return Corrections(
        bots=_of(active, KINDS.BOT),
        people=_of(active, KINDS.NOT_BOT),
        apart=_of(active, KINDS.OTHER_PERSON),
        unnamed=frozenset(one.encode() for one in in_force()),
        same=tuple((one, other) for one, other in pairs),
        key=hashed,
    )


def _of(active: Iterable[tuple[str, str]], kind: str) -> frozenset[bytes]:
    return frozenset(keys.encode() for named, keys in active if named == kind)


def in_force() -> frozenset[str]:
    """Keys of those who asked not to be counted."""
    return frozenset(Objection.objects.filter(withdrawn_at__isnull=True).values_list("key", flat=True))
