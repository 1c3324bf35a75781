"""Spaces before double signs and in numbers, and dates, as each language of the interface sets them."""

from __future__ import annotations

import re
from datetime import date

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language

NARROW = "\u202f"  # narrow no-break space
AS_KNOWN = {"year": "Y", "month": "F Y", "day": "j F Y", "minute": "j F Y, H:i"}
SIGN = re.compile(r"[ \u00a0\u202f]+([;:!?%])(?![\w/])")


def typeset(text: str) -> str:
    """A narrow no-break space before ; : ! ? % in French, none in English; the interface's own words only."""
    return SIGN.sub(rf"{NARROW}\1" if french() else r"\1", text)


def pair(label: object, value: object) -> str:
    """`Thème : Cartes`, `Theme: Maps`; the value is left as it is."""
    return f"{label}{NARROW if french() else ''}: {value}"


def quoted(text: str) -> str:
    """« … » in French, “…” in English."""
    return f"«{NARROW}{text}{NARROW}»" if french() else f"“{text}”"


def listed(parts: list[str]) -> str:
    """Parts that may hold commas, between semicolons."""
    return f"{NARROW if french() else ''}; ".join(parts)


def grouped(value: int) -> str:
    """Thousands by a narrow no-break space in French, by a comma in English."""
    return f"{value:,}".replace(",", NARROW) if french() else f"{value:,}"


def dated(day: date, precision: str = "day") -> str:
    """A date as precise as it is known; the first of a month is « 1er » in French."""
    text = format_date(day, AS_KNOWN.get(precision, AS_KNOWN["day"]))
    return f"1er{text[1:]}" if french() and text.startswith("1 ") else text


def french() -> bool:
    return get_language() == "fr"
