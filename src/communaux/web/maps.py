"""The national view: a square for each département, the same as a table and as CSV, and the way to a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.catalogue.formats import csv_writer
from communaux.catalogue.models import Theme
from communaux.core.errors import NotFound
from communaux.territory import tiles
from communaux.territory.models import Territory, TerritoryStat
from communaux.territory.queries import around
from communaux.web import feeds, pager
from communaux.web.labels.territory import ON_MAP
from communaux.web.unchanged import while_unchanged

Measure = TerritoryStat.Measure
# Part of the address → what is counted
MEASURES: Final = {
    "communs": Measure.COMMONS_DEPLOYED,
    "organismes": Measure.ACTORS,
    "lieux": Measure.PLACES,
    "ambassadeurs": Measure.AMBASSADORS,
    "besoins": Measure.NEEDS_OPEN,
    "besoins-repondus": Measure.NEEDS_ANSWERED,
}
FIRST: Final = "communs"
ALL: Final = "tous"  # themes
PER_PAGE = 20
NAMED = 3  # bodies over several départements told beside the squares; the table tells all
COLUMNS: Final = ("code", "name", "measure", "theme", "n", "class", "counted_at")


@dataclass(frozen=True, slots=True)
class View:
    """What one address shows."""

    measure: str  # part of the address
    theme: str  # key, empty for all
    grid: tiles.Grid

    @property
    def theme_part(self) -> str:
        return self.theme or ALL

    @property
    def code(self) -> str:
        return MEASURES[self.measure].value


def view(measure: str, theme: str) -> View:
    """Raise NotFound for a measure or a theme that there is not."""
    if measure not in MEASURES:
        raise NotFound("unknown_measure", _("Nothing of this name is counted."))
    key = "" if theme == ALL else theme
    if key and not Theme.objects.filter(key=key).exists():
        raise NotFound("unknown_theme", _("No theme has this key."))
    return View(measure, key, tiles.grid(MEASURES[measure], key))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the form asks for; what is unknown falls back to the first map that has something to show."""
    measure, theme = request.GET.get("mesure", ""), request.GET.get("theme", "")
    known = Theme.objects.filter(key=theme[:40]).exists()
    return redirect("map", measure if measure in MEASURES else _counted(), theme if known else ALL)


def _counted() -> str:
    """The first measure of which something is known in France, else the first of all."""
    rows = TerritoryStat.objects.filter(territory__kind="pays", theme="", n__gt=0)
    known = set(rows.values_list("measure", flat=True))
    return next((part for part, code in MEASURES.items() if code in known), FIRST)


@require_safe
@while_unchanged
def squares(request: HttpRequest, measure: str, theme: str) -> HttpResponse:
    shown = view(measure, theme)
    context = about(shown) | {
        "measures": [(part, ON_MAP[code]) for part, code in MEASURES.items()],
        "themes": themes(shown),
        "across": shown.grid.across[:NAMED],
        "more": len(shown.grid.across[NAMED:]),
        **elsewhere(shown),
    }
    return render(request, "territory/map.html", context)


def about(shown: View) -> dict[str, Any]:
    theme = Theme.objects.filter(key=shown.theme).first()
    return {"shown": shown, "grid": shown.grid, "theme": theme, "title": ON_MAP[shown.code], "all": ALL}


def themes(shown: View) -> list[Theme]:
    """Those that something was counted of, and the one that is shown."""
    counted = TerritoryStat.objects.filter(measure=shown.code, n__gt=0, territory__kind="pays").exclude(theme="")
    return list(Theme.objects.filter(key__in=[shown.theme, *counted.values_list("theme", flat=True)]).order_by("key"))


def elsewhere(shown: View) -> dict[str, Any]:
    """Addresses of the feed and of uMap, where there is a feed; how many of its lines have no position."""
    if shown.measure not in feeds.FEEDS:
        return {}
    return {
        "umap": feeds.in_umap(shown.measure, shown.theme),
        "geojson": feeds.address(shown.measure, "geojson", shown.theme),
        "csv": feeds.address(shown.measure, "csv", shown.theme),
        "unplaced": feeds.unplaced(shown.measure, shown.theme),
        "placeless": not Territory.objects.filter(lat__isnull=False).exists(),
    }


@require_safe
def table(request: HttpRequest, measure: str, theme: str) -> HttpResponse:
    """By name, twenty a page, then what stands in no square."""
    shown = view(measure, theme)
    rows = sorted(shown.grid.tiles, key=lambda one: one.territory.name_key)
    paginator = Paginator(rows, PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = about(shown) | {"rows": page, **pager.context(page.number, paginator.num_pages)}
    return render(request, "territory/map_table.html", context)


@require_safe
def table_csv(request: HttpRequest, measure: str, theme: str) -> HttpResponse:
    """All squares in the order of their codes; an unknown number is a word, never 0."""
    shown = view(measure, theme)
    counted = shown.grid.counted_at.isoformat(timespec="seconds") if shown.grid.counted_at else ""
    lines = [csv_writer.line(COLUMNS)]
    for one in sorted(shown.grid.tiles, key=lambda one: one.territory.code):
        n, shade = ("unknown", "") if one.n is None else (str(one.n), str(one.shade))
        cells = (one.territory.code, one.territory.name, shown.code, shown.theme, n, shade, counted)
        lines.append(csv_writer.line(cells))
    return feeds.sent(request, "".join(lines).encode(), "text/csv; charset=utf-8; header=present")


@require_safe
def square(request: HttpRequest, measure: str, theme: str, code: str) -> HttpResponse:
    """A square leads to the page of its département; its short address keeps the grid light."""
    return HttpResponsePermanentRedirect(around.get("departement", code).get_absolute_url())
