"""After an import: relations that records tell of each other, and pairs that may be the same."""

from __future__ import annotations

from django.utils import timezone

from communaux.catalogue.indexing import newest
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.services import propose_pairs, relate
from communaux.core.models import Person


def link(by: Person, ring: Keyring | None = None) -> tuple[int, int]:
    """Store new relations and new proposals; return how many of each."""
    ring, index, at = ring or Keyring(), newest.get(), timezone.now()

    def similarity(a: str, b: str) -> float:
        return (
            index.similarity(a, b) if index and None not in (index.parts.docs.row(a), index.parts.docs.row(b)) else 0.0
        )

    return relate(by, ring=ring, at=at), propose_pairs(by, ring=ring, similarity=similarity, at=at)
