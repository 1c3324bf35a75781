"""Pages to find: home, search, list, sheet, history, sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.catalogue import importing
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.queries.as_json import commons_document
from communaux.catalogue.tasks import import_source as import_task
from communaux.core import queries as core_queries
from communaux.core import tasks
from communaux.core.actions import allow
from communaux.core.errors import NotFound
from communaux.engines.search.model import Lang
from communaux.web import pager, reasons, results
from communaux.web.accounts import signed_in
from communaux.web.plots import plots

TRIES = {
    "fr": ("logiciel pour gérer la cantine de l’école", "alternative à Trello", "SIG", "signalement de nids de poule"),
    "en": ("book the village hall", "alternative to Trello", "carbon footprint of a town", "street view pictures"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "tries": TRIES[get_language() or "fr"],
        "plots": plots(commons_queries.themes_with_counts()),
        "figures": commons_queries.figures(),
        "ends": commons_queries.latest_ends(),
    }
    return render(request, "home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[: results.LONGEST]
    facets = {name: request.GET.getlist(name) for name in search_queries.FACETS}
    if not text.strip() and not any(facets.values()):
        return _themes(request, text)
    answer = search_queries.search(text, lang=None, facets=facets, page=pager.asked(request), reader=_language())
    if answer.result.intent == "empty":
        return _nothing_asked(request, text, answer)
    context = {"q": text, "answer": answer, **_shown(request, text, answer), **_why_not(request, text, answer)}
    return render(request, "catalogue/search.html", context)


def _language() -> Lang:
    return "fr" if get_language() == "fr" else "en"


def _themes(request: HttpRequest, text: str) -> HttpResponse:
    context = {"q": text, "themes": commons_queries.themes_with_counts(), **results.addresses(request, text)}
    return render(request, "catalogue/search_empty.html", context)


def _nothing_asked(request: HttpRequest, text: str, answer: search_queries.Answer) -> HttpResponse:
    """No word that says a need: the list by the filters, else by theme."""
    filters = {name: values[0] for name, values in answer.chosen.items() if name in commons_queries.FILTERS}
    if filters:
        return redirect(f"{reverse('commons_list')}?{urlencode(filters)}")
    return _themes(request, text)


def _shown(request: HttpRequest, text: str, answer: search_queries.Answer) -> dict[str, Any]:
    carried = results.carried(text, answer.chosen)
    return {
        "found": [results.shown(one) for one in answer.found],
        "facets": results.facets(answer, carried),
        "chosen": results.chosen(answer, carried),
        "kept": [(name, value) for name, values in answer.chosen.items() for value in values],
        "plain_url": results.plain(carried),
        "read": text[: results.READ],
        "long": len(text) > results.CARRIED,
        "reach": search_queries.REACH,
        "understood": results.understood(answer.result.concepts),
        "corrected": results.corrected(answer.result.corrections),
        "notices": results.notices(answer.result.notices),
        **results.addresses(request, text, answer),
        **pager.context(answer.page, answer.pages),
    }


def _why_not(request: HttpRequest, text: str, answer: search_queries.Answer) -> dict[str, Any]:
    """Answer to "pourquoi X n'y est pas ?", when it was asked."""
    name = request.GET.get("pourquoi", "").strip()[: results.NAME]
    if not name:
        return {"asked": ""}
    try:
        absence = search_queries.why_not(text, name, lang=None, facets=answer.chosen)
    except NotFound:
        return {"asked": name, "absence": None}
    return {"asked": name, "absence": absence, "absence_told": reasons.absence(absence)}


@require_safe
def commons_list(request: HttpRequest) -> HttpResponse:
    filters = {name: request.GET.get(name, "") for name in commons_queries.FILTERS}
    paginator = Paginator(commons_queries.published(filters), search_queries.PER_PAGE)
    asked = pager.asked(request)
    page = paginator.get_page(asked)
    context = {
        "page_of": page,
        "beyond": asked > paginator.num_pages,
        "total": paginator.count,
        "filters": results.filters_in_force(filters, request.GET),
        "themes": commons_queries.themes_with_counts(),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "catalogue/list.html", context)


def of_commons(view: Callable[[HttpRequest, Commons], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give a page the commons at its address; a merged or renamed one answers at its new address for ever."""

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
    sheet = commons_queries.sheet(found)
    if "application/json" in request.headers.get("Accept", "").split(",")[0]:
        return JsonResponse(commons_document(sheet))
    return render(request, "catalogue/commons.html", {"sheet": sheet, "twins": search_queries.twins_of(found.pk)})


@of_commons
def commons_json(request: HttpRequest, found: Commons) -> HttpResponse:
    return JsonResponse(commons_document(commons_queries.sheet(found)))


@of_commons
def history(request: HttpRequest, found: Commons) -> HttpResponse:
    entries = core_queries.history("commons", str(found.pk))
    return render(request, "catalogue/history.html", {"commons": found, "entries": entries})


@of_commons
def commons_sources(request: HttpRequest, found: Commons) -> HttpResponse:
    return render(request, "catalogue/commons_sources.html", {"sheet": commons_queries.sheet(found)})


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    known = commons_queries.sources_with_counts()
    return render(request, "catalogue/sources.html", {"sources": known})


@require_POST
def import_source(request: HttpRequest, key: str) -> HttpResponse:
    """Queue the import of one source and show how far it is."""
    by = signed_in(request)
    allow("catalogue.import", by)
    card = importing.card(key)
    title = _("Import of %(source)s") % {"source": card["title"]}
    task = tasks.start(by, kind=f"import:{key}", title=title, work=import_task, key=key, at=timezone.now())
    return redirect(reverse("progress", args=[task.pk]))
