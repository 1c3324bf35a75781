"""What an hour in front of a device takes: its making, spread over its life, and its electricity (ADEME's model)."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Final

from communaux.engines.footprint.intervals import Interval
from communaux.engines.footprint.results import DAYS, KILO, Taken

DEVICES: Final = ("tv", "desktop_monitor", "laptop", "tablet", "smartphone")
TWO: Final = {"desktop_monitor": ("desktop", "monitor")}  # whose life and hours are the mean of the two
# Ours (spec 08 § 3.6): used twice as much a day, or replaced sooner, as a television after five years instead of eight
TWICE: Final = 2.0
SOONER: Final = 0.625


def embodied(device: str, hours: float, taken: Taken) -> Interval:
    """g of CO2 equivalent of making, transport and end of life, for so many hours of use."""
    halves = TWO.get(device, (device,))
    made = fsum(taken.exactly(f"device.{one}.embodied") for one in halves)
    life = fsum(taken.exactly(f"device.{one}.life") for one in halves) / len(halves)
    a_day = fsum(taken.exactly(f"device.{one}.hours") for one in halves) / len(halves)
    value = made / (life * DAYS * a_day) * hours
    return Interval(value / TWICE, value, value / SOONER)


def electricity(device: str, hours: float, taken: Taken) -> float:
    """kWh while it is used."""
    watts = fsum(taken.exactly(f"device.{one}.power") for one in TWO.get(device, (device,)))
    return watts / KILO * hours


def mean(shares: Mapping[str, float], hours: float, taken: Taken) -> tuple[Interval, float]:
    """Both for a mean device, by the share of each."""
    made = [embodied(one, hours, taken) * share for one, share in shares.items()]
    watts = fsum(electricity(one, hours, taken) * share for one, share in shares.items())
    return Interval(*(fsum(getattr(one, bound) for one in made) for bound in ("low", "value", "high"))), watts


def room(taken: Taken) -> float:
    """g of CO2 equivalent to make a server and its part of a room: firewalls, switches, routers, building."""
    parts = (
        taken.exactly("server.embodied"),
        taken.exactly("room.firewalls") * taken.exactly("room.firewall"),
        taken.exactly("room.switches") * taken.exactly("room.switch"),
        taken.exactly("room.routers") * taken.exactly("room.router"),
        taken.exactly("room.area")
        * taken.exactly("room.support")
        * taken.exactly("server.life")
        / taken.exactly("room.support_life"),
    )
    return fsum(parts)
