"""How often mail tells each kind of notice."""

from __future__ import annotations

from typing import Any

from django import forms

from communaux.core.frequencies import Frequencies
from communaux.core.models import Frequency, NoticeKind, Person
from communaux.web.labels import FREQUENCY, NOTICE


class ChoicesForm(forms.Form):
    """One list for each kind of notice, what is in force chosen."""

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        super().__init__(*given, **named)
        often = Frequencies.of([person.pk])
        for kind in NoticeKind.values:
            self.fields[kind] = forms.ChoiceField(
                label=str(NOTICE[kind]).capitalize(),
                choices=[(value, FREQUENCY[value]) for value in Frequency.values],
                initial=often.for_kind(person.pk, kind),
            )

    def changed(self) -> dict[str, str]:
        """Only what differs from what is in force."""
        return {kind: self.cleaned_data[kind] for kind in self.changed_data}
