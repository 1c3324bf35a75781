"""Kinds of input that several forms need: paragraphs, a date known by its year only, euros."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.fields import name_key
from communaux.catalogue.models import Theme

# NUL, other control characters and marks that reverse the direction of a line
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
KNOWN_DATES = (
    ("year", re.compile(r"(?P<year>\d{4})", re.ASCII)),
    ("month", re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})", re.ASCII)),
    ("day", re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)),
    ("day", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)),
)
EUROS = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)


def theme_choices() -> list[tuple[str, str]]:
    """Domains by key and name, sorted by their letters: “École” stands among the e."""
    lang = "fr" if get_language() == "fr" else "en"
    return sorted(Theme.objects.values_list("key", lang), key=lambda one: name_key(one[1]))


class Paragraphs(forms.CharField):
    """Text of several lines, counted in characters; what is too long is told and kept, never cut by the browser."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = UNWANTED.sub("", str(value or "")).replace("\r\n", "\n").replace("\r", "\n")
        return str(super().to_python(text))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": 4}


class PartialDate(forms.CharField):
    """A year, a month or a day; gives (date, precision), or None when it is not known."""

    def clean(self, value: Any) -> Any:
        text = re.sub(r"\s", "", str(super().clean(value)))
        return _read_date(text) if text else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off"}


def _read_date(text: str) -> tuple[date, str]:
    for precision, pattern in KNOWN_DATES:
        if found := pattern.fullmatch(text):
            parts = {"month": 1, "day": 1} | {name: int(digits) for name, digits in found.groupdict().items()}
            try:
                return date(parts["year"], parts["month"], parts["day"]), precision
            except ValueError:
                break
    raise forms.ValidationError(_("Write a year (2024), a month (03/2024) or a day (15/03/2024)."))


class Day(forms.DateField):
    """A day, chosen in the calendar of the browser."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


class Euros(forms.CharField):
    """An amount in euros as people write it; gives integer cents, or None when it is not known."""

    def clean(self, value: Any) -> Any:
        text = re.sub(r"[\s€]", "", str(super().clean(value)))
        if not text:
            return None
        found = EUROS.fullmatch(text)
        if not found:
            raise forms.ValidationError(_("Write an amount in euros, such as 1200 or 1200,50."))
        return int(Decimal(f"{found[1]}.{found[2] or 0}") * 100)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "inputmode": "decimal"}
