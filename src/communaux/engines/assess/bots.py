"""Programs that commit: names that say so, and service accounts known by name.

Each pattern stands for a whole name or address: `abbot@…`, `Talbot` and `robotics.example` are people.
"""

from __future__ import annotations

import re
from typing import Final

from communaux.data import assess_table

LISTS = assess_table("people_and_files")
ACCOUNTS: Final = frozenset(LISTS["service_accounts"])
SERVICES: Final = frozenset(LISTS["service_addresses"])
NAMED = re.compile(r".+\[bot\]", re.IGNORECASE)
ADDRESSED = re.compile(r"(?:\d+\+)?[^@]+\[bot\]@[^@]+", re.IGNORECASE)


def is_bot(name: bytes, mail: bytes) -> bool:
    """Does this name or address say, as a whole, that a program commits?

    >>> is_bot(b"dependabot[bot]", b"49699333+dependabot[bot]@users.noreply.github.com")
    True
    >>> is_bot(b"Talbot", b"abbot@robotics.example")
    False
    """
    called, address = (text.decode("utf-8", "replace").strip() for text in (name, mail))
    login = re.sub(r"^\d+\+", "", address.partition("@")[0])
    noreply = "noreply" in address.partition("@")[2]
    return (
        bool(NAMED.fullmatch(called) or ADDRESSED.fullmatch(address))
        or called.casefold() in ACCOUNTS
        or address.casefold() in SERVICES
        or (noreply and login.casefold() in ACCOUNTS)
    )
