"""Pages of territories: choose a place, and read what stands around it and what is present there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from communaux.catalogue.models import Commons
from communaux.catalogue.queries import need_gaps, need_places, present
from communaux.core.organisation_queries import named as organisations
from communaux.territory.models import Presence, Territory
from communaux.territory.queries import ambassadors, around, places, resolving

MOST = 60  # places in a list of places
OFFERED = 10
NEEDS = 10
NARROW, WIDE = frozenset({"commune", "epci", "ept", "quartier"}), frozenset({"pays", "ue"})
HELPERS = 3
INSIDE = {
    "ue": "pays",
    "pays": "region",
    "region": "departement",
    "departement": "epci",
    "epci": "commune",
    "ept": "commune",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A place as lists show it: its name is not enough, twelve communes may bear it."""

    territory: Territory
    departement: Territory | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A commons near a territory: where it is, since when, and who says so."""

    commons: Commons
    presence: Presence
    kind: str = ""


@require_safe
def territories(request: HttpRequest) -> HttpResponse:
    typed = (request.GET.get("q") or request.GET.get("place", "")).strip()
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        offered = placed(resolving.suggest(typed, limit=OFFERED))
        return render(request, "territory/territories.html#options", {"offered": offered})
    found = resolving.resolve(typed) if typed else resolving.NOTHING
    if found.territory:
        return redirect(address(found.territory, typed if found.how == "alias" else ""))
    near = found.candidates or resolving.suggest(typed, limit=OFFERED)
    context = {"typed": typed, "several": bool(found.candidates), "near": placed(near), "regions": around.regions()}
    return render(request, "territory/territories.html", context)


def completed() -> dict[str, str]:
    """Attributes of a field whose list of places fills itself while one types; without script it is plain."""
    return {
        "list": "places",
        "autocomplete": "off",
        "hx-get": reverse("territories"),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "#places",
        "hx-swap": "innerHTML",
    }


def address(territory: Territory, old: str = "") -> str:
    """Of its page; `old`: the code or name that led there, which the page explains."""
    query = f"?{urlencode({'depuis': old[: resolving.LONGEST]})}" if old else ""
    return f"{territory.get_absolute_url()}{query}"


def placed(rows: Sequence[Territory]) -> list[Placed]:
    inside = around.departements(rows) if rows else {}
    return [Placed(row, inside.get(row.pk)) for row in rows]


@require_safe
def territory(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One territory; an old code answers at the new one for ever, one that was split lists its heirs."""
    found, above = around.with_above(kind, code)
    heirs = resolving.NOTHING if found and not found.valid_to else resolving.by_code(code, kind=kind)
    if heirs.territory and (heirs.how == "alias" or found is None):  # else a letter of the code was written small
        return HttpResponsePermanentRedirect(address(heirs.territory, code if heirs.how == "alias" else ""))
    if found is None:
        return unknown(request, code, heirs)
    context = about(found, above, timezone.localdate()) | {
        "heirs": placed(heirs.candidates),
        "old": request.GET.get("depuis", ""),
    }
    return render(request, "territory/territory.html", context)


def unknown(request: HttpRequest, code: str, found: resolving.Resolution) -> HttpResponse:
    """No such code of this kind: the heirs of a split one, else what comes near."""
    near = found.candidates or resolving.by_code(code).candidates or resolving.nearest_codes(code)
    context = {"code": code, "near": placed(near), "several": bool(found.candidates)}
    return render(request, "territory/unknown.html", context, status=404)


def about(found: Territory, held: Sequence[tuple[Territory, int]], day: date) -> dict[str, Any]:
    above = [one for one, _depth in held]
    inside = INSIDE.get(found.kind)
    rows = around.children(found, inside) if inside else Territory.objects.none()
    departement = found.kind == Territory.Kind.DEPARTEMENT
    return {
        "territory": found,
        "crumbs": [one for one in reversed(above) if one.kind in {"region", "departement"}],
        "bodies": [one for one in above if one.kind in {"epci", "ept"}],
        "departement": next((one for one in above if one.kind == "departement"), None),
        "across": around.spread(found) if found.kind == Territory.Kind.EPCI else [],
        "postal": list(found.postal_codes.order_by("code").values_list("code", flat=True)),
        "inside_kind": inside,
        "inside": list(rows[:MOST]),
        "more": max(0, rows.count() - MOST),
        "straddling": list(around.straddling(found)) if departement else [],
        **helped(found),
        "ambassadors": list(ambassadors.covering(found, day)),
        **commons(found, day),
        "actors": actors(found, day),
        **asked(found, above, day),
    }


def asked(found: Territory, above: Sequence[Territory], day: date) -> dict[str, Any]:
    """What is needed here, around, and in what holds it; what no commons present there answers."""
    near = need_places.near(found, above if found.kind in NARROW else (), limit=NEEDS)
    gaps = need_gaps.gaps(found, day) if near.here and found.kind not in WIDE else []
    return {"needs": near.here, "near": near, "gaps": gaps}


def helped(found: Territory) -> dict[str, Any]:
    """What is counted inside, and the first places of help if there are some."""
    counts = around.counts(found)
    return {"counts": counts, "places": list(places.listed(found).helping()[:HELPERS]) if counts.get("places") else []}


def commons(found: Territory, day: date) -> dict[str, list[Shown]]:
    """What runs here, and what neighbours have that does not."""
    here, beside = around.covering(found, day), around.by_neighbours(found, day)
    known, told = present.named([one.obj_id for one in (*here, *beside)]), around.said((*here, *beside))
    covering, near = shown(here, told, known), shown(beside, told, known)
    held = {one.commons.pk for one in covering}
    return {"covering": covering, "neighbours": [one for one in near if one.commons.pk not in held]}


def shown(near: Iterable[around.Near], told: Mapping[int, Presence], known: Mapping[str, Commons]) -> list[Shown]:
    """In order of distance; a commons that is not published is not shown."""
    return [Shown(known[one.obj_id], told[one.presence], one.kind) for one in near if one.obj_id in known]


def actors(found: Territory, day: date) -> list[tuple[Any, Presence]]:
    rows = around.here(found, day).get("actor", [])
    known = organisations([one.obj_id for one in rows])
    return [(known[one.obj_id], one) for one in rows if one.obj_id in known]
