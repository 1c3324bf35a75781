"""{% places_near user as near %}: where a human helps, near the body that somebody speaks for; {{ hours|opening }}: in words."""

from __future__ import annotations

from django import template
from django.utils import timezone

from communaux.core.models import Person
from communaux.territory.queries import places
from communaux.web import opening as hours_of

register = template.Library()


@register.filter
def opening(hours: str) -> list[str]:
    return hours_of.lines(hours)


@register.simple_tag
def places_near(user: object) -> places.Nearest | None:
    """Nothing is asked of the database for a visitor."""
    if not isinstance(user, Person):
        return None
    commune = places.commune_of(user, timezone.localdate())
    return places.nearest(commune) if commune else None
