"""Where commons run: the presences that confirmed uses open and close, and how many there are by theme. Part of services.

A use runs in the territory of its body; two uses of one commons from one territory share one presence, which lasts as
long as one of them. What somebody said by hand of a territory is never ended by a use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from communaux.catalogue import standing
from communaux.catalogue.models import Commons, Reuse
from communaux.core.ids import is_uuid
from communaux.core.models import Organisation
from communaux.territory import counters, presences
from communaux.territory.models import Presence, Territory, TerritoryStat
from communaux.territory.models.presences import PresenceQuerySet
from communaux.territory.queries import resolving

# Whoever only contributes to a commons does not say that it runs there
ROLES: Final[Mapping[str, str]] = {
    Reuse.Kind.USES: Presence.Role.DEPLOYED,
    Reuse.Kind.DEPLOYS: Presence.Role.DEPLOYED,
    Reuse.Kind.HOSTS: Presence.Role.DEPLOYED,
}
COMMONS, DEPLOYED = Presence.Kind.COMMONS, TerritoryStat.Measure.COMMONS_DEPLOYED
BATCH: Final = 500


def seat(organisation: Organisation) -> Territory | None:
    """The territory of a body; None when it says none, or a code that two places have."""
    return resolving.by_code(organisation.territory_code).territory if organisation.territory_code else None


def by_theme(day: date) -> counters.Direct:
    """What each territory itself has by theme, for a recount; the sum of all themes is counted by `territory`, which
    does not know what is published: those that are not are taken off it here."""
    found, unseen = _told(day, None)
    found.subtract(unseen)
    return found


# Who counts what: a recount adds them up
OWNERS: Final[tuple[counters.Owner, ...]] = (counters.of_presences, by_theme, standing.counted)


def _told(day: date, among: Collection[UUID] | None) -> tuple[Counter[counters.Key], Counter[counters.Key]]:
    """By theme, those of published commons; in all, those of commons that the desk does not show."""
    here: Counter[tuple[int, str]] = Counter()
    for rows in _slices(Presence.objects.live(day).filter(obj_kind=COMMONS, role=Presence.Role.DEPLOYED), among):
        here.update(rows.values_list("territory_id", "obj_id").iterator(chunk_size=5000))
    ids = {obj_id for _territory, obj_id in here}
    themes, hidden = _themes(ids), _hidden(ids)
    found, unseen = Counter[counters.Key](), Counter[counters.Key]()
    for (territory, obj_id), n in here.items():
        if obj_id in hidden:
            unseen[territory, DEPLOYED, ""] += n
            continue
        for theme in themes.get(obj_id, ()):
            found[territory, DEPLOYED, theme] += n
    return found, unseen


def _slices(rows: PresenceQuerySet, among: Collection[UUID] | None) -> Iterator[PresenceQuerySet]:
    """All of them, or those of some commons by slices: a database takes so many parameters."""
    if among is None:
        yield rows
        return
    ids = [str(pk) for pk in among]
    for start in range(0, len(ids), BATCH):
        yield rows.filter(obj_id__in=ids[start : start + BATCH])


def _themes(ids: Iterable[str]) -> dict[str, list[str]]:
    """Number of a commons as text → keys of its themes."""
    known, found = [UUID(one) for one in ids if is_uuid(one)], dict[str, list[str]]()
    for start in range(0, len(known), BATCH):
        links = Commons.themes.through.objects.filter(commons__in=known[start : start + BATCH])
        for commons, theme in links.values_list("commons_id", "theme_id"):
            found.setdefault(str(commons), []).append(theme)
    return found


def _hidden(ids: Iterable[str]) -> set[str]:
    """Which of these are numbers of a commons that is not published."""
    known, found = [UUID(one) for one in ids if is_uuid(one)], set[str]()
    for start in range(0, len(known), BATCH):
        rows = Commons.objects.filter(pk__in=known[start : start + BATCH]).exclude(state=Commons.State.PUBLISHED)
        found.update(str(pk) for pk in rows.values_list("pk", flat=True))
    return found


def hold(ids: Iterable[UUID]) -> None:
    """Keep others from these commons until commit: who reads their themes to count must not miss a change of them."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        rows = Commons.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted[start : start + BATCH])
        list(rows.order_by("pk").values_list("pk", flat=True))


@contextmanager
def counted(ids: Collection[UUID], at: datetime) -> Iterator[None]:
    """Count what is done inside to the presences, the themes or the state of these commons, which the caller holds.

    Inside, the sum of all themes holds what is not shown too: whoever ends a presence takes it off that sum.
    """
    day = timezone.localdate(at)
    before, unseen = _told(day, ids)
    counters.shift(unseen, at=at)
    yield
    after, unseen = _told(day, ids)
    after.subtract(before)
    after.subtract(unseen)
    counters.shift(after, at=at)


def follow(uses: Iterable[Reuse], at: datetime) -> None:
    """Open or close what these uses stand for, as they are now."""
    rows = Reuse.objects.select_related("organisation", "presence", "commons")
    fresh = list(rows.filter(pk__in=[one.pk for one in uses]).order_by("pk"))
    about = {_commons(one) for one in fresh}
    hold(about)
    with counted(about, at):
        for one in fresh:
            _open(one, at) if one.state == Reuse.State.CONFIRMED else _close(one, at)


def _commons(use: Reuse) -> UUID:
    """What it is a use of today: a use that could not follow a merge speaks for the kept one too."""
    return use.commons.merged_into_id or use.commons_id


def _open(use: Reuse, at: datetime) -> None:
    day, place, role = timezone.localdate(at), seat(use.organisation), ROLES.get(use.kind)
    wanted = (str(_commons(use)), place and place.pk, role)
    if (held := use.presence) and (held.obj_id, held.territory_id, held.role) != wanted:
        _close(use, at, until=day - timedelta(days=1))
        _point(use, None)
    if place is None or role is None:
        return
    since = use.since or timezone.localdate(use.confirmed_at or at)
    same = Presence.objects.filter(obj_kind=COMMONS, obj_id=wanted[0], territory=place, role=role)
    found = same.live(day).order_by("pk").first()
    if found and not found.uses.exists():
        return  # said by hand
    found = found or same.filter(since=since).first()
    if found is None:
        source = use.organisation.name[:200]
        found = presences.begin(place, (COMMONS, wanted[0]), role=role, since=since, source=source, at=at)
    elif found.until is not None:
        presences.prolong(found, at=at)
    _point(use, found)


def _point(use: Reuse, presence: Presence | None) -> None:
    if use.presence_id != (presence and presence.pk):
        use.presence = presence
        use.save(update_fields=["presence"])


def _close(use: Reuse, at: datetime, until: date | None = None) -> None:
    """End its presence with the last day that any of its uses held, unless one of them still holds."""
    if (held := use.presence) is None:
        return
    others = list(held.uses.exclude(pk=use.pk))
    if any(one.state == Reuse.State.CONFIRMED for one in others):
        return
    days = [until or _last_day(use), *map(_last_day, others)]
    last = max(held.since, *(day for day in days if day))
    if held.until is None or last < held.until:
        presences.end(held, until=last, at=at)


def _last_day(use: Reuse) -> date | None:
    return use.until or use.confirm_by
