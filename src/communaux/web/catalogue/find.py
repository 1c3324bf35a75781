"""Pages to find: home and search."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import search as search_queries
from communaux.core.errors import NotFound
from communaux.engines.search.model import Lang
from communaux.gatherings.queries import finding
from communaux.web import pager, reasons, results, visits
from communaux.web.catalogue.keeping import choices
from communaux.web.plots import plots
from communaux.web.unchanged import while_unchanged

TRIES = {
    "fr": ("logiciel pour gérer la cantine de l’école", "alternative à Trello", "SIG", "signalement de nids de poule"),
    "en": ("book the village hall", "alternative to Trello", "carbon footprint of a town", "street view pictures"),
}


@require_safe
@while_unchanged
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
    visits.keep_search(request, text, answer)
    beside = finding.found(text) if answer.page == 1 else []
    context = {
        "q": text,
        "answer": answer,
        "beside": beside,
        **_shown(request, text, answer),
        **_why_not(request, text, answer),
    }
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
        "need_url": results.need_address(text, answer),
        "understood": results.understood(answer.result.concepts),
        "corrected": results.corrected(answer.result.corrections),
        "notices": results.notices(answer.result.notices),
        "carried_url": f"?{carried.urlencode()}",
        **choices(request.user),
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
