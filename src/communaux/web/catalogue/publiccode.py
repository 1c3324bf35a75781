"""Take over the publiccode.yml of a commons: have it read, see what it would change, say yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.catalogue import own_file, services
from communaux.catalogue.fixed_facts import is_fact
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import adopting
from communaux.catalogue.tasks import read_publiccode
from communaux.core import tasks
from communaux.core.actions import allow
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.web.accounts import signed_in
from communaux.web.catalogue.acting import acting_on
from communaux.web.labels import FACT


@require_http_methods(["GET", "HEAD", "POST"])
@acting_on
def commons_publiccode(request: HttpRequest, found: Commons) -> HttpResponse:
    by = signed_in(request)
    allow("catalogue.adopt_publiccode", by, found)
    if request.method == "POST":
        return _taken(request, by, found) if request.POST.get("do") == "take" else _asked(by, found)
    return _page(request, found)


def _asked(by: Person, found: Commons) -> HttpResponse:
    """Queue the reading; nothing on the page waits for it."""
    own_file.described(found)
    title = _("Reading of the publiccode.yml of %(name)s") % {"name": found.name}
    task = tasks.start(
        by, kind=f"publiccode:{found.pk}", title=title, work=read_publiccode, commons=str(found.pk), at=timezone.now()
    )
    return redirect("progress", task.pk)


def _taken(request: HttpRequest, by: Person, found: Commons) -> HttpResponse:
    """Only what this person saw is taken over: a file that was read again meanwhile is shown anew."""
    read = own_file.waiting(found)
    if read is None or read.sha256 != request.POST.get("sha256"):
        raise Conflict("read_again", _("The file was read again meanwhile, or too long ago. Nothing was changed."))
    new = services.adopt_publiccode(by, found, read=read, at=timezone.now())
    own_file.forget(found)
    messages.success(request, _("Your publiccode.yml is taken over.") if new else _("Nothing had changed."))
    return redirect(found)


def _page(request: HttpRequest, found: Commons) -> HttpResponse:
    read = own_file.waiting(found)
    context: dict[str, Any] = {
        "commons": found,
        "repository": own_file.first(found),
        "last": adopting.last(found),
        "read": read,
    }
    if read:
        said = own_file.said_of(found, read)
        told = adopting.effect(found, said, timezone.now())
        changes = [one for one in told.changes if _is_shown(one)]
        context |= {"changes": changes, "fixed": told.fixed, "is_new": adopting.is_new(found, said)}
    return render(request, "catalogue/publiccode.html", context)


def _is_shown(change: adopting.Change) -> bool:
    """A fact without a word of ours stands on no sheet."""
    return not is_fact(change.code) or change.field in FACT
