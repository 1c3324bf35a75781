"""The engine's own words of an assessment, in the language of the page: `{{ one|measured }}`, `{% remedy condition as todo %}`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django import template
from django.utils.translation import get_language

from communaux.assessment import failures
from communaux.engines.assess import telling
from communaux.engines.assess.identities import HEADLINE, POLICIES
from communaux.engines.assess.model import Condition, Indicator, Warned
from communaux.web.intervals import Bar, bar

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
# Details that a page tells: figures of which each says something by itself
PLAIN = frozenset(
    ("k", "people", "active", "left", "since_days", "usual_days", "active_months", "releases", "early", "age_days")
) | {"excluded", "without_author", "cohort_closed"}
PLAIN |= {
    "issues",
    "changes",
    "unanswered",
    "by_maintainers_days",
    "opened",
    "closed",
    "backlog_month",
    "open",
    "median_days",
}
PLAIN |= {"archived_days", "core_merged", "core_decided", "new_merged", "new_decided", "bot_merged", "bot_decided"}


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
def meaning(code: str, end: date | None = None) -> str:
    """`end` of the year it is about, where that is long ago."""
    return telling.meaning(code, lang(), end)


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
    """Label and figure of what else the measure tells, where it is one figure that has a plain name."""
    plain = {name: told for name, told in one.detail.items() if name in PLAIN and isinstance(told, int | float)}
    return telling.details(replace(one, detail=plain), lang())


@register.filter
def share(value: float) -> str:
    return telling.number(value, "share", lang())


@register.filter
def condition_name(one: Condition) -> str:
    return telling.condition(one, lang())[0]


@register.filter
def met_when(one: Condition, end: date | None = None) -> str:
    """`end` of the year it is about, where that is long ago."""
    return telling.condition(one, lang(), end)[1]


@register.filter
def year_note(end: date, as_of: date) -> str:
    return telling.year_note(end, as_of, lang())


@register.filter
def rests_on(one: Indicator) -> str:
    return telling.rests_on(one, lang())


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
