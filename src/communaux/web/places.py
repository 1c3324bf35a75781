"""Pages of places where a human helps: the nearest of a commune, the list, the chain that gives equipment a second life."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communaux.territory.formats.refurbishers import TEMPLATE
from communaux.territory.models import Place, Territory
from communaux.territory.queries import around, places, resolving
from communaux.web import pager
from communaux.web.territory import OFFERED, placed

PER_PAGE = 20
COMMUNE = Territory.Kind.COMMUNE.value


@require_safe
def human_help(request: HttpRequest) -> HttpResponse:
    """The three nearest places of a commune: `commune` is its INSEE code, `q` whatever somebody typed."""
    code, typed = (request.GET.get(name, "").strip() for name in ("commune", "q"))
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        offered = placed(resolving.suggest(typed, kind=COMMUNE, limit=OFFERED))
        return render(request, "territory/territories.html#options", {"offered": offered})
    found = _asked(code, typed)
    if found.territory and found.territory.code != code:
        return redirect(f"{reverse('human_help')}?commune={found.territory.code}")
    context = {"typed": typed or code, **(_near(found.territory) if found.territory else _others(found, typed or code))}
    return render(request, "territory/human_help.html", context)


def _asked(code: str, typed: str) -> resolving.Resolution:
    """A code in the address means one commune, even where it is a postal code of others; what is typed is never guessed."""
    found = resolving.by_code(code[: resolving.LONGEST], kind=COMMUNE) if code else resolving.NOTHING
    if found.candidates or not (typed or code):
        return found
    return resolving.resolve(typed or code, kind=COMMUNE)


def _near(commune: Territory) -> dict[str, Any]:
    near = places.nearest(commune)
    (chosen,) = placed([commune])
    return {"commune": chosen, "nearest": near, "loaded": near is not None or places.any_shown()}


def _others(found: resolving.Resolution, typed: str) -> dict[str, Any]:
    """The communes to choose between, and whether any place is loaded at all."""
    others = found.candidates or (resolving.suggest(typed, kind=COMMUNE, limit=OFFERED) if typed else ())
    return {"several": bool(found.candidates), "others": placed(others), "loaded": places.any_shown()}


@require_safe
def places_list(request: HttpRequest) -> HttpResponse:
    """Every place, by service and by territory."""
    where, service = territory_asked(request), request.GET.get("service", "")
    service = service if service in Place.Service.values else ""
    paginator, asked = Paginator(places.listed(where, service), PER_PAGE), pager.asked(request)
    page = paginator.get_page(asked)
    context = {
        "page_of": page,
        "beyond": asked > paginator.num_pages,
        "total": paginator.count,
        "where": where,
        "service": service,
        "services": {} if service else places.by_service(where),
        "territories": places.by_territory(where, service),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "territory/places.html", context)


def territory_asked(request: HttpRequest) -> Territory | None:
    """`?territoire=kind:code`; raise NotFound for one that is none, for a list of all France would be no answer."""
    given = request.GET.get("territoire", "")
    kind, _colon, code = given.partition(":")
    return around.get(kind[:20], code[:20]) if given else None


@require_safe
def chains(request: HttpRequest) -> HttpResponse:
    """That of the whole country; each territory leads to its own."""
    found = around.country()
    return redirect("chain", found.kind, found.code) if found else redirect("territories")


@require_safe
def chain(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Who collects, sorts, refurbishes and gives out equipment in a territory; an empty step is a gap, unknown without a list."""
    found = around.get(kind[:20], code[:20])
    context = {"territory": found, "steps": places.chain(found), "loaded": places.chain_loaded()}
    return render(request, "territory/chain.html", context)


@require_safe
def refurbishers_template(request: HttpRequest) -> HttpResponse:
    """The first line of the list of refurbishers, for a spreadsheet."""
    headers = {"Content-Disposition": 'attachment; filename="reconditionneurs.csv"'}
    return HttpResponse(f"\ufeff{TEMPLATE}", content_type="text/csv; charset=utf-8", headers=headers)
