"""What stewards say of a service, the file that was measured on it, and what they give for a result."""

from __future__ import annotations

import hashlib
import io
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment.forms_footprint import ZONES, number, usual
from communaux.assessment.measured import Brought, Given, Hours, Told, mark_of_service, told_of
from communaux.assessment.models import DigitalService, Measurement
from communaux.core.contacts import told_in
from communaux.engines.footprint import grid, telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.importing import read
from communaux.engines.footprint.readings import LONGEST_PATTERN, Service

LARGEST: Final = 10_000_000  # bytes
KINDS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("web", _("a site or a web application")),
    ("native", _("an application to install")),
    ("api", _("an interface for programs")),
    ("data", _("data to download")),
    ("other", _("something else")),
)
UNITS: Final = (
    ("request", _("requests")),
    ("user", _("persons")),
    ("active_account", _("active accounts")),
    ("gb", _("gigabytes")),
    ("hour", _("hours")),
    ("session", _("sessions")),
)
METHODS: Final = (
    ("", _("not told")),
    ("lca", _("the whole life: power stations, their making, their fuel")),
    ("direct", _("only what power stations burn")),
)
LARGEST_HOURS: Final = 1_000_000  # bytes
PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}


# Field → the number that stands for it where it is left empty, and what that is divided by
USUAL: Final = {
    "pue": ("pue", 1.0),
    "wall": ("k_wall", 1.0),
    "embodied": ("server.embodied", 1000.0),
    "life": ("server.life", 1.0),
}


class ServiceForm(forms.Form):
    """What it is, where it runs. Public, so it names no person."""

    name = forms.CharField(label=_("Name of the service"), max_length=120)
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS)
    url = forms.URLField(
        label=_("Its address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs=PLAIN),
    )
    perimeter = forms.CharField(
        label=_("What is counted"),
        required=False,
        max_length=1000,
        help_text=_("For instance: the server of the site and its database."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    excluded = forms.CharField(
        label=_("What is not"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    host = forms.CharField(label=_("Who runs the machines"), required=False, max_length=120)
    place = forms.CharField(label=_("Where they stand"), required=False, max_length=120)
    pue = number(
        _("PUE that the data centre declares"),
        _("The energy of the whole building over that of its machines, from 1 to 10. Empty: not declared."),
    )
    pue_source = forms.URLField(
        label=_("Where it is declared"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs=PLAIN),
    )

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        pue = told.get("pue")
        if pue is not None and not 1 <= pue <= 10:
            self.add_error("pue", _("A PUE lies between 1 and 10."))
        if pue is not None and "pue_source" in told and not told["pue_source"]:
            self.add_error("pue_source", _("A PUE needs the address where it is declared."))
        for name in ("name", "perimeter", "excluded", "host", "place"):
            if told_in(told.get(name) or ""):
                self.add_error(name, _("Take the address or the number out: this sentence is public."))
        return told

    @property
    def told(self) -> Told:
        return Told(**{name: self.cleaned_data[name] for name in Told.__slots__})

    @classmethod
    def of(cls, service: DigitalService) -> ServiceForm:
        now = told_of(service)
        return cls(initial={name: getattr(now, name) for name in Told.__slots__} | {"seen": mark_of_service(now)})


class MeasurementForm(forms.Form):
    """A file, read while it is checked; it is not kept."""

    file = forms.FileField(
        label=_("File that was measured"),
        help_text=_(
            "Scaphandre (JSON, or text for Prometheus), an answer of Prometheus, or codecarbon; 10 MB at most."
        ),
    )
    exe = forms.CharField(
        label=_("Program of the service"),
        required=False,
        max_length=LONGEST_PATTERN,
        help_text=_("A regular expression looked for in the names of programs, as gunicorn. Empty: the whole machine."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    cmdline = forms.CharField(
        label=_("Or its command line"), required=False, max_length=LONGEST_PATTERN, widget=forms.TextInput(attrs=PLAIN)
    )
    container = forms.CharField(
        label=_("Or its container, compose service or pod"),
        required=False,
        max_length=LONGEST_PATTERN,
        widget=forms.TextInput(attrs=PLAIN),
    )

    def clean_file(self) -> Any:
        if (found := self.cleaned_data["file"]).size > LARGEST:
            raise ValidationError(
                gettext(
                    "This file is larger than 10 MB. Measure a shorter time, or have it brought in by who runs the desk: "
                    "`communaux footprint import`."
                )
            )
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            self._read(told)
        return told

    def _read(self, told: dict[str, Any]) -> None:
        asked = Service(told["exe"], told["cmdline"], told["container"])
        file = told["file"].file
        try:
            energy = read(file, service=asked)
        except FootprintError as error:
            patterns = ("bad_pattern", "long_pattern", "slow_pattern", "no_process", "no_processes")
            lang = "en" if get_language() == "en" else "fr"
            self.add_error("exe" if error.code in patterns else "file", telling.refused(error, lang))
            return
        file.seek(0)
        self.brought = Brought(hashlib.file_digest(file, "sha256").hexdigest(), asked, energy)


class ResultForm(forms.Form):
    """What is declared, so that less is supposed. Each field left empty takes what is usual, with its bounds."""

    pue = number(_("PUE of the data centre"))
    wall = number(_("Power at the plug over that of the sensor"))
    zone = forms.ChoiceField(label=_("Electricity of"), choices=ZONES)
    grid = number(_("Another intensity of electricity, in g/kWh"), _("Of the place, never of certificates."))
    grid_source = forms.CharField(label=_("Where this intensity is from"), required=False, max_length=200)
    hourly = forms.FileField(
        label=_("Its intensity hour by hour, of the time that was measured"),
        required=False,
        help_text=_(
            "A CSV file of timestamp,g_per_kwh, times with their offset; 1 MB at most. It goes before the above."
        ),
    )
    hourly_method = forms.ChoiceField(label=_("What this file counts"), choices=METHODS, required=False)
    hourly_source = forms.CharField(label=_("Where this file is from"), required=False, max_length=300)
    share = number(_("Part of the service, from 0 to 1"), _("Where no process tells it. Empty: the whole machine."))
    embodied = number(_("Making of the machine, in kg of CO2 equivalent"))
    life = number(_("Years that the machine serves"))
    machine_source = forms.CharField(label=_("Where these kilograms are from"), required=False, max_length=200)
    count = number(_("How much work it did meanwhile"), _("For the intensity by unit (SCI, ISO/IEC 21031)."))
    unit = forms.ChoiceField(label=_("Unit of this work"), choices=UNITS)

    hours: Hours | None = None

    def __init__(self, *given: Any, measurement: Measurement, **more: Any) -> None:
        super().__init__(*given, **more)
        self.declared, self.source = measurement.service.pue, measurement.service.pue_source
        for name, (key, scale) in USUAL.items():
            self.fields[name].help_text = usual(key, scale)

    def clean(self) -> dict[str, Any]:
        """A number that stands alone changes nothing, and a result is for ever."""
        told = super().clean() or {}
        alone = (("grid_source", "grid"), ("machine_source", "embodied"), ("life", "embodied"))
        for name, needs in (*alone, ("hourly_method", "hourly"), ("hourly_source", "hourly")):
            if told.get(name) and needs in told and told[needs] is None:
                self.add_error(needs, _("Fill this in too, or leave both empty."))
        if told.get("pue") is not None and told["pue"] != self.declared:
            self.add_error("pue", _("Declare this PUE with the service first: there it has its source."))
        if told.get("hourly"):
            self._read(told)
        return told

    def _read(self, told: dict[str, Any]) -> None:
        """The file of hours, so that what is wrong in it stands beside it."""
        for name in ("hourly_method", "hourly_source"):
            if not told.get(name):
                if name in told:
                    self.add_error(name, _("A file of hours needs this."))
                return
        if told["hourly"].size > LARGEST_HOURS:
            self.add_error("hourly", _("This file is larger than 1 MB: keep the hours that were measured."))
            return
        try:
            hours = Hours(told["hourly"].read().decode("utf-8-sig"), told["hourly_method"], told["hourly_source"])
            grid.read(io.StringIO(hours.content, newline=""), method=hours.method, source=hours.source)
        except UnicodeDecodeError:
            self.add_error("hourly", _("This file is no text."))
        except FootprintError as error:
            self.add_error("hourly", telling.refused(error, "en" if get_language() == "en" else "fr"))
        else:
            self.hours = hours

    @property
    def given(self) -> Given:
        declared = self.cleaned_data["pue"] is not None
        told = {name: value for name, value in self.cleaned_data.items() if not name.startswith("hourly")}
        return Given(**told, pue_source=self.source if declared else "")

    @classmethod
    def of(cls, measurement: Measurement) -> ResultForm:
        """With what the service declares."""
        usual = {"zone": "FR", "unit": "request", "pue": None if measurement.facility else measurement.service.pue}
        return cls(initial=usual, measurement=measurement)
