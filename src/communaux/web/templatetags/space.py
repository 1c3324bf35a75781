"""{% follows thing as followed %}: whether the person of this page follows it (a commons: or what was merged into it)."""

from __future__ import annotations

from django import template
from django.db.models import Model
from django.template import Context

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.concerned import family
from communaux.core import journal, subscriptions
from communaux.core.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def follows(context: Context, thing: Model) -> bool:
    person, (kind, pk) = context["user"], journal.subject_of(thing)
    numbers = family(thing) if isinstance(thing, Commons) else [pk]
    return isinstance(person, Person) and subscriptions.follows(person, kind, numbers)
