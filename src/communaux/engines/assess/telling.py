"""The words of an assessment, in French and in English; without Django, for the terminal as for pages."""

from __future__ import annotations

from datetime import date
from typing import Final

from communaux.data import assess_table
from communaux.engines.assess.forge import BadItems
from communaux.engines.assess.model import Condition, Indicator, Warned

DECIMALS: Final = {"nats": 2, "ratio": 2, "per_opened": 2, "share": 0, "%/year": 0}
FORGES: Final = {"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo"}
# Bounds that are no interval of a level
PLAIN: Final = ("quartiles", "range", "unknown_bounds")
UNKNOWN: Final = {"fr": "inconnu", "en": "unknown"}
SHARES: Final = frozenset({"excluded", "without_author", "share", "cohort_closed"})  # details that are shares
PLACES: Final = {"p": "nats"}  # details with more decimals than one
LATE: Final = 90  # days after the end of the last year of a history from which sentences tell when it ended


def name(code: str, lang: str) -> str:
    return str(_indicator(code, lang)[0])


def meaning(code: str, lang: str, end: date | None = None) -> str:
    """What the indicator means, in one or two plain sentences; `end` as `year` takes it."""
    return str(_indicator(code, lang)[1]).format(year=year(end, lang))


def year_end(last: date | None, as_of: date) -> date | None:
    """When the last year of a history ended, where one would take it for the one up to the day of the question."""
    return last if last and (as_of - last).days > LATE else None


def year(end: date | None, lang: str) -> str:
    """`the year`, or which one (`end` is what `year_end` gives)."""
    return said("year_ended", lang, day=day(end, lang)) if end else said("year", lang)


def year_note(end: date, as_of: date, lang: str) -> str:
    """Which year all figures of the year are about."""
    return said("year_note", lang, day=day(end, lang), ago=ago((as_of - end).days, lang))


def ago(days: int, lang: str) -> str:
    """In whole years from one year on.

    >>> ago(4846, "fr"), ago(400, "en"), ago(91, "en")
    ('il y a 13\xa0ans', '1 year ago', '91 days ago')
    """
    one = Indicator("", "resource", days // 365.25 if days > 365 else days, "years" if days > 365 else "days", 0)
    return said("ago", lang, time=value(one, lang))


def day(one: date, lang: str) -> str:
    """In full, the first of a month as French says it.

    >>> day(date(2026, 3, 1), "fr"), day(date(2026, 3, 1), "en")
    ('1er mars 2026', '1 March 2026')
    """
    number = "1er" if lang == "fr" and one.day == 1 else str(one.day)
    return f"{number} {assess_table('series')['words']['months'][lang][one.month - 1]} {one.year}"


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


def percent(lang: str) -> str:
    """The sign with the space that French sets before it."""
    return "\u00a0%" if lang == "fr" else "%"


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
    """`5 to 8 (block bootstrap, 90%)`, one number where both bounds read alike; empty where it adds nothing to the value."""
    if one.low is None and one.high is None:
        return ""
    low, high = ("…" if bound is None else number(bound, one.unit, lang) for bound in (one.low, one.high))
    if one.value is not None and low == high == number(one.value, one.unit, lang):
        return ""
    kind = assess_table("indicators")["kinds"][one.interval_kind][lang]
    level = "" if one.interval_kind in PLAIN else f", {number(one.level, 'share', lang)}{percent(lang)}"
    bounds = low if low == high else f"{low} {said('to', lang)} {high}"
    return f"{bounds} ({kind}{level})"


def rests_on(one: Indicator, lang: str) -> str:
    """`318 changes`: how many of what it was had from; empty of nothing, and where value or reason says it already."""
    table = assess_table("indicators")
    counted, why = str(table[one.code]["counts"]), str(table["reasons"][one.reason][lang]) if one.reason else ""
    many = Indicator(one.code, one.axis, one.n, counted, one.n)
    return "" if not one.n or (one.value, one.unit) == (one.n, counted) or "{n}" in why else value(many, lang)


def reason(one: Indicator, lang: str) -> str:
    """Why there is no value, or how to read it."""
    if not one.reason:
        return ""
    return str(assess_table("indicators")["reasons"][one.reason][lang]).format(**{"n": one.n, **one.detail})


def details(one: Indicator, lang: str) -> list[tuple[str, str]]:
    """What else the measure tells: label and figures; a detail that has no words keeps its name."""
    return [(_label(name, lang), _detail(name, told, lang)) for name, told in one.detail.items()]


def _label(name: str, lang: str) -> str:
    row = assess_table("indicators")["details"].get(name)
    return str(row[lang]) if row else name


def _detail(name: str, told: object, lang: str) -> str:
    match told:
        case None:
            return UNKNOWN[lang]
        case int() | float():
            share = name in SHARES
            return number(told, "share" if share else PLACES.get(name, ""), lang) + percent(lang) * share
        case list():
            return (f" {said('to', lang)} " if name == "range" else " ").join(_detail("", each, lang) for each in told)
        case dict():
            return ", ".join(
                f"{_label(key, lang) or '—'}{said('colon', lang)} {_detail('', n, lang)}" for key, n in told.items()
            )
    return str(told)


def warning(one: Warned, lang: str) -> str:
    return str(assess_table("indicators")["warnings"][one.code][lang]).format(n=number(one.n, "days", lang))


def condition(one: Condition, lang: str, end: date | None = None) -> tuple[str, str]:
    """Its name and when it is met; `end` as `year` takes it."""
    called, met_when = assess_table("conditions")[one.code][lang]
    return str(called), str(met_when).format(year=year(end, lang))


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


def because(code: str, lang: str, **given: object) -> str:
    """Why a condition is as it is, where no figure says it."""
    return str(assess_table("conditions")["because"][code][lang]).format(**given)


def found(code: str, lang: str, **given: object) -> str:
    """What was read from files."""
    return str(assess_table("conditions")["found"][code][lang]).format(**given)


def refused_items(error: BadItems, lang: str) -> str:
    """Why files about a forge cannot be taken."""
    table = assess_table("forge")
    name = str(table["words"]["in_file"][lang]).format(name=error.name) if error.name else ""
    return str(table["refused"][error.code][lang]).format(name=name, line=error.line, what=error.what)
