"""Commitments with what became of them: last answer of a person, silence, the day that passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Max, Min, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.gatherings import life
from communaux.gatherings.models import Commitment, Edition, FollowUp

human = Q(follow_ups__kind=FollowUp.Kind.HUMAN)


def with_news() -> QuerySet[Commitment]:
    """With the first and the last answer of a person."""
    rows = Commitment.objects.annotate(  # type: ignore[no-redef]  # the model declares them, for who reads a row
        first_heard=Min("follow_ups__at", filter=human), last_heard=Max("follow_ups__at", filter=human)
    )
    return rows.select_related("edition", "session__edition", "carrier")


def listed(edition: Edition) -> QuerySet[Commitment]:
    """Those of a meeting, the next day first; those without a day at the end."""
    return with_news().filter(edition=edition).order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")


def with_ledger(edition: Edition) -> QuerySet[Commitment]:
    """The same, each with what was told of it, the oldest first."""
    news = FollowUp.objects.select_related("organisation").order_by("at", "pk")
    return listed(edition).prefetch_related(Prefetch("follow_ups", news))


def get(edition: Edition, number: UUID) -> Commitment:
    found = with_news().filter(edition=edition, pk=number).first()
    if found is None:
        raise NotFound("no_commitment", _("This desk knows no such commitment of this meeting."))
    return found


def told(one: Commitment) -> life.Promise:
    """What a balance needs of it."""
    return life.Promise(
        state=one.state,
        since=one.since,
        due=one.due_on,
        first=timezone.localdate(one.first_heard) if one.first_heard else None,
        last=timezone.localdate(one.last_heard) if one.last_heard else None,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment as a page shows it today. `quiet`: since when nobody told anything, if that is twelve months or more."""

    commitment: Commitment
    late: bool
    quiet: date | None


def standing(one: Commitment, day: date) -> Standing:
    known = told(one)
    silent = one.state == "open" and life.is_silent(known.since, known.last, day)
    late = one.state == "open" and one.due_on is not None and one.due_on < day
    return Standing(one, late, (known.last or known.since) if silent else None)
