"""{% follows commons as followed %}: whether the person of this page follows it, or what was merged into it."""

from __future__ import annotations

from django import template
from django.template import Context

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.concerned import family
from communaux.core import subscriptions
from communaux.core.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def follows(context: Context, commons: Commons) -> bool:
    person = context["user"]
    return isinstance(person, Person) and subscriptions.follows(person, "commons", family(commons))
