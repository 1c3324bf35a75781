"""Pages of the assessment of a commons: its profile, one measure, its runs, and the button that asks for one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.assessment import over_time, queries, services
from communaux.assessment.models import Run
from communaux.catalogue.models import Commons
from communaux.catalogue.queries.search import PER_PAGE
from communaux.core.errors import Conflict, NotFound
from communaux.web import badges, pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import kept_commons
from communaux.web.catalogue.sheet import of_commons


@of_commons
def profile(request: HttpRequest, found: Commons) -> HttpResponse:
    """Three panels; without a run that was done, what can be done about it."""
    told = queries.profile_of(found)
    template = "assessment/profile.html" if told else "assessment/none.html"
    return render(request, template, {"commons": found, "profile": told} | beside(found, told))


def beside(found: Commons, told: queries.Profile | None) -> dict[str, Any]:
    """What is under way, what failed since, whether it can be asked for and whether it is old."""
    last, at = queries.runs_of(found).first(), timezone.now()
    failed = last if last and last.state == Run.State.FAILED else None
    live = last if last and last.is_live and not queries.is_lost(last, at) else None
    old = told is not None and told.is_old(timezone.localdate())
    return {"last": last, "live": live, "failed": failed, "address": queries.address(found), "old": old}


@of_commons
def measures(request: HttpRequest, found: Commons) -> HttpResponse:
    """All of them in one table, where they come from, and the badge; without a run, what can be done about it."""
    told = queries.profile_of(found)
    if told is None:
        return redirect("assessment", found.slug)
    context = {"commons": found, "profile": told, "badge": badges.beside(found, told)}
    return render(request, "assessment/measures.html", context)


@require_safe
def measure(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = kept_commons(slug)
    if there := moved_measure(found, slug, code):
        return there
    told = queries.profile_of(found)
    one = told.by_code.get(code) if told else None
    if told is None or one is None:
        raise NotFound("unknown_measure", _("Nothing of this name was measured of this commons."))
    context = {"commons": found, "profile": told, "one": one, "conditions": told.conditions_on(code)}
    return render(request, "assessment/measure.html", context | {"earlier": queries.over_time(found, code)})


def moved_measure(found: Commons, slug: str, code: str) -> HttpResponse | None:
    """The address of a merged commons leads to that of what it has become."""
    return None if found.slug == slug else redirect("assessment_measure", found.slug, code, permanent=True)


@of_commons
def history(request: HttpRequest, found: Commons) -> HttpResponse:
    paginator = Paginator(over_time.runs_of(found), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"commons": found, "steps": over_time.steps(list(page)), "total": paginator.count}
    return render(request, "assessment/history.html", context | pager.context(page.number, paginator.num_pages))


@require_POST
@account_needed
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Queue a run and show how far it is; a second click leads to the run of the first."""
    found = kept_commons(slug)
    try:
        run = services.ask_run(signed_in(request), found, at=timezone.now())
    except Conflict as error:
        messages.info(request, error.message)
        run = queries.run_at(error.details["run"])
    return redirect("progress", run.progress_id) if run.progress_id else redirect("assessment", found.slug)
