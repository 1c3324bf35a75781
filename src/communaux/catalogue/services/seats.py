"""Where a body has its seat, and with it what it uses; and all of this again for what the desk was told before (03 § 2.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue import deployed
from communaux.catalogue.models import Reuse
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Organisation, Person
from communaux.territory import presences
from communaux.territory.models import Presence, Territory


@action("catalogue.seat_body")
def seat_body(by: Person, organisation: Organisation, *, territory: Territory, at: datetime) -> Organisation:
    """Say in which territory a body has its seat; what it uses runs there from now on. The same one twice: no change."""
    organisation.territory_code = territory.code
    if deployed.seat(organisation) != territory:
        raise Conflict("code_of_two", _("Two territories have this code: choose a narrower one."))
    organisation.save(update_fields=["territory_code"])
    _sit(organisation, at)
    deployed.follow(organisation.reuses.all(), at)
    return organisation


@action("catalogue.place_uses", journaled=False)
def place_uses(by: Person, *, at: datetime) -> int:
    """Bring presences to what bodies and confirmed uses say; how many are new. Run again, it changes nothing.

    A body that somebody declared, and that nobody was confirmed to speak for, waits: its page alone tells its place.
    """
    before = Presence.objects.count()
    spoken_for = Q(memberships=None) | Q(memberships__confirmed_by__isnull=False)
    for one in Organisation.objects.exclude(territory_code="").filter(spoken_for).distinct().order_by("pk"):
        _sit(one, at)
    deployed.follow(Reuse.objects.exclude(organisation__territory_code=""), at)
    return Presence.objects.count() - before


def _sit(organisation: Organisation, at: datetime) -> None:
    """One seat at a time: the former one ends the day before."""
    day, place = timezone.localdate(at), deployed.seat(organisation)
    obj = (Presence.Kind.ACTOR, str(organisation.pk))
    held = Presence.objects.live(day).filter(obj_kind=obj[0], obj_id=obj[1], role=Presence.Role.SEAT)
    if place is None or held.filter(territory=place).exists():
        return
    for one in held.order_by("pk"):
        presences.end(one, until=max(one.since, day - timedelta(days=1)), at=at)
    again = Presence.objects.filter(
        obj_kind=obj[0], obj_id=obj[1], role=Presence.Role.SEAT, territory=place, since=day
    ).first()
    if again:
        presences.prolong(again, at=at)
        return
    presences.begin(place, obj, role=Presence.Role.SEAT, since=day, source=organisation.name[:200], at=at)
