"""Claims to speak for a commons: those that wait, and those of one sheet."""

from __future__ import annotations

from django.db.models import QuerySet

from communaux.catalogue.models import Claim, Commons
from communaux.catalogue.queries import commons, proposals
from communaux.core.models import Person


def waiting() -> QuerySet[Claim]:
    """What waits for an editor, oldest first."""
    return _with_all(Claim.objects.filter(state=Claim.State.ASKED))


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
