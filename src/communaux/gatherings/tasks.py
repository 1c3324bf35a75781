"""Background work of the area: thin, safe to run twice."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from communaux.core.models import Person
from communaux.gatherings.services import remind


@task
def ask_for_news() -> None:
    """Once a day: invitations that are due, and silence."""
    remind(Person.objects.desk(), at=timezone.now())
