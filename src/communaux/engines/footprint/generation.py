"""What an answer of a language model takes, on one's own machines or declared ones (method of EcoLogits 0.11; spec 08 § 3.7).

Regressions of energy and latency on measured models; the size of a closed model is a guess of whoever declares it.
"""

from __future__ import annotations

from math import ceil, exp, log2
from typing import Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.intervals import Interval, exactly
from communaux.engines.footprint.results import DAYS, KILO, Result, Taken, declared_pue, one_of, positive
from communaux.engines.footprint.search import STEP, server_energy

ZONES: Final = ("FR", "EU", "US", "CN", "WORLD")
BIGGEST: Final = 100_000.0  # 1e9 parameters
MOST_TOKENS: Final = 1e9
BIGGEST_BATCH: Final = 100_000
NOT_COUNTED: Final = ("training", "web_tools", "network_and_device", "closed_sizes", "water_and_metals")


def answer(
    factors: Factors,
    *,
    tokens: float,
    active: float,
    whole: float | None = None,
    zone: str = "FR",
    pue: float | None = None,
    batch: float | None = None,
) -> Result:
    """g of CO2 equivalent of `tokens` written by a model of `whole` × 1e9 parameters, `active` of which work at once.

    `pue`: what the data centre declares, else a hypothesis with bounds. `batch`: requests answered together, else 64. Its `beside`:
    seconds, processors for graphics, and how many searches it is worth, server beside server. Raise FootprintError.
    """
    positive(tokens, "tokens", MOST_TOKENS)
    positive(active, "active", BIGGEST)
    positive(whole := active if whole is None else whole, "whole", BIGGEST)
    if whole < active:
        raise FootprintError("more_active_than_whole", active=active, whole=whole)
    one_of(zone, ZONES, "unknown_zone")
    taken = Taken(factors)
    grid = taken(f"grid.{zone}")
    facility = taken("pue") if pue is None else exactly(declared_pue(pue))
    together = taken.exactly("ai.batch") if batch is None else _batch(batch)
    seconds = _seconds(taken, tokens, active, together)
    gpus = _gpus(taken, whole)
    bare = _energy(taken, tokens, active, together, seconds, gpus)
    # a batch that is less full than thought takes more
    used = facility * Interval(bare, bare, bare * taken.exactly("ai.upwards"))
    made = KILO * _made(taken, seconds, gpus, together)
    parts = {"servers_made": exactly(made), "servers_used": grid * used}
    inputs = {
        "tokens": tokens,
        "active": active,
        "whole": whole,
        "zone": zone,
        "pue": facility.value,
        "batch": together,
    }
    beside = {"seconds": exactly(seconds), "gpus": exactly(gpus), "searches": used / search_server(taken)}
    return Result("ai", inputs, parts, {"servers_used": used}, taken.used, NOT_COUNTED, beside)


def search_server(taken: Taken) -> float:
    """kWh of the servers for one search, by which an answer is compared: the device and its minutes are the same for both."""
    megabytes = (taken.exactly("search.request") + taken.exactly("search.page")) / STEP
    return server_energy(taken, megabytes * taken.exactly("search.per_mb"))


def _batch(given: float) -> float:
    """A request is answered alone at least."""
    if not 1 <= given <= BIGGEST_BATCH:
        raise FootprintError("bad_batch", given=given, most=BIGGEST_BATCH)
    return given


def _seconds(taken: Taken, tokens: float, active: float, together: float) -> float:
    grows = taken.exactly("ai.latency_alpha") * active + taken.exactly("ai.latency_beta") * together
    return tokens * (grows + taken.exactly("ai.latency_gamma"))


def _gpus(taken: Taken, whole: float) -> int:
    """A power of two: how many it takes to hold the model in memory."""
    size = taken.exactly("ai.overhead") * whole * taken.exactly("ai.bits") / 8
    return int(2 ** ceil(log2(ceil(size / taken.exactly("ai.gpu_memory")))))


def _energy(taken: Taken, tokens: float, active: float, together: float, seconds: float, gpus: int) -> float:
    """kWh of one answer, before what the building adds."""
    falls = exp(-taken.exactly("ai.gpu_decay") * together)
    a_gpu = tokens * (taken.exactly("ai.gpu_alpha") * falls * active + taken.exactly("ai.gpu_gamma")) / KILO
    share = gpus / taken.exactly("ai.server_gpus") / together
    return seconds / 3600 * taken.exactly("ai.server_power") * share + gpus * a_gpu


def _made(taken: Taken, seconds: float, gpus: int, together: float) -> float:
    """kg of CO2 equivalent of the machines, for the time they were taken."""
    server = gpus / taken.exactly("ai.server_gpus") * taken.exactly("ai.server_embodied")
    machines = server + gpus * taken.exactly("ai.gpu_embodied")
    return seconds * machines / (taken.exactly("ai.life") * DAYS * 86400 * together)
