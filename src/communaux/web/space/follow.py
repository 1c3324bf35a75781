"""Follow a commons from its sheet; follow something no more, from there or from one's own space."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communaux.catalogue.queries.commons import by_slug
from communaux.catalogue.queries.concerned import family
from communaux.core import subscriptions
from communaux.web.accounts import account_needed, signed_in


@require_POST
@account_needed
def follow_commons(request: HttpRequest, slug: str) -> HttpResponse:
    by, found = signed_in(request), by_slug(slug)
    kept = found.merged_into or found
    if request.POST.get("do") == "unfollow":
        for pk in family(kept):
            subscriptions.unfollow(by, kind="commons", subject_id=pk, at=timezone.now())
        messages.success(request, _("You follow it no more."))
    else:
        subscriptions.follow(by, kind="commons", subject_id=str(kept.pk), at=timezone.now())
        messages.success(request, _("You follow it: what changes here will be told in your space."))
    return redirect(kept)


@require_POST
@account_needed
def unfollow(request: HttpRequest) -> HttpResponse:
    """Whatever it is, and even when it is gone."""
    kind, _colon, subject_id = request.POST.get("what", "")[:105].replace("\x00", "").partition(":")
    subscriptions.unfollow(signed_in(request), kind=kind, subject_id=subject_id, at=timezone.now())
    messages.success(request, _("You follow it no more."))
    return redirect("space")
