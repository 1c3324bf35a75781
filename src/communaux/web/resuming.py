"""A form sent after the session had ended: what was typed waits until its author has signed in again."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

KEPT = "form_to_resume"
LONGEST = 200_000  # characters of a form; more is no form that a person typed
FORGOTTEN = {"csrfmiddlewaretoken", "credential", "code"}
FILLED: Final = {"new_need", "propose_session"}  # pages that take a kept form back themselves, by `taken_back`
CODED: Final = re.compile(r"[a-z0-9_.:,-]*")  # what a form says to the desk, not what a person wrote


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


def written(fields: list[tuple[str, str]]) -> list[str]:
    """What a person wrote, to read again; names of fields, codes and keys are for the desk alone.

    >>> written([("key", "f8855948-aa"), ("why_onloc", "Trop cher"), ("seen", "onloc"), ("text_md", "")])
    ['Trop cher']
    """
    return [value for _name, value in fields if not CODED.fullmatch(value)]


def taken_back(request: HttpRequest) -> QueryDict | None:
    """The form that was kept for this very address, once."""
    kept = request.session.get(KEPT) if request.method == "GET" else None
    if not kept or kept["action"] != request.get_full_path():
        return None
    del request.session[KEPT]
    given = QueryDict(mutable=True)
    for name, value in kept["fields"]:
        given.appendlist(name, value)
    return given


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """The kept form itself where its page can take it back, else what it held, to send again."""
    kept = request.session.get(KEPT)
    if not kept:
        return redirect("home")
    if not request.user.is_authenticated:
        return redirect("login")
    if _page(kept["action"]) in FILLED:
        return redirect(kept["action"])
    del request.session[KEPT]
    title = _("You are signed in again: send the form once more.")
    return render(request, "csrf.html", {"title": title, "written": written(kept["fields"]), **kept})


def _page(action: str) -> str:
    """Name of the page at this address; empty in another language than that of this page."""
    try:
        return resolve(urlsplit(action).path).url_name or ""
    except Resolver404:
        return ""
