"""Whose name stands beside a role: what organisers ask for, and what the person writes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.core.typed import NameField
from communaux.gatherings.forms.roadmaps import public
from communaux.gatherings.models import SpeakerName
from communaux.gatherings.services import Wish

Basis = SpeakerName.Basis
BASES = tuple((one, one) for one in Basis.values)


class PublicName(NameField):
    """A name as all will read it; by which nobody can be reached."""

    def clean(self, value: Any) -> str:
        return public(super().clean(value))


class WishForm(forms.Form):
    """A name for a role of the draft."""

    role = forms.ChoiceField(label=_("Role"))
    name = PublicName(label=_("Name"), max_length=120)
    basis = forms.ChoiceField(choices=BASES, widget=forms.HiddenInput)  # of the button that was pressed
    mail = forms.EmailField(
        label=_("Their mail address"),
        required=False,
        max_length=254,
        help_text=_("For this one question; forgotten once it is answered, or after sixty days."),
    )
    source = forms.CharField(
        label=_("Where the public office can be read"),
        required=False,
        max_length=300,
        help_text=_("An address, or the name of an official text."),
    )

    def __init__(self, *args: Any, roles: Iterable[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["role"].choices = list(roles)  # type: ignore[attr-defined]  # declared above

    def clean_source(self) -> str:
        return public(self.cleaned_data["source"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("basis") == Basis.CONSENT and not told.get("mail") and "mail" in told:
            self.add_error("mail", gettext("Without an address nobody can be asked."))
        if told.get("basis") == Basis.PUBLIC_OFFICE and not told.get("source") and "source" in told:
            self.add_error("source", gettext("Say where the public office can be read."))
        return told

    def wish(self) -> Wish:
        """Of the two ways, what the one that was chosen needs."""
        told = self.cleaned_data
        asks = told["basis"] == Basis.CONSENT
        return Wish(told["role"], told["name"], told["mail"] if asks else "", "" if asks else told["source"])


class OwnNameForm(forms.Form):
    """One's own name."""

    name = PublicName(label=_("Your name, as it will be read"), max_length=120)
