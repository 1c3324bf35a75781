"""What stands above and around a territory, and what is present there (Q2, Q3 and the scopes of Q7 of 03 § 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from django.db.models import F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.territory.models import Presence, Territory, TerritoryClosure
from communaux.territory.models.presences import PresenceQuerySet

KINDS = Territory.Kind
NEAR: tuple[str, ...] = (KINDS.EPCI, KINDS.DEPARTEMENT)
NEAREST = 2  # containments up to which a body or a département is a neighbourhood
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Near:
    """An object, how many containments away it is, the oldest presence that says so, and what makes it near."""

    obj_id: str
    depth: int
    presence: int
    kind: str = ""


def get(kind: str, code: str) -> Territory:
    """The territory of a kind and a code, ended or not; raise NotFound."""
    found = Territory.objects.filter(kind=kind, code=code).first()
    if found is None:
        raise NotFound("unknown_territory", _("No territory has this code."), territory=f"{kind}:{code}")
    return found


def country() -> Territory | None:
    """None: no codes are loaded."""
    return Territory.objects.filter(kind=KINDS.COUNTRY).first()


def with_above(kind: str, code: str) -> tuple[Territory | None, list[tuple[Territory, int]]]:
    """The very row of a kind and a code, and its `ancestors`, in one question."""
    rows = TerritoryClosure.objects.filter(descendant__kind=kind, descendant__code=code).select_related("ancestor")
    found = [(row.ancestor, row.depth) for row in rows.order_by("depth", "ancestor__kind", "ancestor__code")]
    if not found:  # no such code, or one made by hand since the last load
        return Territory.objects.filter(kind=kind, code=code).first(), []
    return found[0][0], found[1:]


def ancestors(territory: Territory) -> list[tuple[Territory, int]]:
    """Everything above it with its distance, the nearest first; itself is not told."""
    rows = TerritoryClosure.objects.filter(descendant=territory, depth__gt=0).select_related("ancestor")
    return [(row.ancestor, row.depth) for row in rows.order_by("depth", "ancestor__kind", "ancestor__code")]


def departements(territories: Iterable[Territory]) -> dict[int, Territory]:
    """Number of a territory → the département it is in, for names that several have; none for what is in none or wider."""
    rows = TerritoryClosure.objects.filter(
        descendant__in=[one.pk for one in territories], ancestor__kind=KINDS.DEPARTEMENT, depth__gt=0
    )
    return {row.descendant_id: row.ancestor for row in rows.select_related("ancestor")}


def regions() -> QuerySet[Territory]:
    """In order of name; none on a desk that holds no codes yet."""
    return Territory.objects.filter(kind=KINDS.REGION, valid_to=None).order_by("name_key")


def children(territory: Territory, kind: str) -> QuerySet[Territory]:
    """What lies in it of one kind, in order of name."""
    return Territory.objects.filter(kind=kind, valid_to=None, above__ancestor=territory, above__depth__gt=0).order_by(
        "name_key", "code"
    )


def straddling(departement: Territory) -> QuerySet[Territory]:
    """Bodies that have communes in it and others elsewhere: their objects count in none of their départements."""
    inside = TerritoryClosure.objects.filter(ancestor=departement)
    held = inside.filter(descendant__kind=KINDS.EPCI).values("descendant_id")
    communes = inside.filter(descendant__kind=KINDS.COMMUNE).values("descendant_id")
    bodies = TerritoryClosure.objects.filter(descendant__in=communes, ancestor__kind=KINDS.EPCI).values("ancestor_id")
    return Territory.objects.filter(pk__in=bodies, valid_to=None).exclude(pk__in=held).order_by("name_key", "code")


def spread(body: Territory) -> list[Territory]:
    """The départements that its communes are in, when they are several; in order of name."""
    communes = TerritoryClosure.objects.filter(ancestor=body, descendant__kind=KINDS.COMMUNE).values("descendant_id")
    holders = TerritoryClosure.objects.filter(descendant__in=communes, ancestor__kind=KINDS.DEPARTEMENT)
    found = list(Territory.objects.filter(pk__in=holders.values("ancestor_id")).order_by("name_key"))
    return found if len(found) > 1 else []


def covering(territory: Territory, day: date, *, kind: str = "commons", limit: int = SHOWN) -> list[Near]:
    """Q2: objects present in the territory or in what holds it, the nearest first."""
    of_one = F("obj_id")
    rows = (
        _live(kind, day)
        .filter(territory__below__descendant=territory)
        .annotate(
            depth=Window(Min("territory__below__depth"), partition_by=of_one),
            age=Window(RowNumber(), partition_by=of_one, order_by=["since", "pk"]),
        )
        .filter(age=1)
        .order_by("depth", "obj_id")
    )
    return [Near(*row) for row in rows.values_list("obj_id", "depth", "pk")[:limit]]


def by_neighbours(
    territory: Territory, day: date, *, kind: str = "commons", among: Collection[str] | None = None, limit: int = SHOWN
) -> list[Near]:
    """Q3: objects that others of the same EPCI have, then of the same département; `among` keeps those of a theme."""
    rings: dict[str, tuple[int, int]] = {}
    for ring, near in enumerate(NEAR):
        # Rows of the neighbourhood, put in order here: asked to sort, a planner begins with every presence of the desk.
        rows = _live(kind, day).filter(beside(territory, near)).exclude(territory=territory)
        rows = rows.filter(obj_id__in=among) if among is not None else rows
        for _since, pk, obj_id in sorted(rows.values_list("since", "pk", "obj_id"), key=itemgetter(0, 1)):
            rings.setdefault(obj_id, (ring, pk))
        if len(rings) >= limit:
            break
    found = sorted((ring, obj_id, pk) for obj_id, (ring, pk) in rings.items())
    return [Near(obj_id, ring + 1, pk, NEAR[ring]) for ring, obj_id, pk in found[:limit]]


def said(near: Iterable[Near]) -> dict[int, Presence]:
    """The presences of these by number: since when, where, and who says so."""
    return Presence.objects.select_related("territory").in_bulk([one.presence for one in near])


def beside(territory: Territory, kind: str) -> Q:
    """Presences inside its body or its département, its own among them; more than once where it is in two such.

    Joined: of numbers in a list of numbers PostgreSQL expects a third of the country, and reads every presence.
    """
    held = "territory__above__ancestor"
    near = {
        f"{held}__kind": kind,
        f"{held}__below__descendant": territory,
        f"{held}__below__depth__range": (1, NEAREST),
    }
    return Q(**near)


def _live(kind: str, day: date) -> PresenceQuerySet:
    return Presence.objects.live(day).filter(obj_kind=kind)


def scopes(territory: Territory) -> list[Territory]:
    """Itself, then its EPCI, then its département: how far one looks when there is nothing nearer."""
    above = {one.kind: one for one, _depth in reversed(ancestors(territory))}
    return [territory, *(above[kind] for kind in NEAR if kind in above)]


def here(territory: Territory, day: date, limit: int = SHOWN) -> Mapping[str, list[Presence]]:
    """Kind of object → presences in this very territory, the latest first; at most `limit` of each."""
    latest = [F("since").desc(), F("pk").asc()]
    rank = Window(RowNumber(), partition_by=F("obj_kind"), order_by=latest)
    found = defaultdict[str, list[Presence]](list)
    for one in (
        Presence.objects.live(day).filter(territory=territory).annotate(n=rank).filter(n__lte=limit).order_by("n")
    ):
        found[one.obj_kind].append(one)
    return dict(found)


def counts(territory: Territory) -> dict[str, int]:
    """Measure → how many are inside it, all themes together; what has none, or what nobody counts, is not told."""
    return dict(territory.stats.filter(theme="", n__gt=0).order_by("measure").values_list("measure", "n"))
