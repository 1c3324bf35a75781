"""Days a year that a body promises its people, and the bodies that mentor a commons or another body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.gatherings.models import Mentoring, MentoringEntry, TimePledge


@dataclass(frozen=True, slots=True)
class Promise:
    """So many days a year for each agent or for a team, from a year on, and where the rule can be read."""

    scope: str
    days_per_year: Decimal
    year: int
    rule_url: str
    causes: str = ""


@action("gatherings.pledge_time")
def pledge_time(by: Person, organisation: Organisation, *, key: UUID, promise: Promise, at: datetime) -> TimePledge:
    """One at a time for each scope; the same form sent twice (`key`) promises once."""
    body = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if known := TimePledge.objects.filter(pk=key, organisation=body).first():
        return known
    if not body.active:
        raise Conflict("body_closed", _("This organisation is closed."))
    if body.pledges.filter(scope=promise.scope, ended_on=None).exists():
        raise Conflict("pledged_already", _("This body has such a pledge already: end it first."))
    return TimePledge.objects.create(
        pk=uuid7() if TimePledge.objects.filter(pk=key).exists() else key,
        organisation=body,
        scope=promise.scope,
        days_per_year=promise.days_per_year,
        year=promise.year,
        causes=promise.causes,
        rule_url=promise.rule_url,
        created_at=at,
    )


@action("gatherings.end_pledge")
def end_pledge(by: Person, pledge: TimePledge, *, on: date, at: datetime) -> TimePledge:
    """It holds no more from the next year on; that it was made stays. Ended twice, the first day stands."""
    held = TimePledge.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    kept = held.get(pk=pledge.pk)
    if kept.ended_on is None:
        kept.ended_on = on
        kept.save(update_fields=["ended_on"])
    return kept


@dataclass(frozen=True, slots=True)
class Begun:
    """Whom a body mentors, in what, since when."""

    target: Commons | Organisation
    subject: str
    starts_on: date


@action("gatherings.open_mentoring")
def open_mentoring(by: Person, organisation: Organisation, *, key: UUID, begun: Begun, at: datetime) -> Mentoring:
    """The same form sent twice (`key`) opens one."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # two clicks, one after the other
    if known := Mentoring.objects.filter(pk=key, mentor=organisation).first():
        return known
    if begun.target == organisation:
        raise BadRequest("mentors_itself", _("A body does not mentor itself."))
    return Mentoring.objects.create(
        pk=uuid7() if Mentoring.objects.filter(pk=key).exists() else key,
        mentor=organisation,
        commons=begun.target if isinstance(begun.target, Commons) else None,
        mentored=begun.target if isinstance(begun.target, Organisation) else None,
        subject=begun.subject,
        starts_on=begun.starts_on,
        created_at=at,
    )


@action("gatherings.log_mentoring")
def log_mentoring(by: Person, mentoring: Mentoring, *, on_date: date, text: str, at: datetime) -> Mentoring:
    """What was done on a day; the same words of the same day are told once."""
    held = _open(mentoring)
    if on_date < held.starts_on:
        raise BadRequest("before_it_began", _("This day comes before the mentoring began."))
    MentoringEntry.objects.get_or_create(mentoring=held, on_date=on_date, text=text, defaults={"created_at": at})
    return held


@action("gatherings.close_mentoring")
def close_mentoring(by: Person, mentoring: Mentoring, *, ends_on: date, outcome: str, at: datetime) -> Mentoring:
    """Over, with what came of it; closed twice in the same words, once."""
    held = Mentoring.objects.get(pk=mentoring.pk)
    if (held.ends_on, held.outcome) == (ends_on, outcome):
        return held
    held = _open(mentoring)
    if ends_on < held.starts_on:
        raise BadRequest("before_it_began", _("This day comes before the mentoring began."))
    held.ends_on, held.outcome = ends_on, outcome
    held.save(update_fields=["ends_on", "outcome"])
    return held


def _open(mentoring: Mentoring) -> Mentoring:
    rows = Mentoring.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("mentor", "commons", "mentored").get(pk=mentoring.pk)
    if held.ends_on:
        raise Conflict("mentoring_over", _("This mentoring is over."))
    return held
