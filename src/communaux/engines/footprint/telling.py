"""The words of a footprint, in French and in English; without Django, for the terminal as for pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from communaux.data import footprint_words
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Change, Factor, Factors
from communaux.engines.footprint.intervals import Interval, printed
from communaux.engines.footprint.results import KILO, Result


def word(kind: str, code: str, lang: str) -> str:
    return str(footprint_words()[kind][code][lang])


def said(phrase: str, lang: str, /, **given: object) -> str:
    """A phrase of a report."""
    return word("report", phrase, lang).format(**given)


def refused(error: FootprintError, lang: str) -> str:
    """Why it cannot be computed, and what to do; each of several reasons on a line of its own."""
    return word("errors", error.code, lang).format(**{name: _given(one, lang) for name, one in error.what.items()})


def _given(value: object, lang: str) -> object:
    """What was read, in the language: of a pair of words the right one, of several refusals their list."""
    if isinstance(value, tuple) and all(isinstance(one, FootprintError) for one in value):
        return "\n".join(f"- {refused(one, lang)}" for one in value)
    return value[lang] if isinstance(value, Mapping) else value


def bounds(found: Interval, lang: str) -> dict[str, str]:
    """Two significant digits, with the decimal sign of the language.

    >>> bounds(Interval(0.5, 1.25, 3), "fr")
    {'low': '0,50', 'value': '1,2', 'high': '3,0'}
    """
    low, value, high = (_signed(text, lang) for text in printed(found))
    return {"low": low, "value": value, "high": high}


def _signed(text: str, lang: str) -> str:
    return text.replace(".", ",") if lang == "fr" else text


def told(result: Result, lang: str) -> Iterator[str]:
    """A report, line by line: the answer first, what decides, what was not counted."""
    yield word("kind", result.kind, lang)
    yield said("result", lang, **bounds(result.total, lang))
    for code, one in sorted(result.parts.items(), key=lambda part: -part[1].value):
        phrase = "exact" if one.low == one.high else "part"
        yield "  " + said(phrase, lang, name=word("part", code, lang), **bounds(one, lang))
    phrase = "electricity_exact" if result.kwh.low == result.kwh.high else "electricity"
    yield said(phrase, lang, **bounds(result.kwh * KILO, lang))
    if result.kind == "ai":
        yield said("searches", lang, **bounds(result.beside["searches"], lang))
        yield said(
            "machines",
            lang,
            gpus=round(result.beside["gpus"].value),
            seconds=bounds(result.beside["seconds"], lang)["value"],
            batch=f"{result.inputs['batch']:g}",
        )
        yield said("ai_points", lang)
    yield said(f"{result.kind}_bounds", lang)
    if result.kind == "video":
        yield said("video_disagreement", lang)
    yield said("tier", lang, tier=word("tier", result.tier, lang))
    yield said("not_counted", lang)
    yield from (f"  - {word('not_counted', code, lang)}" for code in result.not_counted)


def factor(one: Factor, lang: str) -> str:
    """A number with its bounds, unit, source and year."""
    source = f"{one.source}, {one.year}" if one.year else one.source
    given = {"value": _plain(one.value, lang), "low": _plain(one.low, lang), "high": _plain(one.high, lang)}
    phrase = "factor" if one.low == one.high else "spread"
    return said(phrase, lang, key=one.key, unit=one.unit, source=source, **given).replace("  ", " ").replace(" ,", ",")


def changed(one: Change, lang: str) -> str:
    """What became of a factor from one set to another."""
    if one.before is None or one.after is None:
        phrase = "added" if one.before is None else "removed"
        return said(
            phrase,
            lang,
            key=one.key,
            **{name: _plain(side.value, lang) for name, side in (("before", one.before), ("after", one.after)) if side},
        )
    if one.before.value == one.after.value:
        return said("reworded", lang, key=one.key)
    percent = "" if one.percent is None else _signed(f"{one.percent:+.1f} %", lang)
    before, after = _plain(one.before.value, lang), _plain(one.after.value, lang)
    return said("changed", lang, key=one.key, before=before, after=after, percent=percent)


def _plain(value: float, lang: str) -> str:
    return _signed(f"{value:.6g}", lang)


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


def record(one: Factor) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Factor.__slots__}
