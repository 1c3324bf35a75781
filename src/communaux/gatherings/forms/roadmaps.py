"""What is handed in about road maps; forms only validate."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Paragraphs
from communaux.catalogue.models import Theme
from communaux.core import contacts
from communaux.core.models import Organisation
from communaux.gatherings.models import FollowUp, Roadmap
from communaux.gatherings.services import News, Step, Words
from communaux.gatherings.services.adapting import LICENCES
from communaux.gatherings.shipped import PHASES

LONGEST = 600


def public(typed: str) -> str:
    """On one line; ValidationError for words by which somebody could be reached."""
    text = " ".join(typed.split())
    if contacts.told_in(text):
        raise ValidationError(gettext("These words are public: take the mail address or the telephone number out."))
    return text


def path_in(address: str) -> str:
    """The path of an address that somebody typed; empty for what is none."""
    try:
        return urlsplit(address.strip()).path
    except ValueError:  # a bracket that is not closed
        return ""


def key_of(typed: str) -> UUID:
    """A key that is none is a new one."""
    try:
        return UUID(typed)
    except ValueError:
        return uuid4()


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
        return public(self.cleaned_data["text"])

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
        return public(self.cleaned_data["role"])


class RoadmapForm(forms.Form):
    """The words of a road map: three phases, and what must be true between them."""

    title = forms.CharField(label=_("Title"), min_length=8, max_length=200)
    summary = Paragraphs(label=_("In a few words"), required=False, max_length=2000)
    theme = forms.ChoiceField(label=_("Theme"))
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, asks_licence: bool = False, **given: Any) -> None:
        super().__init__(*args, **given)
        lang = "fr" if get_language() == "fr" else "en"
        themes = sorted(Theme.objects.values_list("key", lang), key=lambda one: one[1])
        self.fields["theme"].choices = [("", "—"), *themes]  # type: ignore[attr-defined]  # declared above
        if asks_licence:
            label = gettext("Licence of your text")
            choices = [(code, code) for code in LICENCES]
            self.fields["licence"] = forms.ChoiceField(label=label, choices=choices)
        for n in range(1, PHASES + 1):
            self._ask_phase(n)

    def _ask_phase(self, n: int) -> None:
        named = {"n": n}
        self.fields[f"title_{n}"] = forms.CharField(label=gettext("Phase %(n)d: title") % named, max_length=200)
        text = gettext("Phase %(n)d: what is to be done") % named
        self.fields[f"text_{n}"] = Paragraphs(label=text, max_length=2000)
        if n < PHASES:
            gate = gettext("Before phase %(n)d: what must be true") % {"n": n + 1}
            self.fields[f"gate_{n}"] = forms.CharField(label=gate, max_length=300)

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def words(self) -> Words:
        told = self.cleaned_data
        phases = [Step(told[f"title_{n}"], told[f"text_{n}"], told.get(f"gate_{n}", "")) for n in range(1, PHASES + 1)]
        return Words(told["title"], told["summary"], told["theme"], phases, told.get("licence", ""))


def filled(roadmap: Roadmap) -> dict[str, Any]:
    """What the form begins with."""
    told: dict[str, Any] = {"title": roadmap.title, "summary": roadmap.summary, "theme": roadmap.theme_id}
    for n, (title, text, gate) in enumerate(roadmap.phase_words, 1):
        told |= {f"title_{n}": title, f"text_{n}": text, f"gate_{n}": gate}
    return told
