"""What watching a video takes: the device, the network, the data centre (ADEME's model; spec 08 § 3.6).

No model that counts bytes alone: it would say six times as much. The profession has no agreed method, hence no ranking.
"""

from __future__ import annotations

from typing import Final

from communaux.engines.footprint import devices
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.intervals import Interval, exactly
from communaux.engines.footprint.results import DAYS, KILO, Result, Taken, one_of, positive

QUALITIES: Final = ("sd", "hd", "uhd")
NETWORKS: Final = ("fixed_fr", "mobile_fr", "fixed_eu", "mobile_eu")
ABROAD: Final = {
    "fixed_fr": "fixed_eu",
    "mobile_fr": "mobile_eu",
}  # what the upper bound takes where the place is not known
MEAN: Final = "mean"
SHARED: Final = ("tv", "laptop", "tablet", "smartphone")
DEVICES: Final = (MEAN, *devices.DEVICES)
LONGEST: Final = 525_600.0  # minutes in a year
NOT_COUNTED: Final = ("making_of_video", "storage", "box_of_mobile", "advertising", "water_and_metals")


def video(
    factors: Factors, *, minutes: float, device: str = MEAN, quality: str = "hd", network: str | None = None
) -> Result:
    """g of CO2 equivalent of `minutes` of video, in France; `network` None: fixed, the place is not known.

    Raise FootprintError for a word that is not known or a length that cannot be.
    """
    positive(minutes, "minutes", LONGEST)
    one_of(device, DEVICES, "unknown_device")
    one_of(quality, QUALITIES, "unknown_quality")
    one_of(line := network or "fixed_fr", NETWORKS, "unknown_network")
    taken, hours = Taken(factors), minutes / 60
    grid, size = taken("grid.FR"), hours * taken.exactly(f"video.{quality}")
    if device == MEAN:
        shares = {one: taken.exactly(f"video.share.{one}") for one in SHARED}
        made, used = devices.mean(shares, hours, taken)
    else:
        made, used = devices.embodied(device, hours, taken), devices.electricity(device, hours, taken)
    carried = taken(f"network.{line}") * size
    if network is None:
        carried = Interval(carried.low, carried.value, (taken(f"network.{ABROAD[line]}") * size).high)
    servers, per_gb = hosting(taken)
    served = size * per_gb / KILO
    parts = {
        "device_made": made,
        "device_used": grid * used,
        "network": carried,
        "servers_made": exactly(servers * hours),
        "servers_used": grid * served,
    }
    inputs = {"minutes": minutes, "device": device, "quality": quality, "network": network, "gb": size}
    energy = {"device_used": exactly(used), "servers_used": exactly(served)}
    return Result("video", inputs, parts, energy, taken.used, NOT_COUNTED)


def hosting(taken: Taken) -> tuple[float, float]:
    """Of one hour watched: g of CO2 equivalent to make the servers; of one GB: Wh. From what Netflix told of 2019."""
    year = (taken.exactly("video.direct") + taken.exactly("video.indirect")) * 1e6  # Wh
    watched = taken.exactly("video.users") * DAYS * taken.exactly("video.hours_a_day")  # hours
    servers = year / taken.exactly("pue") / (DAYS * 24) / taken.exactly("server.power")
    made = devices.room(taken) * servers / watched / taken.exactly("server.life")
    return made, year / (watched * taken.exactly("video.mean_gb"))
