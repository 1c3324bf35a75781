"""Who speaks for a commons: asked with a proof, decided by another person, for one year."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from communaux.catalogue.models import Claim, Commons
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Grant, GrantQuerySet, Person

YEAR = timedelta(days=365)


@action("catalogue.claim")
def claim(by: Person, commons: Commons, *, proof: str, locator: str, at: datetime) -> Claim:
    """Ask to speak for a commons; raise Conflict when this person asked already, or does speak for it."""
    Commons.objects.select_for_update(no_key=True).get(pk=commons.pk)
    if Claim.objects.filter(commons=commons, person=by, state=Claim.State.ASKED).exists():
        raise Conflict("already_asked", _("You asked already: an editor will look at it."))
    if _grants(commons, by).on(at.date()).exists():
        raise Conflict("already_steward", _("You speak for this commons already."))
    return Claim.objects.create(commons=commons, person=by, proof=proof, locator=locator, asked_at=at)


@action("catalogue.confirm_claim")
def confirm_claim(by: Person, asked: Claim, *, at: datetime) -> Claim:
    """Give the role for a year; the two persons of this act are the one who asked and the one who looked."""
    held = _open(asked)
    Grant.objects.create(
        person=held.person,
        role="steward",
        object_type="commons",
        object_id=str(held.commons_id),
        starts_on=at.date(),
        ends_on=at.date() + YEAR,
        granted_by=by,
        reason=f"claim {held.pk}",
    )
    return _decided(held, by, Claim.State.CONFIRMED, "", at)


@action("catalogue.refuse_claim")
def refuse_claim(by: Person, asked: Claim, *, reason: str, at: datetime) -> Claim:
    if not reason.strip():
        raise NotReady("reason_needed", _("Say why."), missing=["reason"])
    return _decided(_open(asked), by, Claim.State.REFUSED, reason.strip()[:1000], at)


def _grants(commons: Commons, person: Person) -> GrantQuerySet:
    return Grant.objects.filter(role="steward", object_type="commons", object_id=str(commons.pk), person=person)


def _open(asked: Claim) -> Claim:
    held = Claim.objects.select_for_update(no_key=True).get(pk=asked.pk)
    if held.state != Claim.State.ASKED:
        raise Conflict("already_decided", _("Somebody decided this meanwhile."), state=held.state)
    return held


def _decided(held: Claim, by: Person, state: str, reason: str, at: datetime) -> Claim:
    held.state, held.decided_by, held.decided_at, held.reason = state, by, at, reason
    held.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return held
