"""Naming an operator of the desk takes two of them: the kind of act, and the way to prepare it (11 § 3.7).

The first one is named by a command on the machine: `communaux grants give`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import dual, roles
from communaux.core.audiences import holders
from communaux.core.contestable import Ids, Parties
from communaux.core.duals import Dual, Payload, declare
from communaux.core.errors import Conflict
from communaux.core.models import DualAct, Grant, Person
from communaux.core.rules import is_operator

KIND: Final = "operator"
PLACE: Final = ("instance", "")


def prepare(by: Person, person: Person, *, at: datetime) -> DualAct:
    if person.pk in operators(localdate(at)):
        raise Conflict("already_granted", _("This person is an operator already."))
    return dual.prepare(by, kind=KIND, subject=PLACE, payload=payload_of(person), at=at)


def payload_of(person: Person) -> Payload:
    return {"person": str(person.pk), "role": "operator", "object_type": PLACE[0], "object_id": PLACE[1]}


def operators(day: date) -> Ids:
    return frozenset(holders(("operator",), PLACE[0], [PLACE[1]], day).get(PLACE[1], ()))


def beneficiary(act: DualAct) -> Parties:
    return Parties(frozenset({UUID(act.payload["person"])}))


def role_lines(payload: Payload) -> list[tuple[str, Any]]:
    """Who would get which role, and until when."""
    person = Person.objects.filter(pk=payload["person"]).first() if payload else None
    until = payload.get("ends_on")
    told: dict[str, Any] = {
        "person_id": person,
        "role": payload.get("role"),
        "ends_on": until and date.fromisoformat(until),
    }
    return [(name, value) for name, value in told.items() if value]


def _now(act: DualAct) -> Payload:
    """Nothing, once the account is closed."""
    person = Person.objects.filter(pk=act.payload["person"], is_active=True).first()
    return payload_of(person) if person else {}


def _give(by: Person, act: DualAct, at: datetime) -> None:
    to = Person.objects.get(pk=act.payload["person"])
    reason = f"act {act.pk}"
    held: Grant = roles.give(by, to, role="operator", object_type=PLACE[0], object_id=PLACE[1], reason=reason, at=at)
    roles.tell(by, at, "core.grant", [held])


declare(
    KIND,
    Dual(
        prepares=lambda person, act: bool(is_operator(person)),
        releases=lambda person, act: bool(is_operator(person)),
        awaited=lambda act, day: operators(day),
        benefits=beneficiary,
        now=_now,
        lines=role_lines,
        do=_give,
    ),
)
