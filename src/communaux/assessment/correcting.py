"""Writes: say who is who in a history, decide on it; ask not to be counted, take that back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import rules
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communaux.assessment import desk_key, identities
from communaux.assessment.models import Correction, IdentityKey, Objection, Run
from communaux.assessment.services import ask_run
from communaux.catalogue.models import Commons
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import Person

State = Correction.State
MOVES = {(State.PROPOSED, State.ACTIVE), (State.PROPOSED, State.WITHDRAWN), (State.ACTIVE, State.WITHDRAWN)}


@action("assessment.propose_correction")
def propose_correction(
    by: Person, commons: Commons, *, kind: str, mails: Sequence[str], why: str, at: datetime
) -> Correction:
    """Keep what was said, of addresses that are forgotten at once. Who may decide on it makes it active with the same act."""
    keys = sorted({identities.key(mail) for mail in mails})
    if len(keys) != (2 if kind == Correction.Kind.SAME_PERSON else 1):
        raise BadRequest("same_address", _("These are two spellings of one address: they are one person already."))
    told = {"commons": commons, "kind": kind, "keys": " ".join(keys)}
    if Correction.objects.filter(**told).exclude(state=State.WITHDRAWN).exists():
        raise _said_already()
    made = Correction(**told, why=why, by=by, created_at=at)
    if rules.has_perm("assessment.decide_correction", by, made):
        made.state, made.decided_at = State.ACTIVE, at
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:  # the other of two clicks
        raise _said_already() from error
    _again(made, at)
    return made


def _said_already() -> Conflict:
    return Conflict("said_already", _("This has been said already: it stands in the list below."))


@action("assessment.decide_correction")
def decide_correction(by: Person, correction: Correction, *, to: str, at: datetime) -> Correction:
    """Make it active, or take it back; the commons is read anew, and taking back gives what was before."""
    held = Correction.objects.select_related("commons").select_for_update(of=("self",)).get(pk=correction.pk)
    if (held.state, to) not in MOVES:
        raise Conflict("decided_already", _("Somebody has decided on this meanwhile: look at the list again."))
    was, held.state, held.decided_at = held.state, State(to), at
    held.save(update_fields=["state", "decided_at"])
    if State.ACTIVE in (was, to):
        _again(held, at)
    return held


def _again(said: Correction, at: datetime) -> None:
    """Have a commons that was assessed read anew. One under way takes what was said along, or the next one does."""
    assessed = Run.objects.filter(repository__commons=said.commons, state=Run.State.DONE).exists()
    if assessed and said.state != State.PROPOSED:
        with suppress(Conflict, NotReady):
            ask_run(Person.objects.desk(), said.commons, at=at, because=Run.Reason.IDENTITY)


@action("assessment.object", journaled=False)
def object_to_count(by: Person, mail: str, *, at: datetime) -> None:
    """Count the bearer of this address in no history any more. The row says when; the journal, which is public, says nothing."""
    Objection.objects.get_or_create(key=identities.key(mail), withdrawn_at=None, defaults={"made_at": at})


@action("assessment.take_back_objection", journaled=False)
def take_back_objection(by: Person, mail: str, *, at: datetime) -> bool:
    """Count them again; whether there was anything to take back."""
    return bool(Objection.objects.filter(key=identities.key(mail), withdrawn_at=None).update(withdrawn_at=at))


@action("assessment.take_key")
def take_key(by: Person, *, at: datetime) -> IdentityKey:
    """After the key of the desk was lost: that of this machine takes its place, and what was known under it is not recognised."""
    return desk_key.leave(at)
