"""What of the area goes with an account."""

from __future__ import annotations

from communaux.assessment.models import AiNote
from communaux.core.models import Person


def forget_signatures(person: Person) -> None:
    """Notes stay as nobody's: the name that was typed goes."""
    AiNote.objects.filter(by=person).update(signed_by=None)
