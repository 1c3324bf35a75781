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


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page around `context["form"]`: 422 when what was sent has to be corrected."""
    return render(request, template, context, status=422 if context["form"].errors else 200)
