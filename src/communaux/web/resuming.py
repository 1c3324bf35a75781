"""A form sent after the session had ended: what was typed waits until its author has signed in again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

KEPT = "form_to_resume"
LONGEST = 200_000  # characters of a form; more is no form that a person typed
FORGOTTEN = {"csrfmiddlewaretoken", "credential", "code"}


def keep(request: HttpRequest) -> bool:
    """Keep the form of this request in the session, if it is one that can wait."""
    fields = typed(request.POST)
    if request.method != "POST" or not fields or request.FILES or sum(len(value) for _name, value in fields) > LONGEST:
        return False
    request.session[KEPT] = {"action": request.get_full_path(), "fields": fields, "secrets": secrets(request.POST)}
    return True


def typed(given: QueryDict) -> list[tuple[str, str]]:
    """Every field that may be shown again, fields of several values included; passwords and tokens are not."""
    shown = ((name, value) for name, values in given.lists() for value in values)
    return [(name, str(value)) for name, value in shown if name not in FORGOTTEN and "password" not in name]


def secrets(given: QueryDict) -> list[str]:
    """Names of the passwords of a form, to be typed again."""
    return [name for name in given if "password" in name]


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """The kept form, filled, to send again."""
    kept = request.session.get(KEPT)
    if not kept:
        return redirect("home")
    if not request.user.is_authenticated:
        return redirect("login")
    del request.session[KEPT]
    title = _("You are signed in again: send the form once more.")
    return render(request, "csrf.html", {"title": title, **kept})
