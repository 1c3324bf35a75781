"""Stars and places of those who come: without account, by a word that only their browser has, of which the desk keeps the hash."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from communaux.core import ciphers, outbox
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Person
from communaux.engines.programme.diff import Diff
from communaux.gatherings.models import Registration, Session, Star
from communaux.gatherings.place_letters import CHANGE, PLACE, USE
from communaux.gatherings.queries.programmes import KEPT, places


@action("gatherings.star", journaled=False)
def star(by: Person, session: Session, *, holder: str, wanted: bool, at: datetime) -> None:
    """A star is nobody's business but the holder's: it leaves no line."""
    if wanted:
        Star.objects.get_or_create(session=session, holder=holder, defaults={"at": at})
    else:
        Star.objects.filter(session=session, holder=holder).delete()


@action("gatherings.register", journaled=False)
def register(
    by: Person, session: Session, *, holder: str, mail: str = "", lang: str = "fr", at: datetime
) -> Registration:
    """A place, or the next turn in the waiting list; asked twice, the same one. `mail`: where one wants to be told once."""
    kept = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("room").get(pk=session.pk)
    if known := Registration.objects.filter(session=kept, holder=holder).first():
        return known
    total = places(kept)
    if kept.registration != Session.Registration.OPEN or total is None:
        raise NotReady("no_registration", _("Nobody has to register for this session."))
    if kept.state == "cancelled":
        raise Conflict("cancelled", _("This session is cancelled."))
    if kept.starts_at and kept.starts_at <= at:
        raise Conflict("over", _("This session has begun: places are no longer given."))
    promote(kept, at)
    full = kept.registrations.filter(state=Registration.State.CONFIRMED).count() >= total
    state = Registration.State.WAITING if full else Registration.State.CONFIRMED
    sealed = ciphers.closed(USE, mail) if mail else ""
    return Registration.objects.create(session=kept, holder=holder, state=state, at=at, mail=sealed, lang=lang)


@action("gatherings.unregister", journaled=False)
def unregister(by: Person, session: Session, *, holder: str, at: datetime) -> None:
    """Who gives a place back makes room for the first who waits."""
    kept = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("room").get(pk=session.pk)
    Registration.objects.filter(session=kept, holder=holder).delete()
    promote(kept, at)


def promote(session: Session, at: datetime) -> None:
    """Free places go to those who wait, in their turn: after a place is given back, and when there are more of them."""
    if session.state == "cancelled" or (session.starts_at and session.starts_at <= at):
        return
    taken = session.registrations.filter(state=Registration.State.CONFIRMED).count()
    waiting = session.registrations.filter(state=Registration.State.WAITING).order_by("pk")
    for one in waiting[: max(0, (places(session) or 0) - taken)]:
        one.state = Registration.State.CONFIRMED
        one.save(update_fields=["state"])
        if one.mail:
            outbox.put([outbox.letter(None, PLACE, one.pk, at)])


def tell_of_changes(changes: Diff, at: datetime) -> None:
    """Once, at the address they left: to all of a session that does not take place, to who has a place of one at another time."""
    gone = {
        one.guid for one in changes.changes if {"cancelled", "removed", "unplaced"} & set(one.kinds) or not one.after
    }
    moved = {one.guid for one in changes.of("moved")} - gone
    concerned = Q(session__in=gone) | Q(session__in=moved, state=Registration.State.CONFIRMED)
    rows = Registration.objects.filter(concerned).exclude(mail="")
    outbox.put([outbox.letter(None, CHANGE, pk, at) for pk in rows.values_list("pk", flat=True)])


@action("gatherings.forget_stars", journaled=False)
def forget_stars(by: Person, day: date, *, at: datetime) -> int:
    """Take out the stars and places of meetings that are over for ninety days. How many lines went."""
    over = Session.objects.filter(edition__ends_on__lt=day - KEPT)
    over |= Session.objects.filter(edition__ends_on=None, edition__starts_on__lt=day - KEPT)
    gone = 0
    for rows in (Star.objects.filter(session__in=over), Registration.objects.filter(session__in=over)):
        gone += rows.delete()[0]
    return gone
