"""A form that was sent: written, or back with what the service refused and what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, QueryDict

from communaux.core.errors import NotAllowed, Refusal


def sent[T](form: Form, act: Callable[[], T], field: str | None = None) -> T | None:
    """What was written; None where nothing was. What the service refused stands in the form, beside `field` if that is named;
    who may not act at all gets the page that says so."""
    if not form.is_valid():  # one that nobody sent is not valid either
        return None
    try:
        return act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(field, ValidationError(refusal.message, code=refusal.code))
        return None


def refused(form: Form, code: str) -> bool:
    """Whether the service refused it by this code."""
    return form.is_bound and any(one.code == code for found in form.errors.as_data().values() for one in found)


def again(request: HttpRequest, base: str) -> QueryDict:
    """What was typed stays; the next sending knows what it replaces."""
    typed = request.POST.copy()
    typed["base"] = base
    return typed
