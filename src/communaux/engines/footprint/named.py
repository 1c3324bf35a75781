"""What an answer of a model that EcoLogits knows takes; `ecologits` comes with the extra `ai`, imported here only (spec 08 § 3.7).

The size of a model whose makers do not publish it is EcoLogits' guess, between two bounds. Nothing is asked of a network.
"""

from __future__ import annotations

import logging
from difflib import get_close_matches
from typing import Any, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.generation import MOST_TOKENS, NOT_COUNTED, ZONES, search_server
from communaux.engines.footprint.intervals import Interval, exactly
from communaux.engines.footprint.results import KILO, Result, Taken, one_of, positive

MIXES: Final = {
    "FR": "FRA",
    "US": "USA",
    "CN": "CHN",
    "WORLD": "WOR",
    "EU": "WOR",
}  # their names; their electricity is told, not taken
SLOW: Final = 1e12  # seconds: EcoLogits takes the lesser of this and its own estimate


def named(factors: Factors, *, provider: str, model: str, tokens: float, zone: str = "FR") -> Result:
    """g of CO2 equivalent of `tokens` written; energy as EcoLogits has it, with our electricity.

    Its `beside`: how many searches it is worth, and what EcoLogits itself says (g, its own electricity).
    Raise FootprintError without the extra, for a model that is not known, or a zone.
    """
    positive(tokens, "tokens", MOST_TOKENS)
    one_of(zone, ZONES, "unknown_zone")
    _known(provider, model)
    from ecologits.tracers.utils import llm_impacts

    count: Any = tokens  # a part of a token is counted as such
    found: Any = llm_impacts(provider, model, count, SLOW, MIXES[zone])
    taken = Taken(factors)
    used, made = _bounds(found.energy.value), _bounds(found.embodied.gwp.value) * KILO
    upwards = taken.exactly("ai.upwards")
    used = Interval(used.low, used.value, used.high * upwards)
    parts = {"servers_made": made, "servers_used": taken(f"grid.{zone}") * used}
    inputs = {
        "provider": provider,
        "model": model,
        "tokens": tokens,
        "zone": zone,
        "warnings": {one.code: 1 for one in found.warnings or () if one.code.startswith("model-")},
    }
    beside = {"searches": used / search_server(taken), "theirs": _bounds(found.gwp.value) * KILO}
    return Result("named_ai", inputs, parts, {"servers_used": used}, taken.used, NOT_COUNTED, beside)


def known() -> list[tuple[str, str]]:
    """Providers and models, in order; raise FootprintError without the extra."""
    return sorted((one.provider.value, one.name) for one in _repository().list_models())


def _known(provider: str, model: str) -> None:
    if _repository().find_model(provider, model) is not None:
        return
    names, given = [f"{one}/{other}" for one, other in known()], f"{provider}/{model}".strip("/")
    near = get_close_matches(given, names, 5, 0.4) or sorted({f"{one}/…" for one, _other in known()})
    raise FootprintError("unknown_model", given=given, near=", ".join(near))


def _repository() -> Any:
    try:
        from ecologits.log import logger
        from ecologits.model_repository import models
    except ModuleNotFoundError as error:
        raise FootprintError("no_ai") from error
    logger.setLevel(logging.CRITICAL)  # what it warns of is in the result
    return models


def _bounds(given: Any) -> Interval:
    """A number, or one between two bounds: then in the middle."""
    if isinstance(given, int | float):
        return exactly(given)
    return Interval(given.min, (given.min + given.max) / 2, given.max)
