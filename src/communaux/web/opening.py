"""Hours as lists write them (OpenStreetMap's `opening_hours`), in words; what is not understood is shown as it is written."""

from __future__ import annotations

import re

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from communaux.web.typography import NARROW, french, pair

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
RULE = re.compile(r"(?P<days>(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)[,-]?\s?)+)\s*(?P<times>.*)")
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
CLOSED = {"off", "closed"}


def lines(hours: str) -> list[str]:
    """A line for each rule: "lundi à vendredi : 9 h – 12 h, 14 h – 18 h 30"."""
    try:
        return [_rule(one.strip()) for one in hours.split(";") if one.strip()]
    except ValueError:
        return [hours]


def _rule(text: str) -> str:
    found = RULE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    days = ", ".join(_days(one.strip()) for one in found["days"].split(",") if one.strip())
    if found["times"].strip().lower() in CLOSED:
        return pair(days, _("closed"))
    return pair(days, ", ".join(_span(one.strip()) for one in found["times"].split(",")))


def _days(text: str) -> str:
    first, to, last = (one.strip() for one in text.partition("-"))
    if not to:
        return _day(first)
    return _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _day(code: str) -> str:
    return _("public holidays") if code == "PH" else str(WEEKDAYS[DAYS.index(code)])


def _span(text: str) -> str:
    found = SPAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    begin, end = _hour(found[1], found[2]), _hour(found[3], found[4])
    return f"{begin}{NARROW}–{NARROW}{end}"


def _hour(hour: str, minute: str) -> str:
    if not french():
        return f"{int(hour)}:{minute}"
    return f"{int(hour)}{NARROW}h" + (f"{NARROW}{minute}" if minute != "00" else "")
