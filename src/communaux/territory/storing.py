"""Lines of one list brought into the table of places, some hundreds at a time; presences and counters follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest
from communaux.core.rows import rewrite
from communaux.territory.formats.listed import Aside, Line, Listed, Refused, written
from communaux.territory.models import Place, Presence
from communaux.territory.placing import Ground
from communaux.territory.presences import Many

BATCH: Final = 500
LISTS: Final = ("services", "labels", "publics", "fees", "streams", "steps")
AS_TOLD: Final = (
    *("name", "siret", "address", "volumes_per_year", "hours", "phone", "url", "updated_on", "hidden"),
    *LISTS,
)
FIELDS: Final = (*AS_TOLD, "territory_id", "lat", "lon", "closed_on", "raw")


@dataclass(slots=True)
class Outcome:
    """What an import did, and each line that it refused or corrected, with the reason."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    aside: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        told = {name: getattr(self, name) for name in ("created", "updated", "unchanged", "gone", "aside")}
        return {**told, "refused": len(self.refused), "corrected": len(self.warnings)}

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.gone)


@dataclass(slots=True)
class Import:
    """One list being brought in. `met`: numbers of its lines, the refused ones too: their places are not gone."""

    source: str
    ground: Ground
    at: datetime
    outcome: Outcome = field(default_factory=Outcome)
    taken: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    presences: Many = field(init=False)

    def __post_init__(self) -> None:
        self.presences = Many(Presence.Kind.PLACE, Presence.Role.AVAILABLE, self.source, self.at)

    def survey(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Each line, where it is said to be kept in mind: a position is judged by all those of its commune."""
        for line in lines:
            if isinstance(line, Listed) and line.position:
                with suppress(BadRequest):  # told when its turn comes
                    self.ground.positions[self.ground.commune(line)[0]].append(line.position)
            yield line

    def take(self, lines: Sequence[Line]) -> None:
        """Store some lines."""
        told = {one.source_id: values for one, values in self._placed(lines)}
        there = {one.source_id: one for one in Place.objects.filter(source=self.source, source_id__in=told)}
        new = [
            Place(source=self.source, source_id=number, **values)
            for number, values in told.items()
            if number not in there
        ]
        old = [(row, told[number]) for number, row in there.items()]
        moved = [(row, values) for row, values in old if any(getattr(row, name) != values[name] for name in FIELDS)]
        self.outcome.unchanged += len(old) - len(moved)
        self._create(new)
        self._change(moved)

    def _placed(self, lines: Iterable[Line]) -> Iterator[tuple[Listed, dict[str, Any]]]:
        for line in lines:
            if isinstance(line, Aside):
                self.outcome.aside += 1
            elif isinstance(line, Refused):
                self._refuse(line)
            else:
                try:
                    yield line, self._values(line)
                except BadRequest as error:
                    self._refuse(Refused(written(line.raw), error.message, line.source_id))

    def _refuse(self, line: Refused) -> None:
        self.met.add(line.source_id)
        self.outcome.refused.append((line.line, line.why))

    def _values(self, line: Listed) -> dict[str, Any]:
        """The columns of one line; raise BadRequest when its number came before, or no commune is told."""
        if line.source_id in self.taken:
            message = _("Another line of this list has the number %(id)s already.")
            raise BadRequest("twice", message % {"id": line.source_id})
        commune, note = self.ground.commune(line)
        doubt = self.ground.doubt(commune, line.position) if line.position else ""
        position = line.position if line.position and not doubt else (None, None)
        notes = [*line.warnings, note, _("position left out: %(why)s") % {"why": doubt} if doubt else ""]
        self.outcome.warnings += [(f"{line.source_id} {line.name}", one) for one in notes if one]
        self.taken.add(line.source_id)
        self.met.add(line.source_id)
        values = {name: getattr(line, name) for name in AS_TOLD}
        values |= {name: list(values[name]) for name in LISTS}
        place = {"territory_id": commune, "lat": position[0], "lon": position[1], "closed_on": None}
        return values | place | {"raw": dict(line.raw or {})}

    def _create(self, new: Sequence[Place]) -> None:
        made = Place.objects.bulk_create(new, batch_size=200)
        self.outcome.created += len(made)
        self._begin(made)

    def _change(self, moved: Sequence[tuple[Place, dict[str, Any]]]) -> None:
        left, come = list[Place](), list[Place]()
        for row, values in moved:
            was = where(row)
            for name, value in values.items():
                setattr(row, name, value)
            if where(row) != was:
                left += [row] if was else []
                come.append(row)
        rewrite([row for row, _values in moved], FIELDS)
        self.outcome.updated += len(moved)
        self.presences.end(str(row.pk) for row in left)
        self._begin(come)

    def close_missing(self) -> None:
        """Places of this list that the whole of it names no more: they are closed, and stay readable."""
        there = Place.objects.filter(source=self.source, closed_on=None).values_list("pk", "source_id")
        gone = [pk for pk, number in there.iterator(chunk_size=5000) if number not in self.met]
        for some in batched(gone, BATCH, strict=False):
            Place.objects.filter(pk__in=some).update(closed_on=timezone.localdate(self.at))
        self.presences.end(map(str, gone))
        self.outcome.gone += len(gone)

    def _begin(self, places: Iterable[Place]) -> None:
        self.presences.begin({str(one.pk): one.territory_id for one in places if where(one)})


def where(place: Place) -> int | None:
    """The territory that counts it, if any does."""
    return None if place.hidden or place.closed_on or place.withheld_reason else place.territory_id
