"""What is handed in about what a session taught."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Paragraphs
from communaux.gatherings.forms.roadmaps import public
from communaux.gatherings.models import Report
from communaux.gatherings.services import Account
from communaux.gatherings.services.adapting import LICENCES

DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[!-~]+)", re.IGNORECASE)
PARTS = 3  # of a figure: what it counts, the value, its source


class ReportForm(forms.Form):
    """A skeleton: what was said, what was learned, what was seen from one side only, figures with their source."""

    text = Paragraphs(
        label=_("What was said"),
        max_length=20_000,
        help_text=_("It is public: roles, never names; no individual story by which somebody could be known."),
    )
    learnings = Paragraphs(
        label=_("What we learned"), required=False, max_length=4000, help_text=_("One sentence a line.")
    )
    biases = Paragraphs(
        label=_("What we saw from one side only"),
        required=False,
        max_length=4000,
        help_text=_("One sentence a line: who was not there, what the method left out."),
    )
    figures = Paragraphs(
        label=_("Figures"),
        required=False,
        max_length=4000,
        help_text=_("One a line: what it counts; the value; its source. A figure without a source is not kept."),
    )
    licence = forms.ChoiceField(label=_("Licence of your text"), choices=[(code, code) for code in LICENCES])
    doi = forms.CharField(
        label=_("DOI"),
        required=False,
        max_length=240,
        help_text=_("If an archive keeps this report, for example 10.5281/zenodo.1234."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10_000)

    def clean_text(self) -> str:
        for line in (told := self.cleaned_data["text"]).splitlines():
            public(line)
        return str(told)

    def clean_learnings(self) -> list[str]:
        return _lines(self.cleaned_data["learnings"])

    def clean_biases(self) -> list[str]:
        return _lines(self.cleaned_data["biases"])

    def clean_figures(self) -> list[dict[str, str]]:
        return [_figure(line) for line in _lines(self.cleaned_data["figures"])]

    def clean_doi(self) -> str:
        """As it is written, with or without its address (ISO 26324)."""
        told = DOI.fullmatch(self.cleaned_data["doi"])
        if self.cleaned_data["doi"] and not told:
            raise ValidationError(gettext("A DOI begins with 10., for example 10.5281/zenodo.1234."))
        return told[1] if told else ""

    def clean_base(self) -> int:
        return self.cleaned_data["base"] or 0

    def account(self) -> Account:
        told = self.cleaned_data
        return Account(told["text"], told["learnings"], told["biases"], told["figures"], told["licence"], told["doi"])


def told_of(report: Report) -> dict[str, Any]:
    """What the form begins with."""
    figures = "\n".join("; ".join(one[name] for name in ("label", "value", "source")) for one in report.figures)
    return {
        "text": report.text,
        "learnings": "\n".join(report.learnings),
        "biases": "\n".join(report.biases),
        "figures": figures,
        "licence": report.licence,
        "doi": report.doi,
        "base": report.number,
    }


def _lines(typed: str) -> list[str]:
    return [public(line) for line in typed.splitlines() if line.strip()]


def _figure(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";", PARTS - 1)]
    if len(parts) != PARTS or not all(parts):
        told = gettext("“%(line)s”: write what it counts; the value; its source.")
        raise ValidationError(told % {"line": line[:80]})
    return dict(zip(("label", "value", "source"), parts, strict=True))
