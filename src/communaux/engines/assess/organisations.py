"""Which organisation an address speaks for: its domain, unless anybody can have one there."""

from __future__ import annotations

from typing import Final

from communaux.data import assess_table

UNKNOWN: Final = ""
LISTS = assess_table("people_and_files")
FREE: Final = frozenset(LISTS["free_mail"])
SHARED: Final = frozenset(LISTS["shared_domains"])
LOCAL: Final = ("local", "localdomain", "localhost", "lan", "internal", "invalid", "test", "(none)")


def organisation(mail: bytes) -> str:
    """The registered domain of an address; empty where it tells no organisation.

    >>> organisation(b"a@dev.openfisca.org"), organisation(b"a@beta.gouv.fr"), organisation(b"a@gmail.com")
    ('openfisca.org', 'beta.gouv.fr', '')
    >>> organisation(b"1+a@users.noreply.github.com"), organisation(b"a@laptop.local")
    ('', '')
    """
    domain = mail.decode("utf-8", "replace").rpartition("@")[2].strip(" .").casefold()
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1] in LOCAL or "noreply" in labels or domain in FREE:
        return UNKNOWN
    registered = ".".join(labels[-3:] if ".".join(labels[-2:]) in SHARED else labels[-2:])
    return UNKNOWN if registered in FREE else registered
