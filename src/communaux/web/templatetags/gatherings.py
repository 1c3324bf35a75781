"""What pages of meetings need beside the common tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language

from communaux.engines.programme import telling
from communaux.engines.programme.model import Programme, Slot

register = template.Library()


@register.filter
def own_words(told: Mapping[str, str]) -> str:
    """Words of the package in the language of the page."""
    return told.get(get_language() or "fr", told.get("fr", ""))


def _lang() -> str:
    return "fr" if get_language() == "fr" else "en"


@register.filter
def day_named(day: date | str) -> str:
    """A day of a programme in full, `Tuesday 7 November 2023`; what is no day is shown as it was asked."""
    try:
        return telling.day(date.fromisoformat(day) if isinstance(day, str) else day, _lang())
    except ValueError:
        return str(day)


@register.filter
def place(slot: Slot, programme: Programme) -> str:
    """Day, hours and room, in the time of the meeting."""
    return telling.place(programme, slot, _lang())


@register.filter
def session_state(code: str) -> str:
    return telling.word("states", code, _lang())


@register.filter
def mean(score: Fraction | None) -> str:
    """Two digits after the comma."""
    return "" if score is None else number_format(f"{float(score):.2f}", use_l10n=True)


@register.filter
def access_need(code: str) -> str:
    return telling.word("needs", code, _lang())
