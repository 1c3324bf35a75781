"""Presences written for the services of higher layers: they have checked their own rule, the counters follow here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import batched

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Evidence
from communaux.core.rows import insert_missing
from communaux.territory import counters
from communaux.territory.models import Presence, Territory


@dataclass(frozen=True, slots=True)
class Moved:
    """A presence that followed its territory into the one that took its place."""

    obj: tuple[str, str]
    old: str
    new: str


def begin(
    territory: Territory,
    obj: tuple[str, str],
    *,
    role: str,
    since: date,
    until: date | None = None,
    source: str,
    evidence: Evidence | None = None,
    at: datetime,
) -> Presence:
    """Say that `obj` (kind, id) is present in a territory; raise Conflict when that is said already."""
    _order(since, until)
    what = {"obj_kind": obj[0], "obj_id": obj[1], "territory": territory, "role": role, "since": since}
    try:
        with transaction.atomic():
            made = Presence.objects.create(**what, until=until, source=source, evidence=evidence)
    except IntegrityError as error:
        raise Conflict("presence_known", _("This presence is known already.")) from error
    _count(made, int(_live(made, at)), at)
    return made


def end(presence: Presence, *, until: date, at: datetime) -> Presence:
    """Give it a last day; raise Conflict when it has an earlier one already."""
    kept = Presence.objects.select_for_update(no_key=True).get(pk=presence.pk)
    _order(kept.since, until)
    if kept.until is not None and kept.until <= until:
        raise Conflict("presence_ended", _("This presence has ended already."))
    was = _live(kept, at)
    kept.until = until
    kept.save(update_fields=["until"])
    _count(kept, int(_live(kept, at)) - int(was), at)
    return kept


def prolong(presence: Presence, *, until: date | None = None, at: datetime) -> Presence:
    """It lasts until that day, or goes on: what had ended is still so."""
    kept = Presence.objects.select_for_update(no_key=True).get(pk=presence.pk)
    was = _live(kept, at)
    kept.until = until
    kept.save(update_fields=["until"])
    _count(kept, int(_live(kept, at)) - int(was), at)
    return kept


def take_away(presence: Presence, *, at: datetime) -> None:
    """For a caller that keeps its image, and may `put_back` the very same row."""
    _count(presence, -int(_live(presence, at)), at)
    presence.delete()


def put_back(image: Presence, *, at: datetime) -> None:
    """The row as it was; raise Conflict when the same is said again meanwhile."""
    try:
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("presence_known", _("This presence is known already.")) from error
    _count(image, int(_live(image, at)), at)


def _order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise BadRequest("dates_reversed", _("The last day is before the first."))


def _live(presence: Presence, at: datetime) -> bool:
    day = timezone.localdate(at)
    return presence.since <= day and (presence.until is None or presence.until >= day)


def _count(presence: Presence, change: int, at: datetime) -> None:
    measure = counters.OF_PRESENCE.get((presence.obj_kind, presence.role))
    if measure in counters.ONCE and change:
        _count_once(presence, measure, change, at)
    elif measure and change:
        counters.add(presence.territory_id, measure, change, at=at)


def _count_once(presence: Presence, measure: str, change: int, at: datetime) -> None:
    """What this presence adds beside the others of its object."""
    same = Presence.objects.live(timezone.localdate(at)).filter(obj_kind=presence.obj_kind, obj_id=presence.obj_id)
    others = set(same.filter(role=presence.role).exclude(pk=presence.pk).values_list("territory_id", flat=True))
    added = counters.once([others | {presence.territory_id}])
    added.subtract(counters.once([others]))
    counters.shift({(place, measure, ""): n * change for place, n in added.items() if n}, at=at)


def follow(into: dict[int, Territory], old: dict[int, str]) -> Iterable[Moved]:
    """Move what is present in territories that ended to those that took their place; counters are made again after."""
    moved = []
    for one in Presence.objects.filter(territory__in=into).order_by("pk"):
        target = into[one.territory_id]
        told = Moved((one.obj_kind, one.obj_id), old[one.territory_id], target.code)
        twin = Presence.objects.filter(
            obj_kind=one.obj_kind, obj_id=one.obj_id, territory=target, role=one.role, since=one.since
        ).first()
        if twin:  # said of both parts: the longer of the two holds, the other stays where nothing counts it
            twin.until = None if None in (twin.until, one.until) else max(filter(None, (twin.until, one.until)))
            twin.save(update_fields=["until"])
        else:
            one.territory = target
            one.save(update_fields=["territory"])
        moved.append(told)
    return moved


@dataclass(slots=True)
class Many:
    """Presences of many objects of one kind and role at once; the counters follow when all are said, in `settle`."""

    obj_kind: str
    role: str
    source: str
    at: datetime
    changes: Counter[int] = field(default_factory=Counter)

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    def begin(self, where: Mapping[str, int]) -> None:
        """Object → territory, present from this day on; the caller knows that none of them is said already."""
        names = ("obj_kind", "obj_id", "territory", "role", "since", "until", "source", "evidence")
        rows = [(self.obj_kind, one, at, self.role, self.day, None, self.source, None) for one, at in where.items()]
        insert_missing(Presence, names, rows)
        self.changes.update(where.values())

    def end(self, ids: Iterable[str]) -> None:
        """Objects that are present no more, from this day on; what began today only has never been."""
        for some in batched(ids, counters.BATCH, strict=False):
            here = Presence.objects.live(self.day).filter(obj_kind=self.obj_kind, role=self.role, obj_id__in=some)
            self.changes.subtract(here.values_list("territory_id", flat=True))
            here.filter(since=self.day).delete()
            here.update(until=self.day - timedelta(days=1))

    def settle(self) -> None:
        measure = counters.OF_PRESENCE.get((self.obj_kind, self.role))
        changes = {place: n for place, n in self.changes.items() if n}
        if measure and changes:
            counters.add_all(measure, changes, at=self.at)
