"""The words of a footprint, in French and in English; without Django, for the terminal as for pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from communaux.data import footprint_words
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Change, Factor, Factors
from communaux.engines.footprint.intervals import Difference, Interval, printed
from communaux.engines.footprint.results import KILO, Result

GROUPED: Final = 10_000
RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def word(kind: str, code: str, lang: str) -> str:
    return str(footprint_words()[kind][code][lang])


def said(phrase: str, lang: str, /, **given: object) -> str:
    """A phrase of a report."""
    return word("report", phrase, lang).format(**given)


def refused(error: FootprintError, lang: str) -> str:
    """Why it cannot be computed, and what to do; each of several reasons on a line of its own."""
    return word("errors", error.code, lang).format(**{name: _given(one, lang) for name, one in error.what.items()})


def _given(value: object, lang: str) -> object:
    """What was read, in the language: of a pair of words the right one, of several refusals their list, of a number its figures."""
    if isinstance(value, tuple) and all(isinstance(one, FootprintError) for one in value):
        return "\n".join(f"- {refused(one, lang)}" for one in value)
    if isinstance(value, float):
        return plain(value, lang)
    return value[lang] if isinstance(value, Mapping) else value


def bounds(found: Interval | Difference, lang: str) -> dict[str, str]:
    """Two significant digits, with the decimal sign of the language.

    >>> bounds(Interval(0.5, 1.25, 3), "fr")
    {'low': '0,50', 'value': '1,2', 'high': '3,0'}
    """
    low, value, high = (_signed(text, lang).replace("-", "−") for text in printed(found))
    return {"low": low, "value": value, "high": high}


def _signed(text: str, lang: str) -> str:
    return text.replace(".", ",") if lang == "fr" else text


def told(result: Result, lang: str) -> Iterator[str]:
    """A report, line by line: the answer first, what decides, what was not counted."""
    yield word("kind", result.kind, lang)
    yield answered(result, lang)
    for code, one in by_weight(result):
        phrase = "exact" if one.low == one.high else "part"
        yield "  " + said(phrase, lang, name=word("part", code, lang), **bounds(one, lang))
    yield electricity(result, lang)
    yield from notes(result, lang)
    yield said("tier", lang, tier=word("tier", result.tier, lang))
    yield said("not_counted", lang)
    yield from (f"  - {word('not_counted', code, lang)}" for code in result.not_counted)


def answered(result: Result, lang: str) -> str:
    """The answer in a sentence."""
    return said("result", lang, **bounds(result.total, lang))


def by_weight(result: Result) -> list[tuple[str, Interval]]:
    """Parts, the heaviest first: what decides."""
    return sorted(result.parts.items(), key=lambda part: -part[1].value)


def electricity(result: Result, lang: str) -> str:
    """How much of it is electricity, in Wh."""
    phrase = "electricity_exact" if result.kwh.low == result.kwh.high else "electricity"
    return said(phrase, lang, **bounds(result.kwh * KILO, lang))


def notes(result: Result, lang: str) -> Iterator[str]:
    """How to read it: what was measured, beside what it stands, what the bounds are."""
    if result.kind == "ai":
        yield said("searches", lang, **bounds(result.beside["searches"], lang))
        yield said(
            "machines",
            lang,
            gpus=round(result.beside["gpus"].value),
            seconds=bounds(result.beside["seconds"], lang)["value"],
            batch=f"{result.inputs['batch']:g}",
        )
    if result.kind == "server":
        yield from _server(result, lang)
    if result.kind == "named_ai":
        yield from _named(result, lang)
    if result.kind in ("ai", "named_ai"):
        yield said("ai_points", lang)
    yield said(f"{result.kind}_bounds", lang)
    if result.kind == "video":
        yield said("video_disagreement", lang)


def _server(result: Result, lang: str) -> Iterator[str]:
    """When and how it was measured, whose share it is, by which electricity; what was left out of the file."""
    given, beside = result.inputs, result.beside
    start, end = (given[name][:16].replace("T", " ") for name in ("from", "to"))
    span = {"start": start, "end": end, "points": given["points"], "kwh": plain(given["kwh"], lang)}
    yield said("server_time", lang, tier=word("tier", given["energy_tier"], lang), **span)
    yield said("perimeter", lang, name=word("perimeter", given["perimeter"], lang))
    if "coverage" in beside and beside["coverage"].value < 1:
        percent = plain(100 * beside["coverage"].value, lang)
        yield said("server_coverage", lang, percent=percent, kwh=plain(beside["extrapolated_kwh"].value, lang))
    if given["share_key"] != "whole":
        yield said("server_share", lang, **bounds(beside["share"] * 100, lang))
    yield said("server_intensity", lang, value=plain(beside["intensity"].value, lang))
    if "yearly" in beside:
        yield said("server_yearly", lang, **bounds(beside["yearly"], lang))
    for name in ("intensity_source", "machine_source"):
        if given.get(name):
            yield said(f"server_{name}", lang, source=given[name])
    for name in ("pue", "wall"):
        if given.get(name) is not None:
            yield said(f"server_{name}", lang, value=plain(given[name], lang))
    if "theirs" in beside:
        yield said("server_theirs", lang, value=plain(beside["theirs"].value, lang))
    if "hours_missing" in beside and beside["hours_missing"].value:
        yield said("server_missing", lang, n=round(beside["hours_missing"].value))
    if "per_unit" in beside:
        yield said("per_unit", lang, unit=word("unit", given["unit"], lang), **bounds(beside["per_unit"], lang))
    yield from (f"  - {one}" for one in warned(result.inputs["warnings"], lang))


def _named(result: Result, lang: str) -> Iterator[str]:
    """Which model, what EcoLogits itself says, and what it warns of."""
    given = result.inputs
    yield said(
        "named_model", lang, **{name: given[name] for name in ("provider", "model")}, tokens=f"{given['tokens']:g}"
    )
    yield said("searches", lang, **bounds(result.beside["searches"], lang))
    theirs = result.beside["theirs"]
    phrase = "named_theirs_exact" if theirs.low == theirs.high else "named_theirs"
    yield said(phrase, lang, **bounds(theirs, lang))
    yield from (f"  - {one}" for one in warned(result.inputs["warnings"], lang))


def warned(warnings: Mapping[str, int], lang: str) -> Iterator[str]:
    """What was left out of a file, or looks wrong in it."""
    yield from (word("warning", code, lang).format(n=count) for code, count in warnings.items())


def factor(one: Factor, lang: str) -> str:
    """A number with its bounds, unit, source and year."""
    source = sourced(one, lang)
    given = {"value": plain(one.value, lang), "low": plain(one.low, lang), "high": plain(one.high, lang)}
    phrase = "factor" if one.low == one.high else "spread"
    return said(phrase, lang, key=one.key, unit=one.unit, source=source, **given).replace("  ", " ").replace(" ,", ",")


def named(one: Factor, lang: str) -> str:
    """What a number is, in words.

    >>> from communaux.engines.footprint.factors import shipped
    >>> named(shipped()["device.tv.life"], "en")
    'television: life'
    """
    if not one.key.startswith("device."):
        return word("factor", one.key, lang)
    _kind, device, part = one.key.split(".")
    return word("device_factor", part, lang).format(device=word("device", device, lang))


def sourced(one: Factor, lang: str) -> str:
    """Where a number is from, with its year where the source names one."""
    source = footprint_words()["source_fr"].get(one.source, one.source) if lang == "fr" else one.source
    return f"{source}, {one.year}" if one.year else str(source)


def quantity(one: Factor, lang: str) -> tuple[str, str]:
    """Its value with its unit; its bounds, empty where the source gives one number."""
    known = footprint_words()["measured_in"].get(one.unit)
    unit = known[lang] if known else one.unit
    value = f"{plain(one.value, lang)} {unit}".rstrip()
    return value, "" if one.low == one.high else said(
        "between", lang, low=plain(one.low, lang), high=plain(one.high, lang)
    )


def changed(one: Change, lang: str) -> str:
    """What became of a factor from one set to another."""
    if one.before is None or one.after is None:
        phrase = "added" if one.before is None else "removed"
        return said(
            phrase,
            lang,
            key=one.key,
            **{name: plain(side.value, lang) for name, side in (("before", one.before), ("after", one.after)) if side},
        )
    if one.before.value == one.after.value:
        return said("reworded", lang, key=one.key)
    percent = "" if one.percent is None else _signed(f"{one.percent:+.1f} %", lang)
    before, after = plain(one.before.value, lang), plain(one.after.value, lang)
    return said("changed", lang, key=one.key, before=before, after=after, percent=percent)


def plain(value: float, lang: str) -> str:
    """Six significant digits, thousands apart; powers of ten where it is very small."""
    text = f"{value:.6g}"
    if value >= GROUPED:
        return f"{float(text):,.0f}".replace(",", "\u202f" if lang == "fr" else ",")
    number, _e, power = text.partition("e")
    raised = f" × 10{str(int(power)).translate(RAISED)}" if power else ""
    return _signed(number, lang) + raised


def as_json(result: Result, factors: Factors) -> dict[str, Any]:
    """Everything, for programs: g of CO2 equivalent, kWh; the factors with their sources."""

    def one(found: Interval) -> dict[str, float]:
        return {"low": found.low, "value": found.value, "high": found.high}

    return {
        "format": "communaux.footprint/1",
        "kind": result.kind,
        "inputs": dict(result.inputs),
        "unit": "gCO2e",
        "total": one(result.total),
        "parts": {code: one(part) for code, part in result.parts.items()},
        "energy_kwh": {"total": one(result.kwh), **{code: one(part) for code, part in result.energy.items()}},
        "beside": {code: one(part) for code, part in result.beside.items()},
        "tier": result.tier,
        "not_counted": list(result.not_counted),
        "factors": {"package": factors.package, "version": factors.version, "sha256": factors.sha256},
        "factors_used": [record(used) for used in result.used],
    }


def from_json(document: Mapping[str, Any]) -> Result:
    """What `as_json` told, as the engine has it."""

    def many(found: Mapping[str, Mapping[str, float]]) -> dict[str, Interval]:
        return {code: Interval(**one) for code, one in found.items() if code != "total"}

    return Result(
        document["kind"],
        document["inputs"],
        many(document["parts"]),
        many(document["energy_kwh"]),
        tuple(Factor(**one) for one in document["factors_used"]),
        tuple(document["not_counted"]),
        many(document["beside"]),
        document["tier"],
    )


def record(one: Factor) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Factor.__slots__}
