"""What can be taken out of the desk: in which format, under which licence, how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communaux.catalogue import exporting
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import records


@dataclass(frozen=True, slots=True)
class Lot:
    """The records of one licence, and the files made of them."""

    licence: str
    url: str
    share_alike: bool
    records: int
    attributions: tuple[str, ...]
    files: tuple[dict[str, Any], ...]


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    context = {"lots": lots(), "unlicensed": records.unlicensed(), "figures": commons_queries.figures()}
    return render(request, "catalogue/data.html", context)


def lots() -> list[Lot]:
    """One for each licence that has records, the largest first."""
    made = exporting.dumps()
    sources = [one for one in commons_queries.sources_with_counts() if one.licence and one.n]
    return sorted(
        (
            _lot(licence, [one for one in sources if one.licence == licence], made)
            for licence in dict.fromkeys(one.licence for one in sources)
        ),
        key=lambda lot: (-lot.records, lot.licence),
    )


def _lot(licence: str, sources: list[Any], made: list[dict[str, Any]]) -> Lot:
    return Lot(
        licence=licence,
        url=next((one.licence_url for one in sources if one.licence_url), ""),
        share_alike=any(one.share_alike for one in sources),
        records=sum(one.n for one in sources),
        attributions=tuple(dict.fromkeys(one.attribution for one in sources)),
        files=tuple(one for one in made if one["licence"] == licence),
    )
