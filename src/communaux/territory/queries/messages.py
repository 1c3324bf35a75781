"""What was written to an ambassador, for that person alone."""

from __future__ import annotations

from django.db.models import F, QuerySet

from communaux.core.models import Person
from communaux.territory.models import AmbassadorRequest


def received(person: Person) -> QuerySet[AmbassadorRequest]:
    """Those without an answer first, the oldest of them before; then the others, the newest before."""
    waits = F("answered_at").desc(nulls_first=True)
    return AmbassadorRequest.objects.filter(ambassador__person=person).order_by(waits, "sent_at", "pk")


def unanswered(person: Person) -> QuerySet[AmbassadorRequest]:
    """The oldest first; of who is no ambassador any more nothing is asked."""
    mine = AmbassadorRequest.objects.filter(ambassador__person=person, ambassador__until=None, answered_at=None)
    return mine.order_by("sent_at", "pk")
