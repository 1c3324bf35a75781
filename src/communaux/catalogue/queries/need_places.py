"""Needs on the map: the heaviest inside a territory, those around it, and what nothing there answers (03 § 3.2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from communaux.catalogue.models import Commons, Need, Theme
from communaux.territory.models import Presence, Territory, TerritoryClosure
from communaux.territory.queries import around

LIVE = (Need.State.OPEN, Need.State.POOLED)
SHOWN = 20
BESIDE = 10
GAPS = 8


def inside(territory: Territory, *, limit: int = SHOWN) -> list[Need]:
    """Q1: needs without an answer in it and in what it holds, the heaviest first, then the oldest."""
    rows = Need.objects.filter(state__in=LIVE, territory__above__ancestor=territory)
    return list(_shown(rows)[:limit])


def beside(territory: Territory, but: Sequence[Need], *, limit: int = BESIDE) -> tuple[Territory | None, list[Need]]:
    """Needs of the neighbours: of its EPCI or, if none has one, of its département; and which of the two it was."""
    for scope in around.scopes(territory)[1:]:
        rows = Need.objects.filter(state__in=LIVE, territory__above__ancestor=scope)
        if found := list(_shown(rows.exclude(pk__in=[one.pk for one in but]))[:limit]):
            return scope, found
    return None, []


def above(territory: Territory, *, limit: int = BESIDE) -> list[Need]:
    """Needs of the territories that hold it: what the région or the country asks for concerns it too."""
    rows = Need.objects.filter(state__in=LIVE, territory__below__descendant=territory, territory__below__depth__gt=0)
    return list(_shown(rows)[:limit])


def _shown(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related("theme", "org", "territory", "pool").order_by("-weight", "pk")


@dataclass(frozen=True, slots=True)
class Gap:
    """A theme whose needs no commons present there answers."""

    theme: Theme
    n: int


def gaps(territory: Territory, day: date, *, limit: int = GAPS) -> list[Gap]:
    """Q6: needs inside it by theme, those alone that no commons of their theme covers where they stand."""
    asked = list(
        Need.objects.filter(state__in=LIVE, territory__above__ancestor=territory)
        .values_list("territory_id", "theme_id")
        .annotate(n=Count("pk"))
    )
    themes = {theme for _place, theme, _n in asked}
    holders, covered = _holders({place for place, _theme, _n in asked}), _covered(territory, themes, day)
    open_: Counter[str] = Counter()
    for place, theme, n in asked:
        if not any((theme, holder) in covered for holder in holders[place]):
            open_[theme] += n
    named = {one.key: one for one in Theme.objects.filter(key__in=open_)}
    found = [Gap(named[key], n) for key, n in open_.items()]
    return sorted(found, key=lambda gap: (-gap.n, gap.theme.key))[:limit]


def _holders(places: set[int]) -> dict[int, list[int]]:
    """Territory → itself and all that holds it."""
    found = defaultdict[int, list[int]](list)
    rows = TerritoryClosure.objects.filter(descendant__in=places).values_list("descendant_id", "ancestor_id")
    for place, holder in rows:
        found[place].append(holder)
    return found


def _covered(territory: Territory, themes: set[str], day: date) -> set[tuple[str, int]]:
    """(theme, territory) in which a published commons of the theme is present, in it, inside it or above it.

    The number of an object is text and that of a commons is not: they are put together here, not in the database.
    """
    if not themes:
        return set()
    through = Commons.themes.through.objects.filter(theme__in=themes, commons__state=Commons.State.PUBLISHED)
    of_theme = defaultdict[str, list[str]](list)
    for commons, theme in through.values_list("commons_id", "theme_id"):
        of_theme[str(commons)].append(theme)
    around_it = Q(territory__above__ancestor=territory) | Q(territory__below__descendant=territory)
    rows = Presence.objects.live(day).filter(around_it, obj_kind="commons").values_list("obj_id", "territory_id")
    return {(theme, place) for obj_id, place in rows.distinct() for theme in of_theme.get(obj_id, ())}


def rings(territory: Territory) -> list[Territory]:
    """How near another need is: same EPCI, same département, same région; the country joins nobody."""
    above = {one.kind: one for one, _depth in reversed(around.ancestors(territory))}
    return [above[kind] for kind in ("epci", "departement", "region") if kind in above]
