"""What an audit tells of itself, the mark by which two people see that they read the same line, who is inside. Writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from communaux.assessment.models import ServiceAudit
from communaux.catalogue.contests import stewards
from communaux.core import journal
from communaux.core.contestable import Parties, organisations_of
from communaux.core.models import Entry
from communaux.engines.footprint.rgesn.audit import Audit, Finding

WRITTEN: Final = ("start_audit", "record_finding", "tell_audit", "close_audit")


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


def inside(row: ServiceAudit, day: date) -> Parties:
    """Who speaks for the commons or wrote in this audit, with the bodies of the former: none of them reviews it."""
    held = stewards(row.service.commons, day)
    kind, number = journal.subject_of(row)
    acts = [f"assessment.{one}" for one in WRITTEN]
    wrote = Entry.objects.filter(subject_kind=kind, subject_id=number, act__in=acts).values_list("actor", flat=True)
    return Parties(
        held.persons.union(wrote, {row.by_id} - {None}), held.organisations | organisations_of(held.persons, day)
    )
