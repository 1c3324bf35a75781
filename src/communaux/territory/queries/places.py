"""Places of help: the nearest of a commune, lists by service and territory, and the chain of a second life (Q7 of 03 § 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.core.models import Organisation, Person
from communaux.territory.models import Place, Presence, Territory
from communaux.territory.models.places import PlaceQuerySet
from communaux.territory.queries import around

NEAREST = 3
MOST = 12  # names in one step of the chain
SPLIT = {"": "region", "ue": "region", "pays": "region", "region": "departement"}


@dataclass(frozen=True, slots=True)
class Nearest:
    """Places of the narrowest neighbourhood that has some, and how many it has in all."""

    scope: Territory
    places: Sequence[Place]
    total: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain: who does it here; where nobody does, who does it in what holds this territory."""

    step: str
    places: Sequence[Place]
    more: int
    elsewhere: Nearest | None = None


def known(ids: Collection[str]) -> set[str]:
    """Which of these numbers are places, closed ones too."""
    return {str(pk) for pk in Place.objects.filter(pk__in=ids).values_list("pk", flat=True)}


def get(number: int) -> Place:
    """Any place, withheld and closed ones too; raise NotFound."""
    found = Place.objects.filter(pk=number).select_related("territory", "organisation").first()
    if found is None:
        raise NotFound("unknown_place", _("No place has this number."))
    return found


def declared(organisation: Organisation) -> PlaceQuerySet:
    """What a body says of itself, withdrawn lines last."""
    return organisation.places.select_related("territory").order_by(F("closed_on").desc(nulls_first=True), "name", "pk")


def any_shown() -> bool:
    return Place.objects.shown().exists()


def nearest(territory: Territory, *, limit: int = NEAREST) -> Nearest | None:
    """Places of help inside it or, if there are none, inside its EPCI, then its département (Q7); says which."""
    return _first(territory, lambda scope: _of(scope).helping(), slice(limit))


def offering(territory: Territory, service: str, *, limit: int, start: int = 0) -> Nearest | None:
    """Q7 for any place, or for those of one service."""
    return _first(territory, lambda scope: _of(scope).offering(service), slice(start, start + limit))


def _first(territory: Territory, rows_of: Callable[[Territory], PlaceQuerySet], part: slice) -> Nearest | None:
    for scope in around.scopes(territory):
        rows = rows_of(scope)
        if total := rows.count():
            return Nearest(scope, list(_near(rows, territory)[part]), total)
    return None


def _of(scope: Territory) -> PlaceQuerySet:
    return Place.objects.shown().inside(scope).select_related("territory", "organisation")


def _near(rows: QuerySet[Place], territory: Territory) -> QuerySet[Place]:
    """The nearest to its middle first where positions are known, then those read lately."""
    lately = (F("updated_on").desc(nulls_last=True), F("name").asc(), F("pk").asc())
    if territory.lat is None or territory.lon is None:
        return rows.order_by(*lately)
    north, east = F("lat") - territory.lat, (F("lon") - territory.lon) * cos(radians(territory.lat))
    return rows.alias(far=north * north + east * east).order_by(F("far").asc(nulls_last=True), *lately)


def listed(territory: Territory | None = None, service: str = "") -> PlaceQuerySet:
    """In order of commune and name."""
    rows = Place.objects.shown().offering(service).select_related("territory", "organisation")
    rows = rows.inside(territory) if territory else rows
    return rows.order_by("territory__name_key", "territory__code", "name", "pk")


def files(territory: Territory | None, service: str, source: str) -> PlaceQuerySet:
    """Those that stand in the file of places of help; `source`: of one list alone."""
    rows = listed(territory, service).helping()
    return rows.filter(source=source) if source else rows


def refurbishing(territory: Territory | None, source: str) -> PlaceQuerySet:
    """Those that do a step of the chain."""
    rows = listed(territory).exclude(steps=[])
    return rows.filter(source=source) if source else rows


def by_service(territory: Territory | None) -> dict[str, int]:
    """Service → how many places offer it; those that nobody offers are left out."""
    rows = Place.objects.shown()
    rows = rows.inside(territory) if territory else rows
    names = [one.value for one in Place.Service]
    found = rows.aggregate(**{name: Count("pk", filter=Q(services__icontains=f'"{name}"')) for name in names})
    return {name: n for name, n in found.items() if n}


def by_territory(territory: Territory | None, service: str) -> list[tuple[Territory, int]]:
    """The regions of France, or the départements of a region, with how many places each has."""
    kind = SPLIT.get(territory.kind if territory else "")
    if not kind:
        return []
    rows = Place.objects.shown().offering(service)
    rows = rows.inside(territory) if territory else rows
    counted = rows.filter(territory__above__ancestor__kind=kind).values("territory__above__ancestor")
    counts = dict(counted.annotate(n=Count("pk")).values_list("territory__above__ancestor", "n"))
    return [(one, counts[one.pk]) for one in Territory.objects.filter(pk__in=counts).order_by("name_key")]


def chain_loaded() -> bool:
    """Whether a list told of those who give equipment a second life; what bodies say of themselves is no list."""
    return Place.objects.exclude(source=Place.DECLARED).exclude(steps=[]).exists()


def chain(territory: Territory) -> list[Step]:
    """Every step, the empty ones too: a gap is told as one."""
    scopes = around.scopes(territory)
    return [_step(step.value, scopes) for step in Place.Step]


def _step(step: str, scopes: Sequence[Territory]) -> Step:
    here = _doing(step, scopes[0])
    if here.total or len(scopes) == 1:
        return Step(step, here.places, here.total - len(here.places))
    wider = (_doing(step, scope) for scope in scopes[1:])
    return Step(step, (), 0, next((one for one in wider if one.total), None))


def _doing(step: str, scope: Territory) -> Nearest:
    rows = _of(scope).filter(steps__icontains=f'"{step}"')
    places = list(rows.order_by(F("volumes_per_year").desc(nulls_last=True), "name", "pk")[: MOST + 1])
    total = len(places) if len(places) <= MOST else rows.count()
    return Nearest(scope, places[:MOST], total)


def commune_of(person: Person, day: date) -> Territory | None:
    """The commune of a body that the person speaks for: written in it, or where it has its seat."""
    bodies = list(person.memberships.on(day).values_list("organisation", "organisation__territory_code"))
    if not bodies:
        return None
    seat = Presence.objects.live(day).filter(
        obj_kind="actor", role="seat", obj_id__in=[str(pk) for pk, _code in bodies]
    )
    said = Q(code__in=[code for _pk, code in bodies if code]) | Q(pk__in=seat.values("territory"))
    return Territory.objects.filter(said, kind="commune", valid_to=None).order_by("code").first()
