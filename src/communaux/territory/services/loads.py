"""Bring a millésime in, make counters again, fill positions: what an operator does, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.territory import closure, counters, loading, placing, positions, presences
from communaux.territory.cog import Cog
from communaux.territory.edges import Key
from communaux.territory.models import Presence, Territory

STEPS = 6
type Report = Callable[[int, int | None], None]
type Follower = Callable[
    [dict[int, Territory]], Iterable[tuple[str, str]]
]  # what an area moved: its name, the new code


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: counts by table, presences that moved, those whose territory ended without one successor."""

    millesime: int
    changes: loading.Changes = field(default_factory=loading.Changes)
    moved: Sequence[presences.Moved] = ()
    left: Sequence[Presence] = ()
    followed: Sequence[tuple[str, str]] = ()  # of other areas


@action("territory.load", journaled=False)
def load(
    by: Person,
    cog: Cog,
    *,
    sha256: str,
    owners: Iterable[counters.Owner],
    followers: Iterable[Follower] = (),
    at: datetime,
    report: Report,
) -> Loaded:
    """Bring the tables to what this millésime says; raise Conflict when a newer one is held. The same one twice: no change."""
    counters.lock()
    _not_older(cog.millesime)
    changes = loading.Changes()
    report(0, STEPS)
    ended = loading.bring_territories(cog, changes)
    report(1, STEPS)
    ids: dict[Key, int] = {(kind, code): pk for pk, kind, code in Territory.objects.values_list("pk", "kind", "code")}
    into = _into(cog, ended)
    numbers = {old: one.pk for old, one in into.items()}
    loading.bring_edges(cog, ids, numbers, changes)
    report(2, STEPS)
    loading.bring_aliases(cog, ids, numbers, changes)
    report(3, STEPS)
    loading.bring_postal_codes(cog, ids, changes)
    report(4, STEPS)
    if changes.created or changes.edges:
        closure.rebuild()
    report(5, STEPS)
    moved = list(presences.follow(into, {one.pk: one.code for one in ended.values()}))
    followed = [told for follow in followers for told in follow(into)]
    placing.follow(into)
    left = list(Presence.objects.filter(territory__in={one.pk for one in ended.values()} - into.keys()))
    if changes:
        counters.rewrite_all(owners, at, timezone.localdate(at))
        _write(
            by,
            {"millesime": cog.millesime, "sha256": sha256, **changes.as_dict(), "moved": len(moved) + len(followed)},
            at,
        )
    report(STEPS, STEPS)
    return Loaded(cog.millesime, changes, moved, left, followed)


def _not_older(millesime: int) -> None:
    newest = Territory.objects.order_by("-millesime").values_list("millesime", flat=True).first()
    if newest and newest > millesime:
        raise Conflict(
            "older_millesime",
            _("The desk holds the codes of %(held)d: those of %(given)d are older, nothing was changed.")
            % {"held": newest, "given": millesime},
        )


def _into(cog: Cog, ended: Mapping[Key, Territory]) -> dict[int, Territory]:
    """Number of a commune that ended → the one that took its place; none for one that was split, or left without heir."""
    heirs = loading.successors(cog)
    of_one = {row.pk: heirs[key[1]] for key, row in ended.items() if key[0] == "commune" and len(heirs[key[1]]) == 1}
    codes = {next(iter(found)) for found in of_one.values()}
    heir = {one.code: one for one in Territory.objects.filter(kind="commune", code__in=codes)}
    return {pk: heir[next(iter(found))] for pk, found in of_one.items()}


def _write(by: Person, after: Mapping[str, object], at: datetime) -> None:
    country = Territory.objects.get(kind=Territory.Kind.COUNTRY)
    journal.append(by, at, journal.Line("territory.load", journal.subject_of(country), {}, after))


@action("territory.recount", journaled=False)
def recount(by: Person, *, owners: Iterable[counters.Owner], at: datetime) -> int:
    """Make every counter again; how many were wrong. A count is no decision: the journal has no line of it."""
    return counters.rewrite_all(owners, at, timezone.localdate(at))


@action("territory.fill_coordinates", journaled=False)
def fill_coordinates(by: Person, places: Mapping[str, tuple[float, float]], *, at: datetime) -> positions.Filled:
    """Positions of communes by INSEE code (latitude, longitude), then of what they make, weighted by population."""
    return positions.fill(places)
