"""The clock of road maps: invitations to give news, each once, and silence told after twelve months (07 § 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal, outbox, signed_links
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person, SignedLink
from communaux.gatherings import life
from communaux.gatherings.letters import INVITATION, PURPOSE
from communaux.gatherings.models import Edition, Reminder, Roadmap
from communaux.gatherings.queries.roadmaps import with_news


@dataclass(frozen=True, slots=True)
class Round:
    """What one run of the clock did: invitations, road maps that fell silent, those that nobody can be asked about."""

    sent: int
    silent: int
    unreached: int


@action("gatherings.remind", journaled=False)
def remind(by: Person, *, at: datetime, write: bool = True) -> Round:
    """Invite and mark silence; run again on the same day it does nothing. `write=False` only counts."""
    day, following = timezone.localdate(at), _next_edition(timezone.localdate(at))
    asked_of = Q(state__in=life.CARRIED) | Q(state=Roadmap.State.PUBLISHED, contact__isnull=False, carrier=None)
    carried = with_news().filter(asked_of, fictive=False).select_related("contact__mail_channel")
    carried = carried.annotate(last_due=Max("reminders__due_on", filter=~Q(reminders__kind=Reminder.Kind.AGAIN)))
    invited, unreached, silent = list[tuple[Roadmap, str, date]](), 0, 0
    for one in list(carried.order_by("pk")):
        since = one.adopted_at or one.published_at  # without a carrier, its author is asked
        assert since
        asked = life.due(timezone.localdate(since), day, following)
        if asked and not (one.last_due and one.last_due >= asked[1]):
            if one.contact and outbox.reaches(one.contact):
                invited.append((one, *asked))
            else:
                unreached += 1
        if one.state in life.AWAKE and _silent(one, day):
            silent += 1
            if write:
                _sleep(by, one, at)
    if write:
        _invite(invited, at)
    return Round(len(invited), silent, unreached)


@action("gatherings.ask_again", journaled=False)
def ask_again(by: Person, link: SignedLink, *, at: datetime) -> Reminder:
    """A new link to the address on file, once a day, for whoever holds one that expired."""
    roadmap = Roadmap.objects.select_for_update(no_key=True).get(pk=link.subject_id)
    day = timezone.localdate(at)
    if roadmap.contact_id != link.to_id or link.revoked_at or not outbox.reaches(link.to):
        raise Conflict("not_asked_any_more", _("The desk no longer asks the person this link was sent to."))
    if roadmap.reminders.filter(kind=Reminder.Kind.AGAIN, due_on=day).exists():
        raise Conflict("asked_today", _("A new link left today already: look in your mail."))
    return _invite([(roadmap, Reminder.Kind.AGAIN, day)], at)[0]


def _next_edition(day: date) -> date | None:
    """The next national meeting whose day is known."""
    known = Edition.objects.filter(kind=Edition.Kind.NATIONAL, precision="day", fictive=False, starts_on__gte=day)
    return known.order_by("starts_on").values_list("starts_on", flat=True).first()


def _invite(asked: Sequence[tuple[Roadmap, str, date]], at: datetime) -> list[Reminder]:
    """A link, a row and a letter for each."""
    people = {str(one.pk): one.contact for one, _kind, _day in asked if one.contact}
    links = {link.subject_id: link for link in signed_links.give_all(PURPOSE, "roadmap", people, at)}
    made = [
        Reminder(roadmap=one, kind=kind, due_on=day, sent_at=at, link=links[str(one.pk)]) for one, kind, day in asked
    ]
    Reminder.objects.bulk_create(made, batch_size=500)
    outbox.put(outbox.letter(people[str(one.roadmap_id)].pk, INVITATION, one.pk, at) for one in made)
    return made


def _silent(one: Roadmap, day: date) -> bool:
    heard = one.last_heard
    return life.is_silent(
        timezone.localdate(one.adopted_at) if one.adopted_at else None,
        timezone.localdate(heard) if heard else None,
        day,
    )


def _sleep(by: Person, one: Roadmap, at: datetime) -> None:
    """Unless an answer came meanwhile."""
    changed = Roadmap.objects.filter(Q(state="adopted") | Q(state="in_progress"), pk=one.pk, state=one.state)
    if changed.update(state=Roadmap.State.DORMANT):
        told = ({"roadmap_state": one.state}, {"roadmap_state": Roadmap.State.DORMANT})
        journal.append(by, at, journal.Line("gatherings.fell_silent", journal.subject_of(one), *told))
