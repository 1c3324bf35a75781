"""What a server takes, or a service on it: electricity that was measured, machines over their life (spec 08 § 3.4).

Per unit of what it does, this is the Software Carbon Intensity of ISO/IEC 21031: (O · share + M) / R.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import fsum
from typing import TYPE_CHECKING, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.intervals import Interval, exactly, total
from communaux.engines.footprint.results import DAYS, KILO, Result, Taken, declared_pue, one_of, positive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from communaux.engines.footprint.factors import Factors
    from communaux.engines.footprint.grid import Hourly
    from communaux.engines.footprint.power import Energy
    from communaux.engines.footprint.results import Tier

ZONES: Final = ("FR", "EU", "US", "CN", "WORLD")
KEYS: Final = ("declared", "vcpu", "ram", "equal")  # by what a service has its share where no process tells
UNITS: Final = ("request", "user", "active_account", "gb", "hour", "session")
BASES: Final = ("location", "market")
MISSING: Final = 0.2  # of the hours, above which an hourly file is of another time
SECONDS: Final = 86400.0
NOT_COUNTED: Final = ("network_and_devices", "room", "water_and_metals")


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the service, from above 0 to 1, by one of `KEYS`."""

    part: float
    key: str = "declared"


@dataclass(frozen=True, slots=True)
class Intensity:
    """g of CO2 equivalent per kWh that somebody types, with where it is from; of the place, not of certificates."""

    value: float
    source: str
    basis: str = "location"


@dataclass(frozen=True, slots=True)
class Machine:
    """kg of CO2 equivalent to make it, with its source, and years that it serves."""

    embodied: Interval
    life: float
    source: str


@dataclass(frozen=True, slots=True)
class Work:
    """What the service did in the same time: how many of one of `UNITS`."""

    count: float
    unit: str


def server(
    factors: Factors,
    energy: Energy,
    *,
    zone: str = "FR",
    intensity: Intensity | None = None,
    hourly: Hourly | None = None,
    pue: float | None = None,
    wall: float | None = None,
    share: Share | None = None,
    machine: Machine | None = None,
    work: Work | None = None,
) -> Result:
    """g of CO2 equivalent of what was measured, for the time it was.

    `pue`: power usage effectiveness that is declared; `wall`: what a wattmeter reads over what the sensor says; both else a
    hypothesis with bounds. `hourly` goes before `intensity`, this before `zone`. Raise FootprintError.
    """
    one_of(zone, ZONES, "unknown_zone")
    taken = Taken(factors)
    part = _share(energy, share)
    scale, tier = _building(taken, energy, pue, wall)
    emitted, method, missing = _electricity(taken, energy, zone, intensity, hourly)
    seconds = energy.end - energy.start
    made, typed = _made(taken, machine, seconds)
    parts = {"servers_used": emitted * scale * part, "servers_made": made * part}
    beside = {
        "share": part,
        "intensity": emitted / energy.kwh,
        **({} if energy.coverage is None else {"coverage": exactly(energy.coverage)}),
        **({} if energy.extrapolated is None else {"extrapolated_kwh": exactly(energy.extrapolated)}),
        **({} if energy.theirs is None else {"theirs": exactly(energy.theirs)}),
        **({"hours_missing": exactly(missing), "yearly": _yearly(factors, zone, intensity)} if hourly else {}),
        **({"per_unit": _per_unit(parts.values(), work)} if work else {}),
    }
    inputs = {
        "source": energy.kind,
        "from": _told(energy.start),
        "to": _told(energy.end),
        "points": energy.points,
        "kwh": energy.kwh,
        "energy_tier": energy.tier,
        "perimeter": energy.perimeter,
        "pue": pue,
        "wall": wall,
        "zone": None if hourly or intensity else zone,
        "intensity_source": hourly.source if hourly else intensity.source if intensity else None,
        "method": method,
        "share_key": share.key if share else "processes" if energy.share else "whole",
        "machine_source": machine.source if machine else None,
        **({"count": work.count, "unit": work.unit} if work else {}),
        "warnings": dict(energy.warnings),
    }
    used = {"servers_used": scale * part * energy.kwh}
    left = (
        *NOT_COUNTED,
        *(("rest_of_machine",) if energy.kind == "codecarbon" else ()),
        *(("making_of_electricity",) if method == "direct" else ()),
    )
    given: Tier = "default" if "default" in (tier, typed) else energy.tier
    return Result("server", inputs, parts, used, taken.used, left, beside, given)


def _share(energy: Energy, share: Share | None) -> Interval:
    if share is None:
        return energy.share or exactly(1.0)
    if energy.share is not None:
        raise FootprintError("share_twice")
    one_of(share.key, KEYS, "unknown_share_key")
    return exactly(positive(share.part, "share", 1))


def _building(taken: Taken, energy: Energy, pue: float | None, wall: float | None) -> tuple[Interval, Tier]:
    """By how much more the meter of the building turns than what was measured."""
    if energy.facility:
        if pue is not None or wall is not None:
            raise FootprintError("pue_twice")
        return exactly(1.0), energy.tier
    plug = taken("k_wall") if wall is None else exactly(_wall(wall))
    facility = taken("pue") if pue is None else exactly(declared_pue(pue))
    return plug * facility, "default" if pue is None or wall is None else energy.tier


def _wall(given: float) -> float:
    if not 1 <= given <= 10:
        raise FootprintError("bad_wall", given=given)
    return given


def _electricity(
    taken: Taken, energy: Energy, zone: str, intensity: Intensity | None, hourly: Hourly | None
) -> tuple[Interval, str, int]:
    """g for what was measured; by which method; how many hours the file does not tell."""
    if intensity is not None:
        one_of(intensity.basis, BASES, "unknown_basis")
        if intensity.basis == "market":
            raise FootprintError("market_based")
        if not intensity.source.strip():
            raise FootprintError("no_source")
        if hourly is None:
            return exactly(energy.kwh * positive(intensity.value, "intensity", 3000)), "lca", 0
    if hourly is None:
        return taken(f"grid.{zone}") * energy.kwh, "lca", 0
    if not energy.hours:
        raise FootprintError("no_hours")
    told = fsum(one.host_kwh * hourly.by_hour[one.at] for one in energy.hours if one.at in hourly.by_hour)
    missing = [one for one in energy.hours if one.at not in hourly.by_hour]
    if len(missing) > MISSING * len(energy.hours):
        raise FootprintError("hours_missing", missing=len(missing), hours=len(energy.hours))
    if not missing:
        return exactly(told), hourly.method, 0
    if hourly.method == "direct":  # nothing to fill a hole with: ours are of the whole life
        raise FootprintError("mixed_methods", missing=len(missing))
    year = exactly(intensity.value) if intensity else taken(f"grid.{zone}")
    filled = year * fsum(one.host_kwh for one in missing)
    return total((exactly(told), filled)), hourly.method, len(missing)


def _yearly(factors: Factors, zone: str, intensity: Intensity | None) -> Interval:
    """g/kWh, had nobody told the hours."""
    return exactly(intensity.value) if intensity else factors[f"grid.{zone}"].interval


def _made(taken: Taken, machine: Machine | None, seconds: float) -> tuple[Interval, Tier]:
    """g of CO2 equivalent of the machine, for so much of its life."""
    if machine is None:
        life = taken.exactly("server.life") * DAYS * SECONDS
        return taken("server.embodied") * (seconds / life), "default"
    if not machine.source.strip():
        raise FootprintError("no_source")
    years = positive(machine.life, "life", 100)
    return machine.embodied * (KILO * seconds / (years * DAYS * SECONDS)), "modelled"


def _per_unit(parts: Iterable[Interval], work: Work) -> Interval:
    one_of(work.unit, UNITS, "unknown_unit")
    return total(parts) / positive(work.count, "count", 1e18)


def _told(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
