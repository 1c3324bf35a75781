"""What a search on the web takes (ADEME's model, after BioIS 2011; spec 08 § 3.7): mostly the device in front of which one sits."""

from __future__ import annotations

from math import fsum
from typing import Final

from communaux.engines.footprint import devices
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.intervals import exactly
from communaux.engines.footprint.results import DAYS, KILO, Result, Taken, one_of
from communaux.engines.footprint.video import NETWORKS

MEAN: Final = "mean"
SHARED: Final = ("desktop_monitor", "laptop", "tablet", "smartphone")
DEVICES: Final = (MEAN, *SHARED)
STEP: Final = 1024.0  # the rule divides kilobytes by it, not by a thousand
NOT_COUNTED: Final = ("index_and_crawl", "pages_read_after", "water_and_metals")


def search(factors: Factors, *, device: str = MEAN, network: str = "fixed_fr") -> Result:
    """g of CO2 equivalent of one search and the reading of one page of results; raise FootprintError for an unknown word."""
    one_of(device, DEVICES, "unknown_device")
    one_of(network, NETWORKS, "unknown_network")
    taken = Taken(factors)
    hours = fsum((taken.exactly("search.typing"), taken.exactly("search.reading"))) / 60
    megabytes = (taken.exactly("search.request") + taken.exactly("search.page")) / STEP
    grid = taken("grid.FR")
    if device == MEAN:
        shares = {one: taken.exactly(f"search.share.{one}") for one in SHARED}
        made, used = devices.mean(shares, hours, taken)
    else:
        made, used = devices.embodied(device, hours, taken), devices.electricity(device, hours, taken)
    server = megabytes * taken.exactly("search.per_mb")
    served = server_energy(taken, server)
    parts = {
        "device_made": made,
        "device_used": grid * used,
        "network": taken(f"network.{network}") * (megabytes / STEP),
        "servers_made": exactly(devices.room(taken) * server),
        "servers_used": grid * served,
    }
    energy = {"device_used": exactly(used), "servers_used": exactly(served)}
    return Result("search", {"device": device, "network": network}, parts, energy, taken.used, NOT_COUNTED)


def server_energy(taken: Taken, server: float) -> float:
    """kWh, for this part of a server's life: the thousand servers that answer are in the energy alone, as in the model."""
    life = taken.exactly("server.power_active") * 24 * DAYS / KILO * taken.exactly("server.life")
    return life * server * taken.exactly("search.servers")
