"""The two-person rule: one prepares an act, another one releases it, or it is refused or runs out of time (11 § 3.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action, allow
from communaux.core.canonical import digest
from communaux.core.duals import KINDS, Payload, barred, benefits_from, is_open, moved
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import DualAct, Hold, Person

TIME_TO_RELEASE: Final = timedelta(days=14)
LONGEST_REASON: Final = 1000


@action("core.prepare_dual_act")
def prepare(by: Person, *, kind: str, subject: tuple[str, str], payload: Payload, at: datetime) -> DualAct:
    """Say what is to be done; nothing is done before another person releases it."""
    made = DualAct(kind=kind, subject_kind=subject[0], subject_id=subject[1], payload=payload, prepared_by=by)
    made.payload_sha256, made.prepared_at, made.expires_at = digest(payload), at, at + TIME_TO_RELEASE
    if not KINDS[kind].prepares(by, made):
        raise NotAllowed("not_allowed", _("You are not allowed to do this."), rule=kind)
    if benefits_from(by, made, timezone.localdate(at)):
        raise NotAllowed(
            "serves_oneself", _("This serves you, or a body that you belong to: others have to prepare it.")
        )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        said = _("This is prepared already: another person has to release it.")
        raise Conflict("already_prepared", said) from twice
    return made


@action("core.release_dual_act")
def release(by: Person, act: DualAct, *, seen: str, at: datetime) -> DualAct:
    """Do what was prepared; `seen`: the hash of what this person read."""
    kept = _open(act, at)
    allow("core.release_dual_act", by, kept)
    if why := barred(by, kept, timezone.localdate(at)):
        raise NotAllowed("not_the_second", why)
    if Hold.objects.standing((kept.subject_kind, kept.subject_id), timezone.localdate(at)).exists():
        raise Conflict("on_hold", _("A hold stands on this: nothing is released before it is lifted."))
    if seen != kept.payload_sha256 or moved(kept) is not None:
        said = _("What would be done has changed since it was prepared: it has to be prepared again. Nothing was done.")
        raise Conflict("payload_changed", said)
    kept.state, kept.released_by, kept.released_at = DualAct.State.RELEASED, by, at
    kept.save(update_fields=["state", "released_by", "released_at"])
    KINDS[kept.kind].do(by, kept, at)
    return kept


@action("core.refuse_dual_act")
def refuse(by: Person, act: DualAct, *, reason: str, at: datetime) -> DualAct:
    """Say no, with the reason; whoever prepared it takes it back the same way."""
    kept, reason = _open(act, at), reason.strip()[:LONGEST_REASON]
    if by.pk != kept.prepared_by_id and benefits_from(by, kept, timezone.localdate(at)):
        raise NotAllowed("not_the_second", barred(by, kept, timezone.localdate(at)))
    if not reason:
        raise NotReady("reason_needed", _("Say why."), missing=["reason"])
    kept.state, kept.refused_by, kept.refused_at, kept.reason = DualAct.State.REFUSED, by, at, reason
    kept.save(update_fields=["state", "refused_by", "refused_at", "reason"])
    KINDS[kept.kind].refused(by, kept, reason, at)
    return kept


@action("core.expire_dual_acts", journaled=False)
def expire(by: Person, *, at: datetime) -> int:
    """Close what nobody released in time; return how many. Twice a day does nothing more."""
    found = list(DualAct.objects.overdue(at).order_by("pk").select_for_update(no_key=True))
    lapse(by, found, at)
    return len(found)


def lapse(by: Person, acts: list[DualAct], at: datetime) -> None:
    """Close acts that will not be released any more: too late, or prepared anew."""
    DualAct.objects.filter(pk__in=[one.pk for one in acts]).update(state=DualAct.State.EXPIRED)
    was, now = {"state": DualAct.State.PREPARED}, {"state": DualAct.State.EXPIRED}
    lines = [journal.Line("core.expire_dual_acts", journal.subject_of(one), was, now) for one in acts]
    journal.append_many(by, at, lines)


def _open(act: DualAct, at: datetime) -> DualAct:
    """The act as it now stands, held until commit: of two who decide at once one comes second."""
    kept = DualAct.objects.select_for_update(no_key=True).get(pk=act.pk)
    if not is_open(kept, at):
        raise Conflict(*_closed(kept))
    return kept


def _closed(kept: DualAct) -> tuple[str, str]:
    if kept.state in {DualAct.State.RELEASED, DualAct.State.REFUSED}:
        return "already_decided", _("Somebody decided this meanwhile. Nothing was changed.")
    return "too_late", _("Nobody released this in time: it has to be prepared again. Nothing was changed.")
