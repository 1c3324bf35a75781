"""The words of a purchase and of a need for AI, as `telling` has those of a single result; and the same for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from communaux.engines.footprint.decide import Alternative, Answers, Decision
from communaux.engines.footprint.factors import Factor, Factors
from communaux.engines.footprint.hardware import Purchase, Years
from communaux.engines.footprint.intervals import Difference, Interval, exactly
from communaux.engines.footprint.results import KILO
from communaux.engines.footprint.telling import as_json, bounds, record, said, word


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
    yield break_even(found, lang)
    yield from (word("purchase_warning", code, lang) for code in found.warnings)
    if found.index:
        yield said("index", lang, index=found.index)
    yield said("hardware_bounds", lang)
    yield said("tier", lang, tier=word("tier", found.refurbished.tier, lang))
    yield said("not_counted", lang)
    yield from (f"  - {word('not_counted', code, lang)}" for code in found.refurbished.not_counted)


def break_even(found: Purchase, lang: str) -> str:
    """From when on the refurbished one is ahead."""
    phrase = "break_even_exact" if found.break_even.low == found.break_even.high else "break_even"
    return said(phrase, lang, **_years(found.break_even, lang))


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


def ends(found: Difference | Interval) -> dict[str, float]:
    return {"low": found.low, "value": found.value, "high": found.high}


def need(found: Decision, lang: str) -> Iterator[str]:
    """The answer, why or under what conditions, and what each way takes in a year."""
    yield said("outcome", lang, outcome=word("outcome", found.outcome, lang))
    if found.outcome == "existing_tool":
        yield said("existing", lang, names=", ".join(found.answers.existing or ()))
    if found.instead:
        yield said("instead", lang, names=", ".join(word("instead", code, lang) for code in found.instead))
    for kind, heading, codes in (("missing", "missing", found.missing), ("condition", "conditions", found.conditions)):
        if codes:
            yield said(heading, lang)
            yield from (f"  - {word(kind, code, lang)}" for code in codes)
    calls = found.answers.calls
    yield said("calls_unknown", lang) if calls is None else said("calls", lang, n=f"{calls:.0f}")
    for one in found.alternatives:
        yield from (f"  {line}" for line in alternative(one, lang))
    yield said("prefer_search", lang)


def alternative(one: Alternative, lang: str) -> Iterator[str]:
    """A year of it, servers alone and with the device."""
    name = word("alternative", one.code, lang)
    pairs = (("servers_a_year", one.servers_kwh, one.servers), ("all_a_year", one.kwh, one.grams))
    for phrase, kwh, grams in pairs:
        if kwh is None or grams is None:
            yield said("fact", lang, name=name, value=said("unknown", lang))
            return
        energy, climate = bounds(kwh, lang), bounds(grams * (1 / KILO), lang)
        given = {"kwh": energy["value"], "kwh_low": energy["low"], "kwh_high": energy["high"]}
        given |= {"kg": climate["value"], "kg_low": climate["low"], "kg_high": climate["high"]}
        yield f"{name}, {said(phrase, lang, **given)}"


def need_json(found: Decision, factors: Factors) -> dict[str, Any]:
    """Everything, for programs: kWh and g of CO2 equivalent a year; null is not known."""
    quantities = [name for name in Alternative.__slots__ if name != "code"]
    ways = [(one.code, {name: getattr(one, name) for name in quantities}) for one in found.alternatives]
    return {
        "format": "communaux.need_ai/1",
        "answers": asdict(found.answers),
        "outcome": found.outcome,
        "instead": list(found.instead),
        "missing": list(found.missing),
        "conditions": list(found.conditions),
        "alternatives": [
            {"code": code} | {name: known and ends(known) for name, known in told.items()} for code, told in ways
        ],
        "factors": {"package": factors.package, "version": factors.version, "sha256": factors.sha256},
        "factors_used": [record(one) for one in found.used],
    }


def need_of(document: Mapping[str, Any]) -> Decision:
    """What `need_json` told, as the engine has it."""
    ways = tuple(
        Alternative(one["code"], *(_between(one[name]) for name in Alternative.__slots__ if name != "code"))
        for one in document["alternatives"]
    )
    instead, missing, conditions = (tuple(document[name]) for name in ("instead", "missing", "conditions"))
    used = tuple(Factor(**one) for one in document["factors_used"])
    return Decision(answers_of(document), document["outcome"], instead, missing, conditions, ways, used)


def _between(told: Mapping[str, float] | None) -> Interval | None:
    return None if told is None else Interval(**told)


def answers_of(document: Mapping[str, Any]) -> Answers:
    """What was answered, to be decided again."""
    told = document["answers"]
    return Answers(**told | {"existing": told["existing"] if told["existing"] is None else tuple(told["existing"])})
