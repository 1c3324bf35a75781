"""What is handed in about road maps; forms only validate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Paragraphs
from communaux.core.models import Organisation
from communaux.gatherings.models import FollowUp
from communaux.gatherings.services import News

LONGEST = 600


class NewsForm(forms.Form):
    """How it goes, in one line, and where it can be seen."""

    status = forms.ChoiceField(label=_("How is it going?"), widget=forms.RadioSelect)
    text = Paragraphs(
        label=_("In one line"),
        max_length=LONGEST,
        help_text=_("It is public, under your role: no name, no address, no telephone number."),
    )
    evidence_url = forms.URLField(
        label=_("Where it can be seen"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("A page, a report, a repository. Needed if it is delivered."),
    )

    def __init__(self, *args: Any, words: dict[str, Any], **given: Any) -> None:
        super().__init__(*args, **given)
        choices = [(code, words[code]) for code in FollowUp.Status.values if code != FollowUp.Status.SIGN]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("status") == FollowUp.Status.DELIVERED and "evidence_url" in told and not told["evidence_url"]:
            self.add_error("evidence_url", gettext("Say where what was delivered can be seen."))
        return told

    def news(self) -> News:
        told = self.cleaned_data
        return News(told["status"], told["text"], told["evidence_url"])


class AdoptForm(forms.Form):
    """In the name of which body, and in what role the desk may ask."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )
    role = forms.CharField(
        label=_("Your role there"),
        max_length=120,
        help_text=_("Shown in place of your name, for example: in charge of digital matters."),
    )

    def __init__(self, *args: Any, bodies: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # declared above

    def clean_role(self) -> str:
        return " ".join(self.cleaned_data["role"].split())
