"""Where a body has its seat: a place by name or code, never guessed between two."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communaux.catalogue.forms.texts import Line
from communaux.territory.models import Territory
from communaux.territory.queries import resolving

SHOWN = 5


class SeatForm(forms.Form):
    place = Line(
        label=gettext_lazy("Commune or intercommunal body"),
        help_text=gettext_lazy("Its name, its postal code, its INSEE code, or the SIREN of an intercommunal body."),
        max_length=resolving.LONGEST,
    )

    def clean_place(self) -> Territory:
        typed = self.cleaned_data["place"]
        found = resolving.resolve(typed)
        if found.territory:
            return found.territory
        if found.candidates:
            told = ", ".join(f"{one.name} ({one.code})" for one in found.candidates[:SHOWN])
            raise ValidationError(_("Several places answer: give the code of yours. %(places)s") % {"places": told})
        raise ValidationError(_("No place has this name or this code."))
