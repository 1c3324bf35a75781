"""Forms at the address of a commons: who fills one is signed in; a merged commons answers at its new address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.commons import by_slug
from communaux.core.errors import Conflict


def acting_on(view: Callable[[HttpRequest, Commons], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a form the commons at its address. What was typed for one that was merged meanwhile is not written elsewhere."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        found = by_slug(slug)
        kept = found.merged_into or found
        if kept.slug == slug:
            return view(request, found)
        if request.method == "POST":
            told = _("This commons has moved to %(name)s meanwhile. Nothing was changed.") % {"name": kept.name}
            raise Conflict("moved", told)
        assert request.resolver_match
        address = reverse(request.resolver_match.view_name, args=[kept.slug])
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

    return login_required(answer)
