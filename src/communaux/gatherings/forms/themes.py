"""To which domain of the catalogue each theme of a meeting belongs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import theme_choices
from communaux.catalogue.models import Theme


class ThemesForm(forms.Form):
    """A field for each theme of the draft, named by a hash of its words: those may hold anything."""

    def __init__(self, *args: Any, themes: Sequence[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.labels = {_field(label): label for label, _key in themes}
        names = theme_choices()
        choices = [("", _("none of these")), *names]
        for label, key in themes:
            self.fields[_field(label)] = forms.ChoiceField(label=label, choices=choices, initial=key, required=False)

    def told(self) -> dict[str, Theme | None]:
        chosen = {label: self.cleaned_data[name] for name, label in self.labels.items()}
        found = Theme.objects.in_bulk(set(chosen.values()) - {""})
        return {label: found.get(key) for label, key in chosen.items()}


def _field(label: str) -> str:
    return f"theme_{hashlib.sha256(label.encode()).hexdigest()[:12]}"
