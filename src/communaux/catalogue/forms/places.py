"""What a body says of itself when it gives equipment a second life: read by the same rules as a line of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.texts import Line
from communaux.core.errors import BadRequest
from communaux.territory.formats import cells, refurbishers
from communaux.territory.formats.listed import Listed, Notes
from communaux.territory.models import Place, Territory
from communaux.territory.queries import resolving

NAMED = 5
COMMUNE = Territory.Kind.COMMUNE.value


class RefurbisherForm(forms.Form):
    """The columns of the list, one field each; `listed()` is the line they make."""

    name = Line(label=_("Name of the place"), max_length=200)
    siret = Line(
        label=_("SIRET number of the establishment"), max_length=30, help_text=_("14 digits; spaces are allowed.")
    )
    place = Line(
        label=_("Commune"),
        max_length=resolving.LONGEST,
        help_text=_("Its name, its postal code or its INSEE code."),
    )
    steps = forms.MultipleChoiceField(label=_("What you do there"), widget=forms.CheckboxSelectMultiple)
    streams = Line(
        label=_("Kinds of equipment"), required=False, help_text=_("A comma between: computers, telephones, screens…")
    )
    volumes = Line(
        label=_("Pieces of equipment a year"),
        required=False,
        max_length=20,
        help_text=_("A whole number; leave it empty if you do not know: it is then shown as unknown."),
    )
    label = Line(label=_("Labels"), required=False, help_text=_("As they are called, a comma between: ORDI 3.0…"))
    website = Line(label=_("Address of your site"), required=False, max_length=500)

    def __init__(self, *args: Any, words: Mapping[str, Any], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["steps"].choices = [(one.value, words[one.value]) for one in Place.Step]  # type: ignore[attr-defined]  # declared above

    def clean_siret(self) -> str:
        found = _read(lambda: cells.siret(self.cleaned_data["siret"]))
        if not found:
            raise ValidationError(gettext("Give the SIRET number of the establishment."))
        return found

    def clean_place(self) -> Territory:
        typed = self.cleaned_data["place"]
        found = resolving.resolve(typed, kind=COMMUNE)
        if found.territory and not found.territory.valid_to:
            return found.territory
        if found.candidates:
            told = ", ".join(f"{one.name} ({one.code})" for one in found.candidates[:NAMED])
            raise ValidationError(
                gettext("Several communes answer: give the INSEE code of yours. %(places)s") % {"places": told}
            )
        raise ValidationError(gettext("No commune has this name or this code."))

    def clean_volumes(self) -> str:
        return self._noted("volumes", lambda typed, notes: cells.whole(typed, notes, gettext("Number")))

    def clean_website(self) -> str:
        return self._noted("website", cells.url)

    def _noted(self, name: str, read: Callable[[str, Notes], Any]) -> str:
        """What a list would leave out and go on, a person is asked to correct."""
        notes, typed = Notes(), self.cleaned_data[name]
        _read(lambda: read(typed, notes))
        if notes:
            raise ValidationError(" ".join(notes))
        return str(typed)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            _read(lambda: self._line(told))
        return told

    def listed(self) -> Listed:
        """The line that a form without fault makes."""
        return self._line(self.cleaned_data)

    def _line(self, told: Mapping[str, Any]) -> Listed:
        return refurbishers.place(False, self._row(told), Notes())

    def _row(self, told: Mapping[str, Any]) -> dict[str, str]:
        written = {value: word for word, value in refurbishers.STEPS.items()}
        cell = (
            *(told["name"], told["siret"], told["place"].code, told["streams"], told["volumes"], told["label"]),
            *(", ".join(written[one] for one in told["steps"]), told["website"]),
        )
        return dict(zip(refurbishers.COLUMNS, cell, strict=True))


def _read[R](read: Callable[[], R]) -> R:
    """A refusal of the reader, said as the field's error."""
    try:
        return read()
    except BadRequest as error:
        raise ValidationError(error.message) from error


def said(place: Place) -> dict[str, Any]:
    """What the form shows of a line that stands."""
    return {
        "name": place.name,
        "siret": place.siret,
        "place": place.territory.code,
        "steps": place.steps,
        "streams": ", ".join(place.streams),
        "volumes": "" if place.volumes_per_year is None else str(place.volumes_per_year),
        "label": ", ".join(place.labels),
        "website": place.url,
    }
