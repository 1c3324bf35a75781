"""What the catalogue asks of somebody: proposals and claims of what they edit, uses of their organisations to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet

from communaux.catalogue.models import Claim, Commons, Proposal, Reuse
from communaux.catalogue.queries import claims, pairs, proposals, reuses
from communaux.core.models import Person


@dataclass(frozen=True)
class Asked:
    """A person on a day. `themes`: what they edit, None for the whole desk; read once for all questions."""

    person: Person
    day: date

    @cached_property
    def themes(self) -> list[str] | None:
        return pairs.edited(self.person, self.day)

    @property
    def edits(self) -> bool:
        return self.themes is None or bool(self.themes)

    def of_theirs(self) -> Q:
        """Rows whose commons is of a theme this person edits."""
        if self.themes is None:
            return Q()
        return Q(commons__in=Commons.objects.filter(themes__in=self.themes))


def to_read(asked: Asked) -> QuerySet[Proposal]:
    return proposals.waiting().filter(asked.of_theirs()) if asked.edits else Proposal.objects.none()


def to_decide(asked: Asked) -> QuerySet[Claim]:
    """Claims of others."""
    found = claims.waiting().filter(asked.of_theirs()).exclude(person=asked.person)
    return found if asked.edits else Claim.objects.none()


def to_watch(asked: Asked) -> QuerySet[Reuse]:
    """Uses that nobody confirmed for a year, of commons that they edit."""
    found = reuses.stale(asked.of_theirs(), asked.day)
    return found if asked.edits else found.none()


def to_confirm(asked: Asked) -> QuerySet[Reuse]:
    """Uses of their organisations: said by a colleague, or to be said again after a year."""
    bodies = asked.person.memberships.on(asked.day).values("organisation")
    said = Q(state=Reuse.State.DECLARED) & ~Q(declared_by=asked.person)
    found = Reuse.objects.filter(said | Q(state=Reuse.State.STALE), organisation__in=bodies)
    return found.select_related("commons", "organisation").order_by("declared_at", "pk")
