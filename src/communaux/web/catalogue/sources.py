"""The catalogues the desk reads, and asking for one to be read again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.catalogue import importing
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.tasks import import_source as import_task
from communaux.core import tasks
from communaux.core.actions import allow
from communaux.web.accounts import signed_in


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    known = list(commons_queries.sources_with_counts())
    behind, every = sum(one.n_behind for one in known), sum(one.n for one in known)
    context = {"sources": known, "behind": behind, "others": every - behind}
    return render(request, "catalogue/sources.html", context)


@require_POST
def import_source(request: HttpRequest, key: str) -> HttpResponse:
    """Queue the import of one source and show how far it is."""
    by = signed_in(request)
    allow("catalogue.import", by)
    card = importing.card(key)
    title = _("Import of %(source)s") % {"source": card["title"]}
    task = tasks.start(by, kind=f"import:{key}", title=title, work=import_task, key=key, at=timezone.now())
    return redirect(reverse("progress", args=[task.pk]))
