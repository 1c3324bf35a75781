"""{% follows "commons" commons.pk as followed %}: whether the person of this page follows it."""

from __future__ import annotations

from django import template
from django.template import Context

from communaux.core import subscriptions
from communaux.core.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def follows(context: Context, kind: str, subject_id: object) -> bool:
    person = context["user"]
    return isinstance(person, Person) and subscriptions.follows(person, kind, str(subject_id))
