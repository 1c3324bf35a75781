"""Places as files, in the shape of the lists that the desk reads; each line says which list it is from."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from communaux.territory.formats import places_writer
from communaux.territory.models import Place
from communaux.territory.queries import places
from communaux.web import feeds
from communaux.web.places import territory_asked

MEDIA = "text/csv; charset=utf-8; header=present"


@require_safe
def mediation(request: HttpRequest) -> HttpResponse:
    """`?territoire=kind:code&service=&liste=`: places of help, as the list of places of mediation."""
    service = request.GET.get("service", "")
    rows = places.files(territory_asked(request), service if service in Place.Service.values else "", _list(request))
    return _file(request, places_writer.mednum_list(rows), "lieux-mediation-numerique.csv")


@require_safe
def refurbishers(request: HttpRequest) -> HttpResponse:
    """`?territoire=kind:code&liste=`: who gives equipment a second life, as the list of refurbishers."""
    rows = places.refurbishing(territory_asked(request), _list(request))
    return _file(request, places_writer.refurbisher_list(rows), "reconditionneurs.csv")


def _list(request: HttpRequest) -> str:
    return request.GET.get("liste", "")[:40]


def _file(request: HttpRequest, lines: Iterable[str], name: str) -> HttpResponse:
    answer = feeds.sent(request, f"\ufeff{''.join(lines)}".encode(), MEDIA)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
