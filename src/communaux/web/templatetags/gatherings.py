"""What pages of meetings need beside the common tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from communaux.engines.programme import telling
from communaux.engines.programme.model import Programme, Session, Slot
from communaux.gatherings.models import Contribution
from communaux.gatherings.queries.contributions import Share
from communaux.web.labels import TABLES
from communaux.web.typography import listed

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
def with_whom(session: Session) -> str:
    """Who speaks or leads, as it may be read today."""
    return ", ".join(telling.role(one, _lang()) for one in session.roles)


@register.filter
def session_state(code: str) -> str:
    return telling.word("states", code, _lang())


@register.filter
def amounts(one: Share) -> str:
    """How much in each unit, and how many lines do not tell it: never zero for what nobody told."""
    told = [_amount(quantity, unit) for unit, quantity in one.amounts]
    if one.untold:
        n = {"n": one.untold}
        told.append(
            ngettext("%(n)d time without telling how much", "%(n)d times without telling how much", one.untold) % n
        )
    return ", ".join(told)


@register.filter
def amount(one: Contribution) -> str:
    return gettext("how much: not told") if one.quantity is None else _amount(one.quantity, one.unit)


@register.filter
def in_days(days: Decimal) -> str:
    return _amount(days, "day")


def _amount(quantity: Decimal, unit: str) -> str:
    """With its unit, in the plural that the language has for a fraction."""
    whole = int(quantity)
    n = whole if _lang() == "fr" or quantity == whole else 2
    words = {
        "day": ngettext("%(n)s day", "%(n)s days", n),
        "h": ngettext("%(n)s hour", "%(n)s hours", n),
        "eur_in_kind": ngettext("%(n)s euro in kind", "%(n)s euros in kind", n),
        "item": ngettext("%(n)s thing", "%(n)s things", n),
    }
    return words[unit] % {"n": number_format(Decimal(f"{quantity.normalize():f}"), force_grouping=True)}


@register.filter
def parts(shares: Iterable[Share], table: str) -> str:
    """Each part of a total by its word."""
    return listed([f"{TABLES[table].get(one.code, one.code)} ({amounts(one)})" for one in shares])


@register.filter
def mean(score: Fraction | None) -> str:
    """Two digits after the comma."""
    return "" if score is None else number_format(f"{float(score):.2f}", use_l10n=True)


@register.filter
def access_need(code: str) -> str:
    return telling.word("needs", code, _lang())
