"""The review of an audit: who is asked, what is said of a line, the name that signs. What is written is published with it."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communaux.assessment.auditing import mark_of
from communaux.assessment.forms_audit import TAKE_OUT
from communaux.core.contacts import told_in
from communaux.engines.footprint import telling
from communaux.engines.footprint.rgesn.audit import REVIEWS, Finding


def _reviews() -> list[tuple[str, str]]:
    lang = "en" if get_language() == "en" else "fr"
    return [(code, telling.word("rgesn_review", code, lang)) for code in REVIEWS if code]


class AskReviewForm(forms.Form):
    """Somebody outside the commons, with or without account so far."""

    mail = forms.EmailField(
        label=_("Address of who is asked"),
        max_length=254,
        help_text=_("They need an account with this address; the desk forgets it once they sign."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class ReviewLineForm(forms.Form):
    """What a third party finds of one line."""

    review = forms.ChoiceField(label=_("What you find"), choices=_reviews, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("Why, in a sentence"),
        required=False,
        max_length=500,
        help_text=_("Needed to contest a line. It is published with the audit."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def clean_remark(self) -> str:
        remark: str = self.cleaned_data["remark"]
        if told_in(remark):
            raise forms.ValidationError(TAKE_OUT)
        return remark

    @classmethod
    def of(cls, finding: Finding) -> ReviewLineForm:
        return cls(initial={"review": finding.review, "remark": finding.remark, "seen": mark_of(finding)})


class SignReviewForm(forms.Form):
    """Nobody signs for somebody else: the reviewer types what is published."""

    name = forms.CharField(
        label=_("Your name, as it is published"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    organisation = forms.CharField(
        label=_("Your organisation"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
