"""What of the area goes with an account."""

from __future__ import annotations

from communaux.core.models import Person
from communaux.gatherings.models import Contribution


def forget_contributions(person: Person) -> None:
    """Lines that count for no body go; those that do stay as a number of nobody, without words or address."""
    mine = Contribution.objects.filter(person=person)
    mine.exclude(state=Contribution.State.CONFIRMED).delete()
    mine.update(person=None, credit="", evidence_url="")
