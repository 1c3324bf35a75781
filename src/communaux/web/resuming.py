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
    sent = request.POST.urlencode()
    if request.method != "POST" or not request.POST or request.FILES or len(sent) > LONGEST:
        return False
    request.session[KEPT] = {"path": request.get_full_path(), "sent": sent}
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
    sent = QueryDict(kept["sent"])
    title = _("You are signed in again: send the form once more.")
    context = {"fields": typed(sent), "secrets": secrets(sent), "action": kept["path"], "title": title}
    return render(request, "csrf.html", context)
