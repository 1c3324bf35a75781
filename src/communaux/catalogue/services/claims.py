"""Who speaks for a commons: asked with a proof, found good by an editor, given for one year by another person.

What the second person does stands in `catalogue/stewarding.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.catalogue.models import Claim, Commons
from communaux.catalogue.queries import claims
from communaux.core import dual
from communaux.core.actions import action
from communaux.core.duals import moved
from communaux.core.endings import SOON
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Grant, GrantQuerySet, Person

YEAR, DAY = timedelta(days=365), timedelta(days=1)


@action("catalogue.claim")
def claim(by: Person, commons: Commons, *, proof: str, locator: str, at: datetime) -> Claim:
    """Ask to speak for a commons, or to go on once the role ends soon; raise Conflict when asked or held already."""
    Commons.objects.select_for_update(no_key=True).get(pk=commons.pk)
    if Claim.objects.filter(commons=commons, person=by, state=Claim.State.ASKED).exists():
        raise Conflict("already_asked", _("You asked already: an editor will look at it."))
    if _grants(commons, by).during(localdate(at) + SOON + DAY, None).exists():
        raise Conflict("already_steward", _("You speak for this commons already."))
    return Claim.objects.create(commons=commons, person=by, proof=proof, locator=locator, asked_at=at)


@action("catalogue.accept_claim")
def accept_claim(by: Person, asked: Claim, *, at: datetime) -> Claim:
    """The proof holds: prepare the role for a year; another person has to release it."""
    held = _open(asked)
    if known := claims.act_of(held, at):
        if moved(known) is None:
            raise Conflict("already_prepared", _("This is prepared already: another person has to release it."))
        dual.lapse(by, [known], at)
    payload = claims.payload_of(held, localdate(at) + YEAR)
    dual.prepare(by, kind=claims.STEWARD, subject=("commons", str(held.commons_id)), payload=payload, at=at)
    return held


@action("catalogue.refuse_claim")
def refuse_claim(by: Person, asked: Claim, *, reason: str, at: datetime) -> Claim:
    if not reason.strip():
        raise NotReady("reason_needed", _("Say why."), missing=["reason"])
    held = _open(asked)
    if claims.act_of(held, at):
        raise Conflict("already_prepared", _("Somebody found this proof good: release or refuse that on its own page."))
    held.state, held.decided_by, held.decided_at, held.reason = Claim.State.REFUSED, by, at, reason.strip()[:1000]
    held.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return held


def _grants(commons: Commons, person: Person) -> GrantQuerySet:
    return Grant.objects.filter(role="steward", object_type="commons", object_id=str(commons.pk), person=person)


def _open(asked: Claim) -> Claim:
    held = Claim.objects.select_for_update(no_key=True).get(pk=asked.pk)
    if held.state != Claim.State.ASKED:
        raise Conflict("already_decided", _("Somebody decided this meanwhile."), state=held.state)
    return held
