"""Time-ordered identifiers: UUID version 7 (RFC 9562 § 5.7), until Python 3.14's own is the minimum."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new UUID version 7: 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def is_uuid(text: str) -> bool:
    """Whether a text from outside is the number of something here."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
