"""The list of commons, and the pages of one: sheet, history, sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from communaux.catalogue.contests import contested
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import reuses as reuse_queries
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.queries.as_json import commons_document
from communaux.core import queries as core_queries
from communaux.web import alternates, pager, results
from communaux.web.unchanged import while_unchanged


@require_safe
@while_unchanged
def commons_list(request: HttpRequest) -> HttpResponse:
    filters, ignored = results.known_filters({name: request.GET.get(name, "") for name in commons_queries.FILTERS})
    paginator = Paginator(commons_queries.published(filters), search_queries.PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {
        "page_of": page,
        "beyond": pager.asked(request) > paginator.num_pages,
        "total": paginator.count,
        "filters": results.filters_in_force(filters, request.GET),
        "ignored": ignored,
        "themes": commons_queries.themes_with_counts(),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "catalogue/list.html", context)


def of_commons(view: Callable[[HttpRequest, Commons], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give a page the commons at its address; a merged or renamed one answers at its new address for ever."""

    @while_unchanged
    @wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        found = commons_queries.by_slug(slug)
        kept = found.merged_into or found
        if kept.slug == slug:
            return view(request, found)
        assert request.resolver_match
        return HttpResponsePermanentRedirect(reverse(request.resolver_match.view_name, args=[kept.slug]))

    return require_safe(answer)


@of_commons
def commons(request: HttpRequest, found: Commons) -> HttpResponse:
    sheet = commons_queries.sheet(found, stewards_on=timezone.localdate())
    if "application/json" in request.headers.get("Accept", "").split(",")[0]:
        return JsonResponse(commons_document(sheet))
    twins, absorbed = search_queries.neighbours(found.pk)
    beside = {"twins": twins, "usage": reuse_queries.usage_of(found.pk)}
    beside |= {"contested": contested(found, absorbed), "now": timezone.now()}
    return render(request, "catalogue/commons.html", {"sheet": sheet, **beside, **alternates.of(sheet)})


@of_commons
def commons_json(request: HttpRequest, found: Commons) -> HttpResponse:
    return JsonResponse(commons_document(commons_queries.sheet(found)))


@of_commons
def history(request: HttpRequest, found: Commons) -> HttpResponse:
    entries = core_queries.history("commons", str(found.pk))
    return render(request, "catalogue/history.html", {"commons": found, "entries": entries})


@of_commons
def commons_sources(request: HttpRequest, found: Commons) -> HttpResponse:
    absorbed = search_queries.neighbours(found.pk)[1]
    context = {"sheet": commons_queries.sheet(found), "contested": contested(found, absorbed), "now": timezone.now()}
    return render(request, "catalogue/commons_sources.html", context)
