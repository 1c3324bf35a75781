"""The clock of road maps and commitments: invitations to give news, each once, and silence told after twelve months (07 § 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal, outbox, signed_links
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person, SignedLink
from communaux.gatherings import life
from communaux.gatherings.letters import INVITATION, PURPOSE
from communaux.gatherings.models import Commitment, Edition, Reminder, Roadmap
from communaux.gatherings.queries.roadmaps import with_news
from communaux.gatherings.queries.withheld import ROADMAPS
from communaux.gatherings.services.carrying import Asked, asked_by

LAST_DUE: Final = Max("reminders__due_on", filter=~Q(reminders__kind=Reminder.Kind.AGAIN))


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
    carried = with_news().filter(asked_of, ROADMAPS, fictive=False).select_related("contact__mail_channel")
    carried = carried.annotate(last_due=LAST_DUE)
    invited, unreached = _promises(day)
    silent = 0
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
    asked, day = asked_by(link, held=True), timezone.localdate(at)
    if asked.contact_id != link.to_id or link.revoked_at or not outbox.reaches(link.to):
        raise Conflict("not_asked_any_more", _("The desk no longer asks the person this link was sent to."))
    if asked.reminders.filter(kind=Reminder.Kind.AGAIN, due_on=day).exists():
        raise Conflict("asked_today", _("A new link left today already: look in your mail."))
    return _invite([(asked, Reminder.Kind.AGAIN, day)], at)[0]


def _next_edition(day: date) -> date | None:
    """The next national meeting whose day is known."""
    known = Edition.objects.filter(kind=Edition.Kind.NATIONAL, precision="day", fictive=False, withheld_reason="")
    known = known.filter(starts_on__gte=day)
    return known.order_by("starts_on").values_list("starts_on", flat=True).first()


def _promises(day: date) -> tuple[list[tuple[Asked, str, date]], int]:
    """Commitments whose body is due to be asked, and how many of them nobody can be asked about."""
    rows = Commitment.objects.filter(
        state="open", contact__isnull=False, edition__fictive=False, edition__withheld_reason=""
    )
    rows = rows.select_related("edition", "contact__mail_channel").annotate(last_due=LAST_DUE)
    invited, unreached = list[tuple[Asked, str, date]](), 0
    for one in list(rows.order_by("pk")):
        due = life.promised(one.due_on, one.since, day)
        if due and not (one.last_due and one.last_due >= due[1]):
            if one.contact and outbox.reaches(one.contact):
                invited.append((one, *due))
            else:
                unreached += 1
    return invited, unreached


def _invite(asked: Sequence[tuple[Asked, str, date]], at: datetime) -> list[Reminder]:
    """A link, a row and a letter for each."""
    people: dict[str, dict[str, Person]] = {}
    for one, _kind, _day in asked:
        if one.contact:
            people.setdefault(journal.subject_of(one)[0], {})[str(one.pk)] = one.contact
    links = {
        (kind, link.subject_id): link
        for kind, those in people.items()
        for link in signed_links.give_all(PURPOSE, kind, those, at)
    }
    made = []
    for one, kind, day in asked:
        subject = journal.subject_of(one)
        made.append(Reminder(kind=kind, due_on=day, sent_at=at, link=links[subject], **{subject[0]: one}))
    Reminder.objects.bulk_create(made, batch_size=500)
    outbox.put(outbox.letter(one.link.to_id, INVITATION, one.pk, at) for one in made if one.link)
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
