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
    told = [(one.label, str(now[one.name].value() or "")) for one in form.visible_fields() if one.name in now.fields]
    typed = [sent.get(one.name, "") for one in form.visible_fields() if one.name in now.fields]
    form.data = dict(form.data.items()) | {"seen": now.initial["seen"]}
    return {"other": [pair for pair, mine in zip(told, typed, strict=True) if pair[1] != mine]}


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page around `context["form"]`: 422 when what was sent has to be corrected."""
    return render(request, template, context, status=422 if context["form"].errors else 200)
