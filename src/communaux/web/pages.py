"""Service pages: help, glossary, site map, accessibility, personal data, legal notice, status; and files for robots."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from communaux.catalogue.models import Commons
from communaux.catalogue.queries import commons as commons_queries
from communaux.core import heartbeat
from communaux.core.models import Entry
from communaux.web.glossary import WORDS

SITEMAP_SIZE = 50_000


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/help.html")


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/glossary.html", {"words": WORDS})


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/sitemap.html", {"themes": commons_queries.themes_with_counts()})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/legal.html")


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What the desk stands on today: index, journal, sources, background work."""
    seen = heartbeat.last_seen()
    context = {
        "worker_seen": seen,
        "worker_alive": heartbeat.is_alive(seen, timezone.now()),
        "figures": commons_queries.figures(),
        "index": commons_queries.newest_index(),
        "journal_lines": Entry.objects.count(),
    }
    return render(request, "pages/status.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    text = f"User-agent: *\nDisallow: /chercher/\nDisallow: /en/chercher/\nSitemap: {settings.DESK_URL}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All published sheets; an index of parts beyond 50,000 (sitemaps.org)."""
    rows = Commons.objects.filter(state="published").order_by("slug").values_list("slug", "updated_at")
    paginator = Paginator(rows, SITEMAP_SIZE)
    part = request.GET.get("part", "")
    if paginator.num_pages > 1 and not part:
        return render(
            request, "pages/sitemap_index.xml", {"parts": paginator.page_range}, content_type="application/xml"
        )
    listed = paginator.get_page(part or 1).object_list
    return render(request, "pages/sitemap.xml", {"rows": listed}, content_type="application/xml")


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/opensearch.xml", content_type="application/opensearchdescription+xml")
