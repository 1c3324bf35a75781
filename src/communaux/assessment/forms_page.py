"""Visits of a page, as a browser or Lighthouse recorded them: read while the form is checked, kept nowhere."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment.forms_footprint import ZONES, number
from communaux.engines.footprint import page, telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.pagefacts import PageFacts, facts_of

LARGEST: Final = 10_000_000  # bytes
BETWEEN: Final = re.compile(r"[\s,;]+")


class PageForm(forms.Form):
    """`facts` of the visit, what was `kept` of its budget, and both `versions` are there once it is valid."""

    file = forms.FileField(
        label=_("The visit"),
        help_text=_("A HAR that a browser saved, or a report of Lighthouse in JSON; 10 MB at most."),
    )
    before = forms.FileField(
        label=_("An earlier visit of the same page"), required=False, help_text=_("To see what a change brought.")
    )
    own_hosts = forms.CharField(
        label=_("Your own hosts"),
        required=False,
        max_length=500,
        help_text=_("Hosts that are no third parties, as static.example.org. Empty: that of the page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kilobytes = number(_("Weight promised, in kB at most"))
    requests = number(_("Requests promised, at most"))
    zone = forms.ChoiceField(label=_("Electricity of"), choices=ZONES, initial="FR")
    facts: PageFacts | None = None
    earlier: PageFacts | None = None
    kept: tuple[page.Kept, ...] = ()
    versions: page.Versions | None = None

    def clean_file(self) -> Any:
        return small(self.cleaned_data["file"])

    def clean_before(self) -> Any:
        return small(self.cleaned_data["before"])

    def clean_kilobytes(self) -> int | None:
        found = self._counted("kilobytes")
        return None if found is None else round(found * 1000)

    def clean_requests(self) -> int | None:
        found = self._counted("requests")
        return None if found is None else round(found)

    def _counted(self, name: str) -> float | None:
        found: float | None = self.cleaned_data[name]
        if found is not None and not 0 <= found <= 1e9:
            raise ValidationError(gettext("Write a number from 0 to a thousand million."))
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            hosts = [one for one in BETWEEN.split(told["own_hosts"]) if one]
            self.facts = self._visit("file", hosts)
            self.earlier = self._visit("before", hosts) if told["before"] else None
        if self.facts and not self.errors:
            self.kept = page.budget(self.facts, size=told["kilobytes"], requests=told["requests"])
            self._compare(self.facts, told["zone"])
        return told

    def _visit(self, name: str, hosts: list[str]) -> PageFacts | None:
        try:
            return facts_of(self.cleaned_data[name].read(), hosts)
        except FootprintError as error:
            self.add_error("own_hosts" if error.code == "bad_host" else name, _refused(error))
            return None

    def _compare(self, facts: PageFacts, zone: str) -> None:
        if self.earlier:
            try:
                self.versions = page.compare(shipped(), self.earlier, facts, zone=zone)
            except FootprintError as error:
                self.add_error("before", _refused(error))


def small(file: Any) -> Any:
    if file and file.size > LARGEST:
        raise ValidationError(
            gettext(
                "This file is larger than 10 MB: read it by `communaux footprint page`, where Communaux is installed."
            )
        )
    return file


def _refused(error: FootprintError) -> str:
    return telling.refused(error, "en" if get_language() == "en" else "fr")
