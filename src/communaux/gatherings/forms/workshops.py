"""What is handed in on the board of a workshop."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Paragraphs
from communaux.catalogue.models import Need
from communaux.gatherings.forms.roadmaps import key_of, path_in, public
from communaux.gatherings.services.workshops import MOST_GROUPS

NUMBER = re.compile(r"[0-9]{1,3}")
STAGES = [(n, n) for n in range(1, 6)]


class WorkshopForm(forms.Form):
    """An axis, and how many groups work on it."""

    label = forms.CharField(label=_("What this axis is about"), max_length=100)
    groups = forms.IntegerField(label=_("Number of groups"), min_value=1, max_value=MOST_GROUPS, initial=1)

    def clean_label(self) -> str:
        return public(self.cleaned_data["label"])


class GroupForm(forms.Form):
    """How a group is called and who takes part, in numbers."""

    label = forms.CharField(label=_("Name of the group"), required=False, max_length=120)
    size = forms.IntegerField(label=_("How many take part"), required=False, min_value=1, max_value=200)
    roles = Paragraphs(
        label=_("Their roles"),
        required=False,
        max_length=1000,
        help_text=_("One role a line with its number, for example: teacher: 3. Never a name."),
    )

    def clean_label(self) -> str:
        return public(self.cleaned_data["label"])

    def clean_roles(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in filter(str.strip, self.cleaned_data["roles"].splitlines()):
            role, _colon, number = (part.strip() for part in line.rpartition(":"))
            if not role or not NUMBER.fullmatch(number):
                raise ValidationError(gettext("Write one role a line with its number, for example: teacher: 3."))
            role = public(role)
            found[role] = found.get(role, 0) + int(number)
        return found


class CardForm(forms.Form):
    """One thought for the board."""

    kind = forms.ChoiceField(label=_("What it is"))
    text = Paragraphs(label=_("One thought"), max_length=400, help_text=_("It is public: no name, no address."))
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # declared above
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.initial["kind"] = kinds[0][0]

    def clean_text(self) -> str:
        return public(self.cleaned_data["text"])

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])


class CardEditForm(forms.Form):
    """A card said better, or set aside."""

    text = Paragraphs(label=_("One thought"), max_length=400, help_text=_("It is public: no name, no address."))
    kept = forms.BooleanField(label=_("Keep it on the board"), required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean_text(self) -> str:
        return public(self.cleaned_data["text"])


class NeedLinkForm(forms.Form):
    """The need that a friction became, by its address."""

    address = forms.CharField(label=_("Address of the need"), max_length=500)

    def clean_address(self) -> Need:
        slug = path_in(self.cleaned_data["address"]).rstrip("/").rpartition("/")[2]
        found = Need.objects.filter(slug=slug).first()
        if found is None:
            raise ValidationError(gettext("This desk has no need at this address."))
        return found


class ProblemForm(forms.Form):
    """The one problem of a group."""

    statement = Paragraphs(label=_("The problem, in one sentence"), max_length=600)
    for_whom = forms.CharField(label=_("For whom"), max_length=200, help_text=_("A group of people, never a name."))
    evidence = Paragraphs(label=_("What shows it"), required=False, max_length=600)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean_statement(self) -> str:
        return public(self.cleaned_data["statement"])

    def clean_for_whom(self) -> str:
        return public(self.cleaned_data["for_whom"])

    def clean_evidence(self) -> str:
        return public(self.cleaned_data["evidence"])


class FinishForm(forms.Form):
    """The end of a stage."""

    facilitator = forms.CharField(
        label=_("Role of who led it"), required=False, max_length=120, help_text=_("A role, never a name.")
    )

    def clean_facilitator(self) -> str:
        return public(self.cleaned_data["facilitator"])


class ReopenForm(forms.Form):
    """Back to a stage that was done."""

    kind = forms.TypedChoiceField(label=_("Which stage"), choices=STAGES, coerce=int)
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, stages: list[tuple[int, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["kind"].choices = stages  # type: ignore[attr-defined]  # declared above

    def clean_reason(self) -> str:
        return public(self.cleaned_data["reason"])
