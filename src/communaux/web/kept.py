"""Forms that need an account: what was typed is kept, whether the session has ended or the write was refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communaux.core.errors import Refusal
from communaux.core.models import Person
from communaux.web.errors import typed


def with_account[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Ask to sign in first; a form sent after the session has ended is given back, to be sent again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if isinstance(request.user, Person):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return render(request, "signed_out.html", {"fields": typed(request), "status": 403}, status=403)
        return redirect_to_login(request.get_full_path())

    return answer


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
