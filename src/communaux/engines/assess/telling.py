"""The words of an assessment, in French and in English; without Django, for the terminal as for pages."""

from __future__ import annotations

from typing import Final

from communaux.data import assess_table
from communaux.engines.assess.forge import BadItems
from communaux.engines.assess.model import Condition, Indicator, Warned

DECIMALS: Final = {"nats": 2, "ratio": 2, "per_opened": 2, "share": 0, "%/year": 0}
FORGES: Final = {"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo"}
# Bounds that are no interval of a level
PLAIN: Final = ("quartiles", "range", "unknown_bounds")
UNKNOWN: Final = {"fr": "inconnu", "en": "unknown"}


def name(code: str, lang: str) -> str:
    return str(_indicator(code, lang)[0])


def meaning(code: str, lang: str) -> str:
    """What the indicator means, in one or two plain sentences."""
    return str(_indicator(code, lang)[1])


def codes() -> list[str]:
    """All measures, by their codes."""
    return [code for code, row in assess_table("indicators").items() if isinstance(row.get("source"), str)]


def source(code: str) -> str:
    return str(assess_table("indicators")[code]["source"])


def word_of_forge(code: str) -> str:
    """Its own name, which no language changes; "…" for another one."""
    return FORGES.get(code, "…")


def _indicator(code: str, lang: str) -> list[str]:
    found: list[str] = assess_table("indicators")[code][lang]
    return found


def number(value: float, unit: str, lang: str) -> str:
    """A figure as it is read: percents of a share, thousands apart, a comma in French, no zeros that say nothing.

    >>> number(0.256, "share", "fr"), number(1.5, "ratio", "fr"), number(-7.0, "days", "en"), number(3265, "files", "en")
    ('26', '1,5', '−7', '3,265')
    """
    places = DECIMALS.get(unit, 1)
    text = f"{round(100 * value if unit == 'share' else value, places) or 0:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = text.replace(",", "\u202f").replace(".", ",") if lang == "fr" else text
    return text.replace("-", "\u2212")


def unit(one: Indicator, lang: str) -> str:
    """The word behind the figure, in the number that French and English ask for."""
    words = assess_table("indicators")["units"][one.unit][lang]
    shown = abs(one.value or 0)
    return str(words[shown > 0 if one.unit == "yes" else shown >= 2 if lang == "fr" else shown != 1])


def value(one: Indicator, lang: str) -> str:
    """`7 people`, `36%`, or the word for unknown."""
    if one.unit == "yes" and one.value is not None:
        return unit(one, lang)
    space = "\u00a0" if lang == "fr" else "" if one.unit == "share" or one.unit.startswith("%") else " "
    return UNKNOWN[lang] if one.value is None else f"{number(one.value, one.unit, lang)}{space}{unit(one, lang)}"


def interval(one: Indicator, lang: str) -> str:
    """`5 to 8 (block bootstrap, 90%)`, one number where both bounds read alike; empty where there is none."""
    if one.low is None and one.high is None:
        return ""
    low, high = ("…" if bound is None else number(bound, one.unit, lang) for bound in (one.low, one.high))
    kind = assess_table("indicators")["kinds"][one.interval_kind][lang]
    space = "\u00a0" if lang == "fr" else ""
    level = "" if one.interval_kind in PLAIN else f", {one.level:.0%}".replace("%", f"{space}%")
    bounds = low if low == high else f"{low} {said('to', lang)} {high}"
    return f"{bounds} ({kind}{level})"


def reason(one: Indicator, lang: str) -> str:
    """Why there is no value, or how to read it."""
    if not one.reason:
        return ""
    return str(assess_table("indicators")["reasons"][one.reason][lang]).format(**{"n": one.n, **one.detail})


def warning(one: Warned, lang: str) -> str:
    return str(assess_table("indicators")["warnings"][one.code][lang]).format(n=one.n)


def condition(one: Condition, lang: str) -> tuple[str, str]:
    """Its name and when it is met."""
    called, met_when = assess_table("conditions")[one.code][lang]
    return str(called), str(met_when)


def remedy(one: Condition, lang: str) -> tuple[str, str]:
    """What to do, and how long it takes."""
    table = assess_table("conditions")
    row = table[one.code]
    return str(row["remedy"][lang]), str(table["efforts"][row["effort"]][lang])


def word(kind: str, code: str, lang: str) -> str:
    """Of `readings`, `outcomes`, `axes`."""
    return str(assess_table("conditions")[kind][code][lang])


def said(phrase: str, lang: str, /, **given: object) -> str:
    """A phrase of the report."""
    return str(assess_table("indicators")["report"][phrase][lang]).format(**given)


def error(code: str, lang: str) -> str:
    """Why a repository was not assessed, and what to do next."""
    return str(assess_table("indicators")["errors"][code][lang])


def because(code: str, lang: str) -> str:
    """Why a condition is as it is, where no figure says it."""
    return str(assess_table("conditions")["because"][code][lang])


def found(code: str, lang: str, **given: object) -> str:
    """What was read from files."""
    return str(assess_table("conditions")["found"][code][lang]).format(**given)


def refused_items(error: BadItems, lang: str) -> str:
    """Why files about a forge cannot be taken."""
    table = assess_table("forge")
    name = str(table["words"]["in_file"][lang]).format(name=error.name) if error.name else ""
    return str(table["refused"][error.code][lang]).format(name=name, line=error.line, what=error.what)
