"""Ambassadors of a territory: of itself, of what holds it, of what lies in it. No question here reads an address of mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import CharField, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from communaux.territory.models import Ambassador, Presence, Territory
from communaux.territory.models.ambassadors import AmbassadorQuerySet

if TYPE_CHECKING:
    from communaux.territory.models.presences import PresenceQuerySet

NAMED = ("since", "languages", "note", "person__display_name", "person__erased_at")


def live() -> AmbassadorQuerySet:
    """With the number as text, by which presences name them."""
    rows = Ambassador.objects.live().select_related("person").only(*NAMED)
    return rows.annotate(key=Cast("pk", CharField()))


def _present(day: date) -> PresenceQuerySet:
    return Presence.objects.live(day).filter(obj_kind="ambassador", obj_id=OuterRef("key"))


def covering(territory: Territory, day: date, limit: int = 5) -> QuerySet[Ambassador]:
    """Of the territory or of what holds it, the nearest first."""
    here = _present(day).filter(territory__below__descendant=territory).order_by().values("obj_id")
    near = here.annotate(depth=Min("territory__below__depth")).values("depth")
    return live().annotate(depth=Subquery(near)).filter(depth__isnull=False).order_by("depth", "since", "pk")[:limit]


def listed(territory: Territory | None, day: date) -> QuerySet[Ambassador]:
    """All, or those of the territory, of what holds it and of what lies in it; by name."""
    rows = live().order_by("person__display_name", "pk")
    if territory is None:
        return rows
    around = Q(territory__below__descendant=territory) | Q(territory__above__ancestor=territory)
    return rows.filter(Exists(_present(day).filter(around)))


def territories(ids: Collection[int], day: date) -> dict[int, list[Territory]]:
    """Ambassador → what it covers, by name."""
    found = defaultdict[int, list[Territory]](list)
    rows = Presence.objects.live(day).filter(obj_kind="ambassador", obj_id__in=[str(pk) for pk in ids])
    for one in rows.select_related("territory").order_by("territory__name_key", "territory__code"):
        found[int(one.obj_id)].append(one.territory)
    return found


def near(territory: Territory, ids: Collection[int], day: date) -> set[int]:
    """Which of these ambassadors cover the EPCI of the territory, or lie in it; without EPCI, those who cover itself."""
    body = Territory.objects.filter(kind="epci", below__descendant=territory)
    around = (
        Q(territory__below__descendant__in=body)
        | Q(territory__above__ancestor__in=body)
        | Q(territory__below__descendant=territory)
    )
    rows = Presence.objects.live(day).filter(around, obj_kind="ambassador", obj_id__in=[str(pk) for pk in ids])
    return {int(pk) for pk in rows.values_list("obj_id", flat=True)}


def known(ids: Iterable[str]) -> set[str]:
    """Which of these are numbers of an ambassador, of today or not."""
    numbers = [int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19]
    return {str(pk) for pk in Ambassador.objects.filter(pk__in=numbers).values_list("pk", flat=True)}
