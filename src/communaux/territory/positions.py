"""Positions of territories from a gazetteer of communes: theirs as given, those above as the mean weighted by population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, FloatField, Sum
from django.db.models.functions import Cast

from communaux.core.rows import rewrite
from communaux.territory.models import Territory, TerritoryClosure

ABOVE = ("epci", "departement")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """How many communes and wider territories have a position now, and the codes that are no commune here."""

    communes: int
    above: int
    unknown: tuple[str, ...]


def fill(places: Mapping[str, tuple[float, float]]) -> Filled:
    """Write them; a wider territory has one when a commune with people in it has one."""
    rows = list(Territory.objects.filter(kind="commune", valid_to=None))
    known = [one for one in rows if one.code in places]
    for one in known:
        one.lat, one.lon = places[one.code]
    rewrite(known, ["lat", "lon"])
    unknown = tuple(sorted(set(places) - {one.code for one in known}))
    return Filled(len(known), _means(), unknown)


def _means() -> int:
    people = Cast(F("descendant__population"), FloatField())
    found = (
        TerritoryClosure.objects.filter(ancestor__kind__in=ABOVE, descendant__kind="commune")
        .filter(descendant__lat__isnull=False, descendant__population__gt=0)
        .values("ancestor_id")
        .annotate(
            lat=Sum(F("descendant__lat") * people) / Sum(people), lon=Sum(F("descendant__lon") * people) / Sum(people)
        )
    )
    means = {one["ancestor_id"]: one for one in found}
    rows = list(Territory.objects.filter(pk__in=means))
    for row in rows:
        row.lat, row.lon = round(means[row.pk]["lat"], 6), round(means[row.pk]["lon"], 6)
    rewrite(rows, ["lat", "lon"])
    return len(rows)
