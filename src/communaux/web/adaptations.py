"""Pages where somebody adapts a road map for elsewhere, or puts the words of one right."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.actions import allow
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import RoadmapForm, filled
from communaux.gatherings.models import Roadmap
from communaux.gatherings.queries import roadmaps
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.sending import again, refused, sent


@account_needed
@reads_and_writes
def adapt(request: HttpRequest, roadmap: str) -> HttpResponse:
    by, found = signed_in(request), roadmaps.get(roadmap)
    begun = filled(found) | {"key": uuid4()}
    form = RoadmapForm(request.POST or None, initial=begun, parent=found)
    if made := sent(form, lambda: _adapt(by, found, form)):
        messages.success(request, _("Your road map is there, with the one it comes from."))
        return redirect(made)
    context = {"roadmap": found, "form": form, "adapting": True}
    return render(request, "gatherings/words.html", context, status=422 if form.errors else 200)


@account_needed
@reads_and_writes
def edit(request: HttpRequest, roadmap: str) -> HttpResponse:
    by, found = signed_in(request), roadmaps.get(roadmap)
    allow("gatherings.edit", by, found)
    begun = filled(found) | {"base": roadmaps.fingerprint(found), "edition": found.edition and found.edition.slug}
    form, theirs = RoadmapForm(request.POST or None, initial=begun, own=found), None
    if sent(form, lambda: _edit(by, found, form)):
        messages.success(request, _("The words of this road map are changed; what they were stays in the history."))
        return redirect(found)
    if refused(form, "changed_meanwhile"):
        form.data = again(request, roadmaps.fingerprint(found))
        aside = "\n".join([*found.milestones, *found.phase_means])
        theirs = [[found.title, found.summary, found.edition_name], *found.phase_words, ["", aside, ""]]
    context = {"roadmap": found, "form": form, "theirs": theirs}
    return render(request, "gatherings/words.html", context, status=422 if form.errors else 200)


def _adapt(by: Person, found: Roadmap, form: RoadmapForm) -> Roadmap:
    return services.adapt(by, found, key=form.cleaned_data["key"], words=form.words(), at=timezone.now())


def _edit(by: Person, found: Roadmap, form: RoadmapForm) -> Roadmap:
    return services.edit(by, found, base=form.cleaned_data["base"], words=form.words(), at=timezone.now())
