"""Ambassadors with the commons they speak of: for the list, for a page of one's own, for how well a commons fits a need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons, CommonsAmbassador
from communaux.core.errors import NotFound
from communaux.core.models import Person
from communaux.territory.models import Ambassador, Territory
from communaux.territory.queries import ambassadors


@dataclass(frozen=True, slots=True)
class Card:
    """What one reads of an ambassador; no address of mail."""

    ambassador: Ambassador
    territories: Sequence[Territory]
    commons: Sequence[Commons]


def cards(found: Sequence[Ambassador], day: date) -> list[Card]:
    """Two questions, however many they are."""
    ids = [one.pk for one in found]
    places, spoken = ambassadors.territories(ids, day), commons_of(ids)
    return [Card(one, places.get(one.pk, []), spoken.get(one.pk, [])) for one in found]


def commons_of(ids: Collection[int]) -> dict[int, list[Commons]]:
    found = defaultdict[int, list[Commons]](list)
    rows = CommonsAmbassador.objects.filter(ambassador__in=ids, until=None, commons__state=Commons.State.PUBLISHED)
    for one in rows.select_related("commons").order_by("commons__name", "commons__slug"):
        found[one.ambassador_id].append(one.commons)
    return found


def get(number: int) -> Ambassador:
    """Raise NotFound for one who is none, or no longer."""
    found = ambassadors.live().filter(pk=number).first()
    if found is None:
        raise NotFound("unknown_ambassador", _("Nobody is an ambassador at this address, or no longer."))
    return found


def own(person: Person) -> Ambassador | None:
    return Ambassador.objects.filter(person=person, until=None).first()


def relays(ids: Collection[UUID], territory: Territory | None, day: date) -> dict[UUID, str]:
    """Commons → the name of an ambassador of it near that territory."""
    if territory is None or not ids:
        return {}
    rows = CommonsAmbassador.objects.filter(commons__in=ids, until=None, ambassador__in=Ambassador.objects.live())
    said = list(rows.select_related("ambassador__person").order_by("-since", "-pk"))
    close = ambassadors.near(territory, {one.ambassador_id for one in said}, day) if said else set()
    return {one.commons_id: str(one.ambassador) for one in said if one.ambassador_id in close}
