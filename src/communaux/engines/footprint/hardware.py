"""A refurbished device against a new one, in g of CO2 equivalent a year (spec 08b § 3.8).

A new one: its making over its life, and a year of electricity. A refurbished one: its parts and transport over the life they add,
and a year of electricity; its first making stays with its first life. What is avoided may be less than nothing: no `Interval`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Final

from communaux.engines.footprint import devices
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.generation import ZONES
from communaux.engines.footprint.intervals import Difference, Interval, exactly
from communaux.engines.footprint.results import DAYS, Result, Taken, one_of, positive, short

DEVICES: Final = (
    "smartphone",
    "tablet",
    "laptop",
    "tv",
    "desktop",
    "desktop_pro",
    "monitor",
    "desktop_monitor",
    "box",
)
LONGEST_LIFE: Final = 100.0  # years
HEAVIEST: Final = 1e8  # g, a hundred tonnes
MOST_KWH: Final = 1e6  # a year
MOST_SHARE: Final = 10.0
NEW_NOT_COUNTED: Final = ("water_and_metals",)
REFURBISHED_NOT_COUNTED: Final = ("first_life", "water_and_metals")


@dataclass(frozen=True, slots=True)
class Years:
    """How long, between two bounds; None is never, and is longer than any number."""

    low: float | None
    value: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """Both results are of one year. `avoided`: g a year, with the same electricity on both sides; `break_even`: years of life added
    from which the refurbished one is ahead; `warnings`: codes of words; `index`: what the seller says of repair or durability.
    """

    new: Result
    refurbished: Result
    avoided: Difference
    break_even: Years
    warnings: tuple[str, ...]
    index: str


def refurbished_or_new(
    factors: Factors,
    *,
    device: str,
    extra_life: float,
    share: float | None = None,
    parts: float | None = None,
    embodied: float | None = None,
    life: float | None = None,
    kwh: float | None = None,
    kwh_refurbished: float | None = None,
    zone: str = "FR",
    index: str = "",
) -> Purchase:
    """Parts and transport as a `share` of the making of a new one or in g (`parts`); neither: a hypothesis with bounds.

    `extra_life`, `life`: years. `embodied`: g of the making of a new one; `kwh` and `kwh_refurbished`: a year. What is left out is
    of the model, and the refurbished one takes as much electricity as the new one. Raise FootprintError.
    """
    one_of(device, DEVICES, "unknown_device")
    one_of(zone, ZONES, "unknown_zone")
    positive(extra_life, "extra_life", LONGEST_LIFE)
    short(index, "index")
    taken = {"new": Taken(factors), "refurbished": Taken(factors)}
    made = _made(taken["new"], device) if embodied is None else positive(embodied, "embodied", HEAVIEST)
    lasts = _life(taken["new"], device) if life is None else positive(life, "life", LONGEST_LIFE)
    new_kwh = _kwh(taken["new"], device) if kwh is None else _or_nothing(kwh, "kwh", MOST_KWH)
    if kwh_refurbished is None:
        old_kwh = _kwh(taken["refurbished"], device) if kwh is None else kwh
    else:
        old_kwh = _or_nothing(kwh_refurbished, "kwh_refurbished", MOST_KWH)
    if parts is None and embodied is None:
        _made(taken["refurbished"], device)  # what its parts are a share of
    put = _parts(taken["refurbished"], made, share, parts)
    grids = [one(f"grid.{zone}") for one in taken.values()]
    used = {"device": device, "zone": zone}
    new = Result(
        "hardware",
        {"choice": "new", **used, "embodied": made, "life": lasts, "kwh": new_kwh},
        {"device_made": exactly(made / lasts), "device_used": grids[0] * new_kwh},
        {"device_used": exactly(new_kwh)},
        taken["new"].used,
        NEW_NOT_COUNTED,
    )
    refurbished = Result(
        "hardware",
        {"choice": "refurbished", **used, "parts": put.value, "extra_life": extra_life, "kwh": old_kwh},
        {"parts": put / extra_life, "device_used": grids[1] * old_kwh},
        {"device_used": exactly(old_kwh)},
        taken["refurbished"].used,
        REFURBISHED_NOT_COUNTED,
    )
    gain = _gain(made / lasts, new_kwh - old_kwh, grids[0])
    spent = put / extra_life
    avoided = Difference(gain.low - spent.high, gain.value - spent.value, gain.high - spent.low)
    years = Years(_years(put.low, gain.high), _years(put.value, gain.value), _years(put.high, gain.low))
    guessed = share is None and parts is None
    return Purchase(new, refurbished, avoided, years, _warnings(avoided, put.value > made, guessed), index)


def _made(taken: Taken, device: str) -> float:
    return fsum(taken.exactly(f"device.{one}.embodied") for one in devices.TWO.get(device, (device,)))


def _life(taken: Taken, device: str) -> float:
    return _mean(taken, device, "life")


def _kwh(taken: Taken, device: str) -> float:
    return devices.electricity(device, _mean(taken, device, "hours") * DAYS, taken)


def _mean(taken: Taken, device: str, name: str) -> float:
    halves = devices.TWO.get(device, (device,))
    return fsum(taken.exactly(f"device.{one}.{name}") for one in halves) / len(halves)


def _parts(taken: Taken, made: float, share: float | None, parts: float | None) -> Interval:
    """g of parts and transport."""
    if share is not None and parts is not None:
        raise FootprintError("parts_twice", share=share, parts=parts)
    if parts is not None:
        return exactly(_or_nothing(parts, "parts", HEAVIEST))
    if share is not None:
        return exactly(made * _or_nothing(share, "share", MOST_SHARE))
    return taken("hardware.parts") * made


def _or_nothing(given: float, name: str, most: float) -> float:
    """Zero is an answer here: an old part may be kept, a device may be off."""
    if not 0 <= given <= most:  # false for what is no number
        raise FootprintError("below_zero", name=name, given=given, most=most)
    return given


def _gain(made: float, kwh: float, grid: Interval) -> Difference:
    """g a year that a new one takes beyond the electricity of the other: the electricity is the same for both at each bound."""
    ends = sorted((made + kwh * grid.low, made + kwh * grid.high))
    return Difference(ends[0], made + kwh * grid.value, ends[1])


def _years(parts: float, gain: float) -> float | None:
    return parts / gain if gain > 0 else None


def _warnings(avoided: Difference, heavier: bool, guessed: bool) -> tuple[str, ...]:
    told = {
        "rebound": True,
        "parts_guessed": guessed,
        "parts_heavier": heavier,
        "nothing_avoided": avoided.value <= 0,
        "perhaps_nothing": avoided.low <= 0 < avoided.value,
    }
    return tuple(code for code, holds in told.items() if holds)
