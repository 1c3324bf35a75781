"""Up to four commons side by side: page and CSV."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communaux.catalogue.queries import comparison as queries
from communaux.web import comparing
from communaux.web.catalogue.keeping import choices
from communaux.web.unchanged import while_unchanged


@require_safe
@while_unchanged
def compare(request: HttpRequest) -> HttpResponse:
    chosen = queries.chosen(request.GET.getlist("c"))
    enough = len(chosen.columns) > 1
    differing = request.GET.get("differences") == "1"
    told = queries.compare(chosen.columns, queries.PAGE_ROWS).told() if enough else {"rows": ()}
    rows = comparing.rows(told, differing=differing)
    context: dict[str, Any] = {
        "chosen": chosen,
        "enough": enough,
        "rows": [row for row in rows if any(row.cells)],
        "unknown": [row.words for row in rows if not any(row.cells)],
        "differing": differing,
        "most": queries.COLUMNS,
        **choices(request.user),
    }
    return render(request, "catalogue/comparison.html", context)


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    """The same table for a spreadsheet; the first four again, a byte order mark so that accents are read."""
    told = queries.compare(queries.chosen(request.GET.getlist("c")).columns, queries.PAGE_ROWS).told()
    headers = {"Content-Disposition": 'attachment; filename="comparaison.csv"'}
    return HttpResponse(f"\ufeff{comparing.as_csv(told)}", content_type="text/csv; charset=utf-8", headers=headers)
