"""Pages where somebody adapts a road map for elsewhere, or puts the words of one right."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.actions import allow
from communaux.core.errors import Refusal
from communaux.gatherings import services
from communaux.gatherings.forms import RoadmapForm, filled
from communaux.gatherings.models import Roadmap
from communaux.gatherings.queries import roadmaps
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes


@account_needed
@reads_and_writes
def adapt(request: HttpRequest, roadmap: str) -> HttpResponse:
    by, found = signed_in(request), roadmaps.get(roadmap)
    begun = filled(found) | {"key": uuid4()}
    form = RoadmapForm(request.POST or None, initial=begun, asks_licence=not found.licence)
    if request.method == "POST" and form.is_valid():
        told = {"key": form.cleaned_data["key"], "words": form.words()}
        try:
            made = services.adapt(by, found, **told, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Your road map is there, with the one it comes from."))
            return redirect(made)
    context = {"roadmap": found, "form": form, "adapting": True}
    return render(request, "gatherings/words.html", context, status=422 if form.errors else 200)


@account_needed
@reads_and_writes
def edit(request: HttpRequest, roadmap: str) -> HttpResponse:
    by, found = signed_in(request), roadmaps.get(roadmap)
    allow("gatherings.edit", by, found)
    begun = filled(found) | {"base": roadmaps.fingerprint(found)}
    form, theirs = RoadmapForm(request.POST or None, initial=begun), None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(by, found, base=form.cleaned_data["base"], words=form.words(), at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            theirs = _again(request, form, found) if refusal.code == "changed_meanwhile" else None
        else:
            messages.success(request, _("Its words are changed; what they were stays in the history."))
            return redirect(found)
    context = {"roadmap": found, "form": form, "theirs": theirs}
    return render(request, "gatherings/words.html", context, status=422 if form.errors else 200)


def _again(request: HttpRequest, form: RoadmapForm, found: Roadmap) -> list[list[str]]:
    """What was typed stays; the next sending knows what it replaces. The words of the others, to compare."""
    typed = request.POST.copy()
    typed["base"] = roadmaps.fingerprint(found)
    form.data = typed
    return [[found.title, found.summary, ""], *found.phase_words]
