"""Background work of the area: thin, safe to run twice."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from communaux.core.models import Person
from communaux.gatherings.services import collect_signs, forget_answers, forget_names, forget_stars, remind


@task
def ask_for_news() -> None:
    """Once a day: invitations that are due, and silence."""
    remind(Person.objects.desk(), at=timezone.now())


@task
def look_for_signs() -> None:
    """Once a day: what moved in what road maps link."""
    collect_signs(Person.objects.desk(), at=timezone.now())


@task
def forget() -> None:
    """Once a day: stars, places and answers that may say who somebody is, of meetings that are over; names nobody answered for."""
    desk, day, now = Person.objects.desk(), timezone.localdate(), timezone.now()
    forget_stars(desk, day, at=now)
    forget_answers(desk, day, at=now)
    forget_names(desk, at=now)
