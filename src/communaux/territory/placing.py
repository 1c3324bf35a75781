"""Where a listed place is: the commune that its code means, and whether its position can be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import cos, hypot, radians
from statistics import median
from typing import Final

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest, NotReady
from communaux.territory.formats.listed import Listed
from communaux.territory.models import Place, PostalCode, Territory, TerritoryAlias
from communaux.territory.names import name_key

FAR_KM: Final = 20.0
KM_PER_DEGREE: Final = 111.2
type Position = tuple[float, float]  # latitude, longitude


@dataclass(frozen=True, slots=True)
class Ground:
    """Communes by what lists call them, and where places of each are said to be."""

    codes: Mapping[str, int]
    aliases: Mapping[str, tuple[tuple[str, int], ...]]  # other code → kind, commune
    served: Mapping[str, tuple[int, ...]]  # postal code → communes
    names: Mapping[int, str]
    centres: Mapping[int, Position]
    positions: defaultdict[int, list[Position]] = field(default_factory=lambda: defaultdict(list))

    def commune(self, one: Listed) -> tuple[int, str]:
        """Its number, and a note when the code is an old one that was split; raise BadRequest when nothing tells it."""
        if one.code:
            return self._coded(one.code)
        found = [pk for pk in self.served.get(one.postal, ()) if name_key(one.commune) in {"", self.names[pk]}]
        if len(found) != 1:
            told = {"postal": one.postal or "—", "name": one.commune or "—", "n": len(found)}
            message = _("No INSEE code, and %(n)d communes answer to %(postal)s %(name)s.")
            raise BadRequest("no_commune", message % told)
        return found[0], ""

    def _coded(self, code: str) -> tuple[int, str]:
        if code in self.codes:
            return self.codes[code], ""
        others = self.aliases.get(code, ())
        heirs = {pk for _kind, pk in others}
        if len(heirs) == 1:
            return heirs.pop(), ""
        old = {pk for kind, pk in others if kind == TerritoryAlias.Kind.OLD}
        if len(old) == 1:
            return old.pop(), _("%(code)s was split: placed in the commune that has its old code") % {"code": code}
        if heirs:
            raise BadRequest("split_code", _("%(code)s was split between several communes.") % {"code": code})
        raise BadRequest("unknown_code", _("%(code)s is no commune of this desk.") % {"code": code})

    def doubt(self, commune: int, position: Position) -> str:
        """Why the position cannot be right: far from the commune, or from where most of its places are."""
        if commune in self.centres:
            away = kilometres(position, self.centres[commune])
            return _("%(km)d km from its commune") % {"km": away} if away > FAR_KM else ""
        others = self.positions[commune]
        if len(others) < 2:
            return ""
        middle = _other(position, others) if len(others) == 2 else _middle(others)
        away = kilometres(position, middle)
        return _("%(km)d km from other places of its commune") % {"km": away} if away > FAR_KM else ""


def ground(*, but: str) -> Ground:
    """The communes of the desk and the places that other lists have put there; raise NotReady without any commune."""
    communes = list(Territory.objects.filter(kind="commune", valid_to=None))
    if not communes:
        raise NotReady("no_codes", _("The official codes are not loaded yet: type “communaux territory load” first."))
    numbers = {one.pk for one in communes}
    made = Ground(
        codes={one.code: one.pk for one in communes},
        aliases=_aliases(numbers),
        served=_served(numbers),
        names={one.pk: one.name_key for one in communes},
        centres={one.pk: (one.lat, one.lon) for one in communes if one.lat is not None and one.lon is not None},
    )
    there = Place.objects.shown().exclude(source=but)
    for commune, lat, lon in there.values_list("territory", "lat", "lon").iterator(chunk_size=5000):
        if lat is not None and lon is not None:
            made.positions[commune].append((lat, lon))
    return made


def _aliases(numbers: set[int]) -> dict[str, tuple[tuple[str, int], ...]]:
    found = defaultdict[str, list[tuple[str, int]]](list)
    for code, kind, pk in TerritoryAlias.objects.values_list("code", "kind", "territory"):
        if pk in numbers:
            found[code].append((kind, pk))
    return {code: tuple(rows) for code, rows in found.items()}


def _served(numbers: set[int]) -> dict[str, tuple[int, ...]]:
    found = defaultdict[str, list[int]](list)
    for code, pk in PostalCode.objects.values_list("code", "territory"):
        if pk in numbers:
            found[code].append(pk)
    return {code: tuple(rows) for code, rows in found.items()}


def kilometres(one: Position, other: Position) -> float:
    """Near enough below a few hundred kilometres: degrees of longitude are shorter away from the equator."""
    north = one[0] - other[0]
    east = (one[1] - other[1]) * cos(radians((one[0] + other[0]) / 2))
    return KM_PER_DEGREE * hypot(north, east)


def _other(position: Position, two: Iterable[Position]) -> Position:
    """Between two that disagree nobody can tell which is wrong: each is far from the other."""
    return next((one for one in two if one != position), position)


def _middle(positions: Iterable[Position]) -> Position:
    lats, lons = zip(*positions, strict=True)
    return median(lats), median(lons)


def follow(into: Mapping[int, Territory]) -> int:
    """Move places from communes that ended to those that took their place."""
    rows = list(Place.objects.filter(territory__in=into))
    for one in rows:
        one.territory = into[one.territory_id]
    Place.objects.bulk_update(rows, ["territory"], batch_size=500)
    return len(rows)
