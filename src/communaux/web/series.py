"""What happened over time in a repository: four drawings on a page, each with a page of its figures and a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.assessment import over_time
from communaux.assessment.models import Run
from communaux.catalogue.formats import csv_writer
from communaux.catalogue.models import Commons
from communaux.core.errors import NotFound
from communaux.engines.assess import charts as engine
from communaux.web import feeds
from communaux.web.catalogue.reuses import kept_commons
from communaux.web.catalogue.sheet import of_commons

# Part of an address → key of the engine
KEYS: Final = {"activite": "activity", "personnes": "people", "partage": "share", "versions": "releases"}
NAMES: Final = {key: name for name, key in KEYS.items()}


def lang() -> str:
    return "en" if get_language() == "en" else "fr"


@of_commons
def charts(request: HttpRequest, found: Commons) -> HttpResponse:
    run = over_time.last_run(found)
    drawn = [(NAMES[one.key], one) for one in engine.charts(run.series, lang())] if run else []
    return render(request, "assessment/charts.html", {"commons": found, "run": run, "charts": drawn})


@require_safe
def chart(request: HttpRequest, slug: str, serie: str) -> HttpResponse:
    """One drawing with its figures."""
    found = kept_commons(slug)
    if found.slug != slug:
        return redirect("assessment_chart", found.slug, serie, permanent=True)
    run, told = _told(found, serie)
    context = {"commons": found, "run": run, "name": serie, "chart": engine.chart(KEYS[serie], told, lang())}
    return render(request, "assessment/chart.html", context)


@require_safe
def series_csv(request: HttpRequest, slug: str, serie: str) -> HttpResponse:
    """The same figures, whole; the names of columns are those of the JSON."""
    found = kept_commons(slug)
    if found.slug != slug:
        return redirect("assessment_series", found.slug, serie, permanent=True)
    rows = _told(found, serie)[1]["rows"]
    lines = [csv_writer.line(rows[0])] if rows else []
    lines += [csv_writer.line(str(cell) for cell in row.values()) for row in rows]
    return feeds.sent(request, "".join(lines).encode(), "text/csv; charset=utf-8; header=present")


def _told(found: Commons, serie: str) -> tuple[Run, Mapping[str, Any]]:
    """The last run and this series of it; raise NotFound."""
    run, key = over_time.last_run(found), KEYS.get(serie, "")
    if run is None or key not in run.series:
        raise NotFound("unknown_series", _("Nothing of this name was counted over time for this commons."))
    return run, run.series[key]
