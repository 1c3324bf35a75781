"""What a commons must have before it is published (01 § 3.4): pure, told by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SHORTEST: Final = 150  # grapheme clusters of a description


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a commons that wants to be published."""

    name: str
    addresses: Sequence[str]
    open: Sequence[str]  # of its resources: yes, no, unknown
    texts: Sequence[int]  # lengths of its descriptions, in grapheme clusters
    themes: int
    repositories: int
    contacts: int
    evidence: int
    unanswered: int  # look-alikes nobody has spoken about


def missing(known: Known) -> list[str]:
    """Codes of what is missing, in the order of the form; empty: it may be published.

    >>> missing(Known("A", ["https://a.example"], ["yes"], [150], 1, 1, 0, 1, 0))
    []
    """
    found = {
        "name": bool(known.name.strip()),
        "address": any(known.addresses),
        "open_licence": "yes" in known.open and "no" not in known.open,
        "description": max(known.texts, default=0) >= SHORTEST,
        "theme": known.themes > 0,
        "contact": known.repositories > 0 or known.contacts > 0,
        "evidence": known.evidence > 0,
        "duplicates": known.unanswered == 0,
    }
    return [code for code, there in found.items() if not there]
