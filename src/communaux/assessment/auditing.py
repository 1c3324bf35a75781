"""What an audit tells of itself, and the mark by which two people see that they read the same line. Writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from communaux.engines.footprint.rgesn.audit import Audit, Finding


@dataclass(frozen=True, slots=True)
class Head:
    """What an audit tells of itself: who made it, what was looked at, facts of the service, parts of the declaration."""

    auditor: str
    organisation: str
    pages: tuple[str, ...]
    facts: Mapping[str, bool | None]
    blocks: Mapping[str, str]


def mark_of_head(audit: Audit) -> str:
    """The same of what an audit tells of itself."""
    told = (audit.service, audit.auditor, audit.organisation, audit.pages, sorted(audit.blocks.items()))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def mark_of(finding: Finding) -> str:
    """What a line says, in a few letters: two that say the same have the same."""
    return hashlib.sha256(repr(finding).encode()).hexdigest()[:16]
