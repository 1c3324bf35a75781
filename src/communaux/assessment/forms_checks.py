"""What automatic checks are given: a budget for the pages that are read, a visit that a browser saved, what the host declares."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment.forms_footprint import number
from communaux.assessment.forms_page import small
from communaux.engines.footprint import telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.facts import Hosting, Page
from communaux.engines.footprint.rgesn.recorded import of_har

REAL: Final = (("", _("not told")), ("real", _("measured over a year")), ("design", _("of the design")))
DAY: Final = {"type": "date"}


class BudgetForm(forms.Form):
    """What the service promised of each page; empty: no promise is known."""

    kilobytes = number(_("Weight promised, in kB at most"))
    requests = number(_("Requests promised, at most"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in ("kilobytes", "requests"):
            if told.get(name) is not None and not 0 <= told[name] <= 1e9:
                self.add_error(name, gettext("Write a number from 0 to a thousand million."))
        return told

    @property
    def budget(self) -> tuple[int | None, int | None]:
        """Bytes and requests."""
        size, requests = self.cleaned_data["kilobytes"], self.cleaned_data["requests"]
        return None if size is None else round(size * 1000), None if requests is None else round(requests)


class VisitForm(BudgetForm):
    """A visit, read while the form is checked; of it only what checks see is kept."""

    file = forms.FileField(label=_("The visit"), help_text=_("A HAR that a browser saved; 10 MB at most."))
    page: Page

    field_order = ("file", "kilobytes", "requests")

    def clean_file(self) -> Any:
        return small(self.cleaned_data["file"])

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if not self.errors:
            try:
                self.page = of_har(told["file"].read(), budget=self.budget)
            except FootprintError as error:
                self.add_error("file", telling.refused(error, "en" if get_language() == "en" else "fr"))
        return told


class HostingForm(forms.Form):
    """What the host declares; what is left empty stays unknown."""

    pue = number(_("PUE of the data centre"))
    pue_kind = forms.ChoiceField(label=_("This PUE is"), choices=REAL, required=False)
    since = forms.DateField(
        label=_("In service since"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )
    wue = number(_("WUE, in litres for a kWh"))
    renewable = number(_("Renewable electricity, in percent"))
    document = forms.DateField(
        label=_("Day of the document that shows it"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        bounds = {"pue": (1, 10), "wue": (0, 100), "renewable": (0, 100)}
        for name, (low, high) in bounds.items():
            if told.get(name) is not None and not low <= told[name] <= high:
                sentence = gettext("Write a number from %(low)s to %(high)s.") % {"low": low, "high": high}
                self.add_error(name, sentence)
        for name in ("since", "document"):
            if told.get(name) and told[name] > localdate():
                self.add_error(name, gettext("This day has not come yet."))
        if not self.errors and all(one in (None, "") for one in told.values()):
            raise ValidationError(gettext("Nothing is told: fill in at least one field."))
        return told

    @property
    def hosting(self) -> Hosting:
        told = self.cleaned_data
        return Hosting(
            pue=told["pue"],
            pue_of_design={"real": False, "design": True}.get(told["pue_kind"]),
            in_service_since=told["since"],
            wue=told["wue"],
            renewable=None if told["renewable"] is None else told["renewable"] / 100,
            documents=(told["document"],) if told["document"] else (),
        )
