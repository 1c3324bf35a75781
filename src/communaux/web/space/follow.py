"""Follow a commons, a road map or a meeting from its page; follow something no more, from there or from one's own space."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.commons import by_slug
from communaux.catalogue.queries.concerned import family
from communaux.core import journal, subscriptions
from communaux.gatherings.models import Edition, Roadmap
from communaux.gatherings.queries import editions, roadmaps
from communaux.web.accounts import account_needed, signed_in


@require_POST
@account_needed
def follow_commons(request: HttpRequest, slug: str) -> HttpResponse:
    found = by_slug(slug)
    kept = found.merged_into or found
    return _follow(request, kept, family(kept))


@require_POST
@account_needed
def follow_roadmap(request: HttpRequest, roadmap: str) -> HttpResponse:
    return _follow(request, found := roadmaps.get(roadmap), [str(found.pk)])


@require_POST
@account_needed
def follow_gathering(request: HttpRequest, gathering: str) -> HttpResponse:
    return _follow(request, found := editions.get(gathering), [str(found.pk)])


def _follow(request: HttpRequest, found: Commons | Roadmap | Edition, numbers: Iterable[str]) -> HttpResponse:
    """`numbers`: what it goes by, all of which are followed no more at once."""
    by, (kind, pk) = signed_in(request), journal.subject_of(found)
    if request.POST.get("do") == "unfollow":
        for one in numbers:
            subscriptions.unfollow(by, kind=kind, subject_id=one, at=timezone.now())
        messages.success(request, _("You follow it no more."))
    else:
        subscriptions.follow(by, kind=kind, subject_id=pk, at=timezone.now())
        messages.success(request, _("You follow it: what changes here will be told in your space."))
    return redirect(found)


@require_POST
@account_needed
def unfollow(request: HttpRequest) -> HttpResponse:
    """Whatever it is, and even when it is gone."""
    kind, _colon, subject_id = request.POST.get("what", "")[:105].replace("\x00", "").partition(":")
    subscriptions.unfollow(signed_in(request), kind=kind, subject_id=subject_id, at=timezone.now())
    messages.success(request, _("You follow it no more."))
    return redirect("space")
