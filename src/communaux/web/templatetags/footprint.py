"""The engine's own words of a footprint, in the language of the page: `{{ result|grams }}`, `{{ result|notes }}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.utils.text import capfirst
from django.utils.translation import get_language

from communaux.engines.footprint import page_reports, reports, telling
from communaux.engines.footprint.decide import Alternative
from communaux.engines.footprint.factors import Factor
from communaux.engines.footprint.hardware import Purchase
from communaux.engines.footprint.intervals import Difference, Interval
from communaux.engines.footprint.page import Kept
from communaux.engines.footprint.pagefacts import PageFacts
from communaux.engines.footprint.power import Energy
from communaux.engines.footprint.results import KILO, Result
from communaux.engines.footprint.rgesn import telling as telling_rgesn
from communaux.engines.footprint.rgesn.referential import Criterion, referential
from communaux.web.intervals import Bar, spread
from communaux.web.typography import typeset

register = template.Library()


def lang() -> str:
    return "en" if get_language() == "en" else "fr"


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the table: bounds are empty where it is known exactly; `share` in percent of the whole."""

    name: str
    value: str
    low: str
    high: str
    share: int  # 0: less than one


@register.filter
def kind_of(result: Result) -> str:
    return telling.word("kind", result.kind, lang())


@register.filter
def grams(result: Result) -> dict[str, str]:
    """Low, value, high."""
    return telling.bounds(result.total, lang())


@register.filter
def watt_hours(result: Result) -> str:
    return telling.electricity(result, lang())


@register.filter
def parts_of(result: Result) -> list[Part]:
    """The heaviest first."""
    whole = result.total.value or 1
    return [
        Part(
            telling.word("part", code, lang()),
            (found := telling.bounds(one, lang()))["value"],
            found["low"] if one.low != one.high else "",
            found["high"],
            round(100 * one.value / whole),
        )
        for code, one in telling.by_weight(result)
    ]


@register.filter
def notes(result: Result) -> list[str]:
    """How to read it."""
    return [capfirst(one.lstrip(" -")) for one in telling.notes(result, lang())]


@register.filter
def left_out(result: Result) -> list[str]:
    return [telling.word("not_counted", code, lang()) for code in result.not_counted]


@register.filter
def tier_of(result: Result) -> str:
    return telling.word("tier", result.tier, lang())


@register.filter
def tier_word(code: str) -> str:
    return telling.word("tier", code, lang())


@register.filter
def perimeter_word(code: str) -> str:
    return telling.word("perimeter", code, lang())


@register.filter
def warned_of(energy: Energy) -> list[str]:
    """What was left out of a file, or looks wrong in it."""
    return [capfirst(one) for one in telling.warned(energy.warnings, lang())]


@register.filter
def figure(value: float) -> str:
    """Six significant digits at most, as the language writes them."""
    return telling.plain(value, lang())


@register.filter
def in_percent(part: float) -> str:
    return (
        typeset(f"{telling.plain(round(100 * part, 1), lang())} %") if lang() == "fr" else f"{round(100 * part, 1):g}%"
    )


@register.filter
def as_hours(seconds: float) -> str:
    return telling.plain(round(seconds / 3600, 1), lang())


@register.filter
def kilos(found: Interval | Difference) -> dict[str, str]:
    """Low, value, high in kg."""
    return telling.bounds(found * (1 / KILO), lang())


@register.filter
def part_name(code: str) -> str:
    return telling.word("part", code, lang())


@register.filter
def choice_name(result: Result) -> str:
    return telling.word("choice", str(result.inputs["choice"]), lang())


@register.filter
def break_even_years(found: Purchase) -> str:
    """In a sentence."""
    return reports.break_even(found, lang())


@register.filter
def purchase_warned(found: Purchase) -> list[str]:
    return [telling.word("purchase_warning", code, lang()) for code in found.warnings]


@register.filter
def footprint_word(code: str, kind: str) -> str:
    return telling.word(kind, code, lang())


@register.filter
def footprint_said(code: str) -> str:
    return telling.said(code, lang())


@register.filter
def year_of(one: Alternative) -> list[str]:
    """What it takes in a year; unknown where nobody counted."""
    return list(reports.alternative(one, lang()))


@register.filter
def factor_name(one: Factor) -> str:
    return telling.named(one, lang())


@register.filter
def factor_value(one: Factor) -> str:
    """With its bounds, where it has some."""
    value, between = telling.quantity(one, lang())
    return f"{value}, {between}" if between else value


@register.filter
def factor_source(one: Factor) -> str:
    return telling.sourced(one, lang())


@register.filter
def footprint_bar(result: Result) -> Bar:
    found = result.total
    return spread(found.value, found.low, found.high, lambda end: f"{telling.plain(end, lang())} g")


@register.filter
def page_seen(found: PageFacts) -> list[tuple[str, str]]:
    return list(page_reports.seen(found, lang()))


@register.filter
def page_carried(found: PageFacts) -> str:
    """Weight and requests, in a few words."""
    told = dict(zip(("bytes", "requests"), page_reports.seen(found, lang()), strict=False))
    return f"{told['bytes'][1]}, {told['requests'][1]} {told['requests'][0].lower()}"


@register.filter
def page_doubts(found: PageFacts) -> list[tuple[str, int]]:
    return list(page_reports.doubts(found, lang()))


@register.filter
def promise(one: Kept) -> str:
    """What was promised of a page, and whether it is kept."""
    return capfirst(next(page_reports.budget([one], lang())))


@register.filter
def bounds_of(found: Interval | Difference) -> dict[str, str]:
    """Low, value, high."""
    return telling.bounds(found, lang())


@register.filter
def criterion_title(one: Criterion) -> str:
    """In our own words."""
    return one.titles[lang()]


@register.filter
def check_values(told: dict[str, object]) -> list[str]:
    return list(telling_rgesn.values(told, lang()))


@register.filter
def theme_name_of(one: Criterion) -> str:
    return one.theme.names[lang()]


@register.filter
def of_line(said: Mapping[str, str], number: str) -> str:
    return said.get(number, "")


@register.filter
def only_when(one: Criterion) -> str:
    """The only case in which it does not apply; empty: it always does."""
    return "" if one.condition is None else referential().conditions[one.condition][lang()]


@register.filter
def on_bar(value: int) -> int:
    """Its width on a drawing of 380."""
    return round(380 * value / 100)
