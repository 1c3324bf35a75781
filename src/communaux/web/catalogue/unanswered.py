"""Pages for editors: what people search for and do not find, and what becomes of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communaux.catalogue import services
from communaux.catalogue.queries import needs, searches
from communaux.catalogue.queries import thesaurus as words
from communaux.core.actions import allow
from communaux.core.models import Person
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in

PER_PAGE = 20
reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@account_needed
@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    """Searches without answer, the most asked first, and needs that wait."""
    allow("catalogue.read_searches", signed_in(request))
    paginator, asked = Paginator(searches.unanswered(), PER_PAGE), pager.asked(request)
    page = paginator.get_page(asked)
    context = {
        "page_of": page,
        "beyond": asked > paginator.num_pages,
        "total": paginator.count,
        "needs": searches.open_needs() if page.number == 1 else (),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "catalogue/unanswered.html", context)


@account_needed
@reads_and_writes
def review(request: HttpRequest) -> HttpResponse:
    """One search without answer: what the desk answers today, and what an editor makes of it."""
    by = signed_in(request)
    allow("catalogue.read_searches", by)
    if not request.GET.get("q"):
        return redirect("unanswered")
    found = searches.searched(request.GET["q"][:200], request.GET.get("l", "")[:2])
    if request.method == "POST":
        return _reviewed(request, by, found)
    asked = request.GET.get("fonction", "").strip()[:200]
    concepts = words.holding(asked) if asked else found.near
    return render(request, "catalogue/review_search.html", {"one": found, "asked": asked, "concepts": concepts})


def _reviewed(request: HttpRequest, by: Person, found: searches.Searched) -> HttpResponse:
    outcome = request.POST.get("do", "")
    need = needs.by_slug(request.POST.get("need", "")) if outcome == "need" else None
    services.review_search(by, found.query, found.lang, outcome=outcome, need=need, at=timezone.now())
    if outcome == "commons":
        return redirect(f"{reverse('propose')}?{urlencode({'nom': found.words})}")
    messages.success(request, _("Noted: this search is dealt with."))
    return redirect("unanswered")
