"""Why a meeting goes off the desk, or comes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.gatherings.forms.roadmaps import public
from communaux.gatherings.services.withholding import LONGEST


class WithholdForm(forms.Form):
    """`back`: what the form was drawn for, sent along."""

    reason = forms.CharField(label=_("Why it is taken off the desk, shown to everybody (required)"), max_length=LONGEST)
    back = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, back: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["back"].initial = back
        if back:
            self.fields["reason"].label = gettext("Why it comes back, shown to everybody (required)")

    def clean_reason(self) -> str:
        return public(self.cleaned_data["reason"])
