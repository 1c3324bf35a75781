"""Profiles of up to four commons side by side; one form adds another by its name."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communaux.assessment import comparison
from communaux.catalogue.queries.comparison import COLUMNS, Chosen, chosen
from communaux.data import assess_table
from communaux.engines.assess.profile import AXES
from communaux.web.series import lang
from communaux.web.unchanged import while_unchanged

BETWEEN: Final = ","


@require_safe
@while_unchanged
def compare(request: HttpRequest) -> HttpResponse:
    """Figures made in two ways are not set side by side: 409, with what to do."""
    asked = BETWEEN.join(request.GET.getlist("communs")).split(BETWEEN)
    if added := request.GET.get("ajouter", "").strip():
        return redirect(address([*asked, *added.split(BETWEEN)]))
    found = chosen(asked)
    told = comparison.compared(found.columns)
    context = {"chosen": found, "compared": told, "most": COLUMNS, **words(told), **kept(found)}
    return render(request, "assessment/compare.html", context, status=409 if told.reason else 200)


def address(names: list[str]) -> str:
    """Of the page that compares these; one address for one table."""
    kept = BETWEEN.join(dict.fromkeys(filter(None, (name.strip()[:250] for name in names))))
    return f"{reverse('compare_assessments')}?{urlencode({'communs': kept}, safe=BETWEEN)}"


def words(told: comparison.Comparison) -> dict[str, Any]:
    """Rows by axis, and why there are none."""
    conditions = [(row, next(one for one in row.cells if one)) for row in told.conditions]
    axes = [
        {
            "axis": axis,
            "readings": [one.readings.get(axis, "") if one else "" for one in told.told],
            "rows": [(one, row.cells) for row, one in conditions if one.axis == axis],
        }
        for axis in AXES
    ]
    refused = assess_table("comparing")["refused"]
    why = refused[told.reason][lang()].format(told=told.differs) if told.reason else ""
    return {"axes": axes, "why": why, "enough": len(told.columns) > 1}


def kept(found: Chosen) -> dict[str, str]:
    """What the form sends again beside the name that is added."""
    return {"slugs": BETWEEN.join(one.slug for one in found.columns)}
