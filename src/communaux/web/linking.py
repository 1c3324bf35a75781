"""The page where the carrier or the author of a road map says what it leads to."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.actions import allow
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import LinkForm
from communaux.gatherings.models import Roadmap, RoadmapLink
from communaux.gatherings.queries import roadmaps
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.labels import TABLES
from communaux.web.sending import sent


@account_needed
@reads_and_writes
def links(request: HttpRequest, roadmap: str) -> HttpResponse:
    by, found = signed_in(request), roadmaps.get(roadmap)
    allow("gatherings.link_roadmap", by, found)
    away = request.POST.get("away", "")
    if away.isascii() and away.isdecimal() and len(away) <= 18:
        services.unlink_roadmap(by, found, link=int(away), at=timezone.now())
        messages.success(request, _("The link is taken away."))
        return redirect("roadmap_links", found.slug)
    form = LinkForm(request.POST or None, words=TABLES["roadmap_rel"], desk=settings.DESK_URL)
    if sent(form, lambda: _link(by, found, form)):
        messages.success(request, _("The link is there."))
        return redirect("roadmap_links", found.slug)
    context = {"roadmap": found, "links": roadmaps.links(found), "form": form}
    return render(request, "gatherings/links.html", context, status=422 if form.errors else 200)


def _link(by: Person, found: Roadmap, form: LinkForm) -> RoadmapLink:
    told = {"target": form.target(), "rel": form.cleaned_data["rel"]}
    return services.link_roadmap(by, found, **told, at=timezone.now())
