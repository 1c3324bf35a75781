"""Claims to speak for a commons: those that wait, and those of one sheet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from communaux.catalogue.models import Claim, Commons
from communaux.catalogue.queries import commons, proposals
from communaux.core.duals import Payload
from communaux.core.models import DualAct, Grant, GrantQuerySet, Person

STEWARD: Final = "steward"  # the kind of act by which two persons give the role


def waiting() -> QuerySet[Claim]:
    """What waits for a first editor, oldest first; what was prepared waits for a second one in its own list."""
    acts = DualAct.objects.filter(kind=STEWARD, state=DualAct.State.PREPARED)
    prepared = acts.annotate(claim=Cast(KT("payload__claim"), BigIntegerField())).filter(claim=OuterRef("pk"))
    return _with_all(Claim.objects.filter(~Exists(prepared), state=Claim.State.ASKED))


def claimable(slug: str, person: Person) -> Commons:
    """The commons at this address: a published one, or a draft that this person may see."""
    unseen = Commons.objects.filter(slug=slug, state__in=(Commons.State.DRAFT, Commons.State.PROPOSED))
    found = proposals.workable(slug, person) if unseen.exists() else commons.by_slug(slug)
    return found.merged_into or found


def of_commons(about: Commons, person: Person) -> QuerySet[Claim]:
    """What this person asked for a commons."""
    return _with_all(Claim.objects.filter(commons=about, person=person))


def _with_all(found: QuerySet[Claim]) -> QuerySet[Claim]:
    return found.select_related("commons", "person").prefetch_related("commons__themes").order_by("asked_at", "pk")


def payload_of(asked: Claim, ends_on: date) -> Payload:
    """What two persons would do for this claim."""
    place = {"role": "steward", "object_type": "commons", "object_id": str(asked.commons_id)}
    return {"claim": asked.pk, "person": str(asked.person_id), "ends_on": ends_on.isoformat()} | place


def act_of(asked: Claim, at: datetime) -> DualAct | None:
    """The grant that somebody prepared for this claim and that waits for a second person."""
    found = DualAct.objects.waiting(at).filter(kind=STEWARD, payload__claim=asked.pk)
    return found.select_related("prepared_by").order_by("-pk").first()


def stewards(commons: Commons, day: date) -> GrantQuerySet:
    """Who takes care of it on the desk, the first one first."""
    held = Grant.objects.on(day).filter(role="steward", object_type="commons", object_id=str(commons.pk))
    return held.select_related("person", "organisation").order_by("starts_on", "pk")
