"""The words of a purchase, as `telling` has those of a single result; and the same for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from communaux.engines.footprint.factors import Factor, Factors
from communaux.engines.footprint.hardware import Purchase, Years
from communaux.engines.footprint.intervals import Difference, exactly
from communaux.engines.footprint.results import KILO
from communaux.engines.footprint.telling import as_json, bounds, said, word


def purchase(found: Purchase, lang: str) -> Iterator[str]:
    """Both, what decides in each, what is avoided, from when on; then what to beware of."""
    yield said("hardware", lang, device=word("device", str(found.new.inputs["device"]), lang))
    for one in (found.new, found.refurbished):
        choice = word("choice", str(one.inputs["choice"]), lang)
        yield said("choice", lang, choice=choice, **bounds(one.total * (1 / KILO), lang))
        for code, part in one.parts.items():
            phrase = "exact_kg" if part.low == part.high else "part_kg"
            yield "  " + said(phrase, lang, name=word("part", code, lang), **bounds(part * (1 / KILO), lang))
    phrase = "avoided_exact" if found.avoided.low == found.avoided.high else "avoided"
    yield said(phrase, lang, **bounds(found.avoided * (1 / KILO), lang))
    phrase = "break_even_exact" if found.break_even.low == found.break_even.high else "break_even"
    yield said(phrase, lang, **_years(found.break_even, lang))
    yield from (word("purchase_warning", code, lang) for code in found.warnings)
    if found.index:
        yield said("index", lang, index=found.index)
    yield said("hardware_bounds", lang)
    yield said("tier", lang, tier=word("tier", found.refurbished.tier, lang))
    yield said("not_counted", lang)
    yield from (f"  - {word('not_counted', code, lang)}" for code in found.refurbished.not_counted)


def _years(found: Years, lang: str) -> dict[str, str]:
    ends = {name: getattr(found, name) for name in Years.__slots__}
    return {
        name: word("report", "never", lang) if one is None else bounds(exactly(one), lang)[name]
        for name, one in ends.items()
    }


def purchase_used(found: Purchase) -> list[Factor]:
    """The factors of both, each once."""
    return sorted({one.key: one for side in (found.new, found.refurbished) for one in side.used}.values(), key=_key)


def _key(one: Factor) -> str:
    return one.key


def purchase_json(found: Purchase, factors: Factors) -> dict[str, Any]:
    """Everything, for programs: g of CO2 equivalent a year; of years, null is never."""
    return {
        "format": "communaux.purchase/1",
        "new": as_json(found.new, factors),
        "refurbished": as_json(found.refurbished, factors),
        "avoided": ends(found.avoided),
        "break_even_years": {name: getattr(found.break_even, name) for name in Years.__slots__},
        "warnings": list(found.warnings),
        "index": found.index,
    }


def ends(found: Difference) -> dict[str, float]:
    return {"low": found.low, "value": found.value, "high": found.high}
