"""Naming who speaks for a commons takes two persons besides the one who asks: an editor who finds the proof good, and another
editor or an operator who releases the grant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from communaux.catalogue.models import Claim, Commons
from communaux.catalogue.queries import claims, concerned
from communaux.catalogue.rules import is_editor
from communaux.core import journal, roles
from communaux.core.actions import action
from communaux.core.contestable import Ids
from communaux.core.duals import Dual, Payload, declare
from communaux.core.models import DualAct, Grant, Person
from communaux.core.operators import beneficiary, operators, role_lines
from communaux.core.rules import is_operator


def _commons(act: DualAct) -> Commons | None:
    return Commons.objects.prefetch_related("themes").filter(pk=act.subject_id).first()


def _prepares(person: Person, act: DualAct) -> bool:
    return bool(is_editor(person, _commons(act)))


def _releases(person: Person, act: DualAct) -> bool:
    return bool(is_editor(person, _commons(act)) or is_operator(person))


def _awaited(act: DualAct, day: date) -> Ids:
    editors = concerned.editors([act.subject_id], day).get(act.subject_id, set())
    return frozenset(editors) | operators(day)


def _lines(payload: Payload) -> list[tuple[str, Any]]:
    """Who, for which commons, on which proof."""
    asked = Claim.objects.filter(pk=payload["claim"]).first()
    commons = Commons.objects.filter(pk=payload["object_id"]).first()
    return [*role_lines(payload), *((name, row) for name, row in (("commons", commons), ("claim", asked)) if row)]


def _now(act: DualAct) -> Payload:
    """Nothing, once the claim was decided or its author's account closed."""
    found = Claim.objects.select_related("commons", "person").filter(pk=act.payload["claim"], state=Claim.State.ASKED)
    asked = found.filter(person__is_active=True).first()
    return claims.payload_of(asked, date.fromisoformat(act.payload["ends_on"])) if asked else {}


def _give(by: Person, act: DualAct, at: datetime) -> None:
    asked = Claim.objects.select_for_update(no_key=True).get(pk=act.payload["claim"])
    _confirm(by, asked, ends_on=date.fromisoformat(act.payload["ends_on"]), at=at)


@action("catalogue.confirm_claim")
def _confirm(by: Person, asked: Claim, *, ends_on: date, at: datetime) -> Claim:
    """The role from today, or from the day after the one that is renewed. Only where two persons want it: see `_give`."""
    place = {"role": "steward", "object_type": "commons", "object_id": str(asked.commons_id)}
    held = Grant.objects.on(localdate(at)).filter(**place, person=asked.person_id).order_by("-ends_on").first()
    starts = held.ends_on + timedelta(days=1) if held and held.ends_on else localdate(at)
    roles.give(by, asked.person, **place, starts_on=starts, ends_on=ends_on, reason=f"claim {asked.pk}", at=at)
    return _decided(by, asked, Claim.State.CONFIRMED, "", at)


def _refused(by: Person, act: DualAct, reason: str, at: datetime) -> None:
    """A second person who says no refuses the claim; who takes back what they prepared leaves it open."""
    asked = (
        Claim.objects.select_for_update(no_key=True).filter(pk=act.payload["claim"], state=Claim.State.ASKED).first()
    )
    if asked and by.pk != act.prepared_by_id:
        _decided(by, asked, Claim.State.REFUSED, reason, at)
        was, now = {"state": Claim.State.ASKED}, {"state": Claim.State.REFUSED}
        line = journal.Line("catalogue.refuse_claim", journal.subject_of(asked), was, now, reason=reason)
        journal.append(by, at, line)


def _decided(by: Person, asked: Claim, state: str, reason: str, at: datetime) -> Claim:
    asked.state, asked.decided_by, asked.decided_at, asked.reason = state, by, at, reason
    asked.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return asked


declare(claims.STEWARD, Dual(_prepares, _releases, _awaited, beneficiary, _now, _lines, _give, _refused))
