"""What people tell of a service and of its machines, and what the engine makes of it. Writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communaux.assessment.models import DigitalService
from communaux.core.errors import NotReady
from communaux.engines.footprint import telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.grid import Hourly
from communaux.engines.footprint.intervals import exactly
from communaux.engines.footprint.power import Energy
from communaux.engines.footprint.readings import Service as Processes
from communaux.engines.footprint.results import Result
from communaux.engines.footprint.server import Intensity, Machine, Share, Work, server

FIELDS: Final = {"intensity": "grid"}  # name of the engine → name of the form, where they differ
OF_HOURS: Final = ("hours_missing", "mixed_methods", "no_hours")  # refusals that are about the file of hours


@dataclass(frozen=True, slots=True)
class Told:
    """What is declared of a service."""

    name: str
    kind: str
    url: str = ""
    perimeter: str = ""
    excluded: str = ""
    host: str = ""
    place: str = ""
    pue: float | None = None
    pue_source: str = ""


def mark_of_service(told: Told) -> str:
    """In a few letters what a service says: two people see that they read the same."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def told_of(service: DigitalService) -> Told:
    """What is declared of it now."""
    return Told(**{name: getattr(service, name) for name in Told.__slots__})


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives for a result, beside what was measured; None or empty: what is usual, with its bounds."""

    zone: str = "FR"
    pue: float | None = None
    pue_source: str = ""  # where the service declared it that day
    wall: float | None = None
    grid: float | None = None
    grid_source: str = ""
    share: float | None = None
    embodied: float | None = None
    life: float | None = None
    machine_source: str = ""
    count: float | None = None
    unit: str = "request"
    hourly: str = ""  # hash of the series that is kept


@dataclass(frozen=True, slots=True)
class Hours:
    """A file of intensities by the hour, as text; by which method, and where it is from."""

    content: str
    method: str
    source: str

    @property
    def key(self) -> str:
        return hashlib.sha256(json.dumps([self.method, self.source, self.content]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of measures: its hash, which processes were asked for, and what the engine made of it."""

    sha256: str
    processes: Processes
    energy: Energy


def question(processes: Processes) -> tuple[dict[str, str], str]:
    """What was asked of a file, and its hash."""
    asked = {name: value for name, value in asdict(processes).items() if value}
    return asked, hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def computed(factors: Factors, energy: Energy, given: Given, hourly: Hourly | None = None) -> Result:
    """`hourly`: the series that `given` names. Raise NotReady with the sentence of the engine."""
    return in_words(lambda: server(factors, energy, hourly=hourly, **_asked(given)))


def in_words[R](work: Callable[[], R]) -> R:
    """What `work` of the engine gives; its refusal as NotReady, beside the field it is about."""
    try:
        return work()
    except FootprintError as error:
        lang, field = "en" if get_language() == "en" else "fr", str(error.what.get("name", ""))
        told = telling.refused(error, lang)
        if field and "most" in error.what:
            most = telling.plain(float(str(error.what["most"])), lang)
            told = _("Write a number above 0, and of %(most)s at most.") % {"most": most}
        field = "hourly" if error.code in OF_HOURS else FIELDS.get(field, field)
        raise NotReady(error.code, told, field=field) from error


def _asked(given: Given) -> Mapping[str, Any]:
    machine = None
    if given.embodied is not None:
        machine = Machine(exactly(given.embodied), given.life or 5.0, given.machine_source)
    return {
        "zone": given.zone,
        "pue": given.pue,
        "wall": given.wall,
        "intensity": None if given.grid is None else Intensity(given.grid, given.grid_source),
        "share": None if given.share is None else Share(given.share),
        "machine": machine,
        "work": None if given.count is None else Work(given.count, given.unit),
    }
