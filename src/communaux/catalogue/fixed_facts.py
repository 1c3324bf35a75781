"""Facts of the community and of the governance that people fixed over what the records tell: part of `Commons.pinned`.

Under the code of the fact ("governance.charter_url") stand its value (empty: withdrawn), the day, and the evidence that
decided it, if a contest did.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from communaux.catalogue.models import Commons, Fact
from communaux.catalogue.own import OWN


def is_fact(code: str) -> bool:
    return code.partition(".")[0] in Fact.Pillar.values


def as_fixed(value: Any, on: date, evidence: str | None = None) -> dict[str, Any]:
    """What is kept of a fact in `Commons.pinned`."""
    return {"value": value, "as_of": on.isoformat(), "evidence": evidence}


def fix_facts(found: Iterable[Commons]) -> None:
    """Put the facts that are fixed in the place of what the records of these commons tell under the same key."""
    commons = list(found)
    Fact.objects.filter(commons__in=commons, record=None, declared_by=OWN).delete()
    fixed = [_fact(one, code, told) for one in commons for code, told in one.pinned.items() if is_fact(code)]
    for fact in fixed:
        Fact.objects.filter(commons=fact.commons, pillar=fact.pillar, key=fact.key).delete()
    Fact.objects.bulk_create(fact for fact in fixed if fact.value)


def _fact(commons: Commons, code: str, told: dict[str, Any]) -> Fact:
    pillar, _dot, key = code.partition(".")
    return Fact(
        commons=commons,
        pillar=pillar,
        key=key,
        value=told["value"],
        declared_by=OWN,
        as_of=date.fromisoformat(told["as_of"]),
        evidence_id=told["evidence"],
    )
