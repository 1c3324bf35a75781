"""The engine's own words of an assessment, in the language of the page: `{{ one|measured }}`, `{% remedy condition as todo %}`."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.translation import get_language

from communaux.assessment import failures
from communaux.engines.assess import telling
from communaux.engines.assess.identities import HEADLINE, POLICIES
from communaux.engines.assess.model import Condition, Indicator, Warned
from communaux.web.intervals import Bar, bar
from communaux.web.labels.assessment import DETAIL, SHARES
from communaux.web.typography import grouped, typeset

register = template.Library()
# Reading of an axis or outcome of a condition → the mark that desk.css draws before it
MARKS = {
    "established": "yes",
    "met": "yes",
    "confirm": "unknown",
    "unknown": "unknown",
    "attention": "no",
    "unmet": "no",
}


def lang() -> str:
    return "en" if get_language() == "en" else "fr"


@register.filter
def mark(code: str) -> str:
    return MARKS.get(code, "unknown")


@register.filter
def assess_word(code: str, kind: str) -> str:
    """Of `axes`, `readings`, `outcomes`."""
    return telling.word(kind, code, lang())


@register.filter
def forge_name(code: str) -> str:
    return telling.word_of_forge(code)


@register.filter
def measure_name(code: str) -> str:
    return telling.name(code, lang())


@register.filter
def meaning(code: str) -> str:
    return telling.meaning(code, lang())


@register.filter
def literature(code: str) -> str:
    """Where the measure comes from."""
    return telling.source(code)


@register.filter
def measured(one: Indicator) -> str:
    return telling.value(one, lang())


@register.filter
def around(one: Indicator) -> str:
    return telling.interval(one, lang())


@register.filter
def why(one: Indicator) -> str:
    return telling.reason(one, lang())


@dataclass(frozen=True, slots=True)
class Way:
    """A measure where people are told apart in one way; `programs`: with them, where that was counted."""

    policy: str
    people: str
    programs: str


@register.simple_tag
def told_apart(one: Indicator) -> list[Way]:
    """In the order of the engine; the way of this page first."""
    policies = sorted((code for code in one.by_policy if code in POLICIES), key=lambda code: code != HEADLINE)
    return [Way(code, _figure(one, code), _figure(one, f"{code}+bots")) for code in policies]


def _figure(one: Indicator, code: str) -> str:
    if code not in one.by_policy:
        return ""
    value = one.by_policy[code]
    return telling.UNKNOWN[lang()] if value is None else telling.number(value, one.unit, lang())


@register.filter
def in_language(told: dict[str, list[str]]) -> list[str]:
    return told.get(lang(), [])


@register.filter
def assess_phrase(name: str) -> str:
    """A phrase of the engine's report."""
    return telling.said(name, lang())


@register.filter
def more_of(one: Indicator) -> list[tuple[str, str]]:
    """Label and figure of what else the measure tells, where it has a plain name."""
    known = ((name, one.detail.get(name)) for name in DETAIL)
    return [(str(DETAIL[name]), _plain(name, value)) for name, value in known if isinstance(value, int | float)]


def _plain(name: str, value: float) -> str:
    if name in SHARES:
        return typeset(f"{telling.number(value, 'share', lang())} %")
    return grouped(value) if isinstance(value, int) else telling.number(value, "days", lang())


@register.filter
def share(value: float) -> str:
    return telling.number(value, "share", lang())


@register.filter
def condition_name(one: Condition) -> str:
    return telling.condition(one, lang())[0]


@register.filter
def met_when(one: Condition) -> str:
    return telling.condition(one, lang())[1]


@register.simple_tag
def remedy(one: Condition) -> tuple[str, str]:
    """What to do, and how long it takes."""
    return telling.remedy(one, lang())


@register.filter
def warned(one: Warned) -> str:
    return telling.warning(one, lang())


@register.filter
def failure(code: str) -> str:
    return failures.sentence(code, lang())


@register.filter
def interval_bar(one: Indicator) -> Bar | None:
    return bar(one, lang())
