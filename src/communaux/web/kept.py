"""Forms that write: what was typed is kept when the write is refused, and the form says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communaux.core.errors import Refusal


def refused(form: forms.Form, error: Refusal) -> None:
    """Say in the form why the write was refused, beside the field it is about if there is one."""
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, error.message)


def written[R](form: forms.Form, write: Callable[[], R]) -> R | None:
    """What a filled-in form wrote; None when it is empty, wrong or refused, which it then says."""
    if not form.is_valid():
        return None
    try:
        return write()
    except Refusal as error:
        refused(form, error)
        return None


def meanwhile(form: forms.Form, now: forms.Form) -> dict[str, Any]:
    """Where somebody else changed what a form is about: `other`, each field in which `now`, the form of what stands, says something
    else; and the form that comes back is about what stands, so that it can be sent."""
    if not form.is_bound or form.data.get("seen") == now.initial["seen"]:
        return {}
    sent = {name: str(value).replace("\r\n", "\n") for name, value in form.data.items()}
    other = [
        (one.label, _words(one, said)) for one in now.visible_fields() if (said := _sent(one)) != sent.get(one.name, "")
    ]
    form.data = dict(form.data.items()) | {"seen": now.initial["seen"]}
    return {"other": other}


def _sent(field: forms.BoundField) -> str:
    """What a browser would send of it as it stands."""
    value = field.value()
    if isinstance(field.field, forms.ChoiceField):
        return str(value or "")
    return str(field.field.widget.format_value(value) or "")


def _words(field: forms.BoundField, said: str) -> str:
    """Of a choice, what its reader sees."""
    if isinstance(field.field, forms.ChoiceField):
        choices: Any = field.field.choices
        return next((str(label) for code, label in choices if code == said), said)
    return said


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page around `context["form"]`: 422 when what was sent has to be corrected."""
    return render(request, template, context, status=422 if context["form"].errors else 200)
