"""Editions, newest first, and what was told of each: claims by what they are about, those that disagree marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.gatherings import shipped
from communaux.gatherings.life import Promises, Scoreboard, promises, scoreboard
from communaux.gatherings.models import Edition, Roadmap
from communaux.gatherings.queries import commitments
from communaux.gatherings.queries.roadmaps import told
from communaux.gatherings.queries.withheld import shown
from communaux.territory.models import Territory, TerritoryClosure


@dataclass(frozen=True, slots=True)
class Saying:
    """One value, the note beside it and the texts that give it."""

    value: Mapping[str, str]
    note: Mapping[str, str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """What some claims are about, and each value that is told."""

    key: str
    label: Mapping[str, str]
    sayings: tuple[Saying, ...]

    @property
    def disputed(self) -> bool:
        return len(self.sayings) > 1


def listed(departement: Territory | None = None) -> QuerySet[Edition]:
    """Real ones first, the newest first; of a département, those that take place in it."""
    rows = Edition.objects.filter(withheld_reason="").annotate(n_roadmaps=Count("roadmaps")).select_related("territory")
    if departement:
        inside = TerritoryClosure.objects.filter(ancestor=departement)
        rows = rows.filter(territory__in=inside.values("descendant_id"))
    return rows.order_by("fictive", "-starts_on", "slug")


def to_choose(about: Roadmap, *, its_own: bool = False) -> QuerySet[Edition]:
    """Meetings that an adaptation of it may belong to, the newest first; what is made up stays among itself. `its_own`: also the
    one that it belongs to, shown or not."""
    kept = Q(pk=about.edition_id) if its_own else Q(pk=None)
    rows = Edition.objects.filter(Q(fictive=about.fictive, withheld_reason="") | kept)
    return rows.order_by("-starts_on", "slug")


def by_departement() -> dict[int, int]:
    """How many meetings this desk knows in each, by its number; made-up ones take place nowhere."""
    shown_ones = Edition.objects.filter(fictive=False, withheld_reason="")
    places = shown_ones.filter(territory__above__ancestor__kind=Territory.Kind.DEPARTEMENT)
    return dict(places.values_list("territory__above__ancestor").annotate(n=Count("pk")))


def get(slug: str) -> Edition:
    """Raise NotFound, or Gone for one that was taken off the desk."""
    return shown(known(slug))


def known(slug: str) -> Edition:
    """Also one that was taken off the desk."""
    found = Edition.objects.select_related("territory").filter(slug=slug).first()
    if found is None:
        raise NotFound("no_edition", _("This desk knows no such meeting."))
    return found


def name_of(slug: str) -> str:
    """For the words of a filter; empty for what is not shown."""
    rows = Edition.objects.filter(slug=slug, withheld_reason="") if slug else Edition.objects.none()
    return rows.values_list("name", flat=True).first() or ""


def matters(edition: Edition) -> list[Matter]:
    rows = edition.claims.order_by("position").values("key", "label", "value", "note", "source")
    return by_matter(rows)


def of_the_series() -> list[Matter]:
    """What the package tells of the meetings as a whole, on a desk that holds some of them."""
    return by_matter(shipped.series()) if Edition.objects.exclude(source="").exists() else []


def by_matter(claims: Iterable[Mapping[str, Any]]) -> list[Matter]:
    """In the order they come; the same value from two texts is one saying."""
    found: dict[str, tuple[Mapping[str, str], dict[str, Saying]]] = {}
    for one in claims:
        _label, sayings = found.setdefault(one["key"], (one["label"], {}))
        known = sayings.get(one["value"]["fr"])
        sources = (*known.sources, one["source"]) if known else (one["source"],)
        sayings[one["value"]["fr"]] = Saying(one["value"], one.get("note") or {}, sources)
    return [Matter(key, label, tuple(sayings.values())) for key, (label, sayings) in found.items()]


def balance(edition: Edition, day: date) -> Scoreboard:
    """What became of the road maps of this edition, as this desk knows it."""
    return scoreboard(told(edition.roadmaps.all()), day)


def promised(edition: Edition, day: date) -> Promises:
    """What became of the commitments made there, as this desk knows it."""
    return promises(map(commitments.told, commitments.listed(edition)), day)
