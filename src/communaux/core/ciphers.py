"""Short secrets kept in the database, read with the key of the desk only, which no backup of the database holds."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def cipher(use: str) -> Fernet:
    """Of the key of the desk, for one use: what was closed for another use does not open."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{use} {settings.SECRET_KEY}".encode()).digest()))


def closed(use: str, text: str) -> str:
    return cipher(use).encrypt(text.encode()).decode()


def opened(use: str, kept: str) -> str:
    """Empty for what was closed with another key."""
    try:
        return cipher(use).decrypt(kept.encode()).decode()
    except InvalidToken:
        return ""
