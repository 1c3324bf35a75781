"""The desk's signing key (Ed25519, RFC 8032): made once, its private half in a file that only the desk can read.

The public half is kept beside it (`VAR/keys/<kid>.pub`), out of reach of whoever can only write to the database: there, a key
and all that it signed can be replaced together. Whoever reads VAR/keys can sign in the desk's name; nothing here protects that.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from communaux.core.errors import Unavailable
from communaux.core.models import InstanceKey


def active(at: datetime) -> InstanceKey:
    """The key in force; the first call of a new desk makes one."""
    return InstanceKey.objects.filter(valid_to=None, revoked_at=None).first() or _make(at)


def _make(at: datetime) -> InstanceKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    kid = hashlib.sha256(public).hexdigest()[:16]
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / f"{kid}.ed25519"
    path.touch(mode=0o600)
    path.write_bytes(private.private_bytes_raw())
    path.with_suffix(".pub").write_text(public.hex())
    return InstanceKey.objects.create(kid=kid, public=public.hex(), private_ref=path.name, valid_from=at)


def sign(key: InstanceKey, message: bytes) -> str:
    """Hexadecimal signature of `message`; raise Unavailable when the private half is not on this machine."""
    path = folder() / key.private_ref
    if not path.exists():
        raise Unavailable("key_missing", f"The private half of key {key.kid} is not in {path.parent}.")
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes()).sign(message).hex()


def folder() -> Path:
    return Path(settings.VAR) / "keys"


def kept() -> frozenset[str]:
    """Public halves kept on this machine; none where VAR/keys is that of another."""
    return frozenset(path.read_text().strip() for path in folder().glob("*.pub"))


def valid(key: InstanceKey, message: bytes, signature: str, *, made_at: datetime) -> bool:
    """Whether `signature` is that of `message` under `key`; what a key signed before it was revoked stays valid."""
    if key.revoked_at is not None and made_at >= key.revoked_at:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
