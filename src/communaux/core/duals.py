"""What an area declares of its acts that take two persons, and who may not be one of the two. No writes: see `dual.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from communaux.core.canonical import digest
from communaux.core.contestable import Ids, Parties, organisations_of
from communaux.core.models import DualAct, Person

type Payload = dict[str, Any]  # what JSON holds: texts, whole numbers, no floats


@dataclass(frozen=True, slots=True)
class Dual:
    """One kind of act, as its area declares it.

    `prepares` and `releases`: whether a person holds the role for it; `awaited`: all who may release on a day; `benefits`:
    whom it serves, who is neither of the two; `now`: the payload as it would be prepared now; `lines`: a payload as names of
    fields and values to be read; `do` makes the effect and `refused` the consequence of a refusal, both in the transaction of
    the decision.
    """

    prepares: Callable[[Person, DualAct], bool]
    releases: Callable[[Person, DualAct], bool]
    awaited: Callable[[DualAct, date], Ids]
    benefits: Callable[[DualAct], Parties]
    now: Callable[[DualAct], Payload]
    lines: Callable[[Payload], list[tuple[str, Any]]]
    do: Callable[[Person, DualAct, datetime], None]
    refused: Callable[[Person, DualAct, str, datetime], None] = lambda by, act, reason, at: None


KINDS: dict[str, Dual] = {}


def declare(kind: str, dual: Dual) -> None:
    KINDS[kind] = dual


def may_release(person: Person, act: DualAct) -> bool:
    """Whether the person holds the role; whether this person may, this time, is `barred`."""
    return KINDS[act.kind].releases(person, act)


def benefits_from(person: Person, act: DualAct, day: date) -> bool:
    """The beneficiary, or somebody who belongs to it."""
    served = KINDS[act.kind].benefits(act)
    return person.pk in served.persons or bool(organisations_of(frozenset({person.pk}), day) & served.organisations)


def barred(person: Person, act: DualAct, day: date) -> str:
    """Why this person is not the second one; empty when nothing speaks against it."""
    if person.pk == act.prepared_by_id:
        return _("You have prepared this: another person has to release it.")
    if benefits_from(person, act, day):
        return _("This serves you, or a body that you belong to: others have to release it.")
    if benefits_from(act.prepared_by, act, day):
        return _("It was prepared by somebody whom it serves: another person has to prepare it.")
    return ""


def awaited(act: DualAct, day: date) -> Ids:
    """Who could release it on that day: holders of the role, but for who prepared it and whom it serves."""
    served = KINDS[act.kind].benefits(act)
    found = KINDS[act.kind].awaited(act, day) - served.persons - {act.prepared_by_id}
    return frozenset(one for one in found if not organisations_of(frozenset({one}), day) & served.organisations)


def is_open(act: DualAct, at: datetime) -> bool:
    return act.state == DualAct.State.PREPARED and at < act.expires_at


def moved(act: DualAct) -> Payload | None:
    """What would be done now, where that is not what was prepared."""
    now = KINDS[act.kind].now(act)
    return now if digest(now) != act.payload_sha256 or digest(act.payload) != act.payload_sha256 else None
