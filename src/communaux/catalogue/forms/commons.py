"""What a person may say of a commons: to propose it, to describe it, to show evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.formats.values import characters
from communaux.catalogue.forms.inputs import theme_choices
from communaux.catalogue.forms.licences import doubt
from communaux.catalogue.models import Commons, Resource
from communaux.catalogue.own import COMMUNITY, FIELDS, GOVERNANCE, fingerprint

SHORT, LONG = 150, 10_000


class Lines(forms.CharField):
    """One item a line, as a list without blanks."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")


class Prose(forms.CharField):
    """A text of several lines, with the line ends of the desk."""

    def __init__(self, rows: int = 8, **given: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **given)

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class StartForm(forms.Form):
    """The first page of a proposal: what it is called and where it stands."""

    name = forms.CharField(label=_("Name"), max_length=250)
    address = forms.CharField(
        label=_("Address of the repository or of the site"),
        max_length=1000,
        help_text=_("It begins with https://"),
        widget=forms.URLInput,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)  # the look-alikes were shown

    def clean_address(self) -> str:
        return web_address(self.cleaned_data["address"])


def web_address(text: str) -> str:
    """The address as typed; raise ValidationError when it is not one of the web."""
    try:
        parts = urlsplit(text)
        there = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        there = False
    if not there or any(letter.isspace() for letter in text):
        raise ValidationError(gettext("This is not an address of the web: it begins with https:// and has no space."))
    return text


def _choices(values: type[Any], words: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(value, words.get(value, value)) for value in values.values]


SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Resource"), ("name", "names", "kind", "url", "repository", "licence", "stage")),
    (_("In words"), ("short_fr", "long_fr", "short_en", "long_en", "themes")),
    (_("Community"), COMMUNITY),
    (_("Governance"), GOVERNANCE),
    (_("This change"), ("reason",)),
)


class CommonsForm(forms.Form):
    """Everything a person may describe; each field is optional but the name, since what is unknown stays unknown."""

    name = forms.CharField(label=_("Name"), max_length=250)
    names = Lines(
        label=_("Other names, acronyms, old names"), required=False, max_length=2000, help_text=_("One a line")
    )
    kind = forms.ChoiceField(label=_("What it is"))
    url = forms.CharField(label=_("Address of the site"), required=False, max_length=1000, widget=forms.URLInput)
    repository = forms.CharField(
        label=_("Address of the repository"), required=False, max_length=1000, widget=forms.URLInput
    )
    licence = forms.CharField(
        label=_("Licence"),
        required=False,
        max_length=300,
        help_text=_("As the project writes it, for example AGPL-3.0-only"),
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    short_fr = forms.CharField(label=_("In one line, in French"), required=False, help_text=_("150 characters at most"))
    long_fr = Prose(
        label=_("Description in French"), required=False, help_text=_("What it does, for whom. Markdown is welcome.")
    )
    short_en = forms.CharField(label=_("In one line, in English"), required=False)
    long_en = Prose(label=_("Description in English"), required=False)
    themes = forms.MultipleChoiceField(label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple)
    steward = forms.CharField(label=_("Who takes care of it"), required=False, max_length=300)
    talk = forms.CharField(label=_("Where to talk with its people"), required=False, max_length=1000)
    contribute = forms.CharField(label=_("How to contribute"), required=False, max_length=1000)
    decision_body = forms.CharField(label=_("Who decides"), required=False, max_length=300)
    charter_url = forms.CharField(
        label=_("Address of its charter or rules"), required=False, max_length=1000, widget=forms.URLInput
    )
    contribution_licence = forms.CharField(label=_("Licence of contributions"), required=False, max_length=300)
    funding_model = forms.CharField(label=_("How it is paid for"), required=False, max_length=1000)
    at_the_end = forms.CharField(label=_("What happens if it ends"), required=False, max_length=1000)
    reason = forms.CharField(
        label=_("Why this change"), required=False, max_length=500, help_text=_("Shown in the public history")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, words: Mapping[str, Mapping[str, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["kind"].choices = _choices(Resource.Kind, words["kind"])  # type: ignore[attr-defined]
        self.fields["stage"].choices = _choices(Commons.Stage, words["stage"])  # type: ignore[attr-defined]
        themes = theme_choices()
        self.fields["themes"].choices = themes  # type: ignore[attr-defined]
        if told := doubt(str((self.data if self.is_bound else self.initial).get("licence") or "")):
            self.fields["licence"].help_text = told

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under the axes of the sheet."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def clean_themes(self) -> list[str]:
        return sorted(self.cleaned_data["themes"])

    def clean(self) -> dict[str, Any]:
        """Rules bear on what this person changed: what a source told long ago may stay as it is."""
        for name, value in self.given().items():
            try:
                self._judge(name, value)
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data

    def _judge(self, name: str, value: Any) -> None:
        if name in {"url", "repository", "charter_url"} and value:
            web_address(value)
        most = SHORT if name.startswith("short_") else LONG if name.startswith("long_") else None
        if most and (beyond := characters(value) - most) > 0:
            raise ValidationError(
                gettext("Too long by %(n)d: at most %(most)d characters.") % {"n": beyond, "most": most}
            )

    def given(self) -> dict[str, Any]:
        """The fields that differ from what the person was shown."""
        seen, told = self.shown(), self.cleaned_data
        return {name: told[name] for name in FIELDS if name in told and fingerprint(told[name]) != seen.get(name)}

    def shown(self) -> dict[str, str]:
        try:
            found = json.loads(self.cleaned_data.get("seen") or "{}")
        except ValueError:
            found = {}
        return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


def marks(values: Mapping[str, Any]) -> str:
    """What the form remembers of the values it shows."""
    return json.dumps({name: fingerprint(values[name]) for name in FIELDS}, separators=(",", ":"))


class EvidenceForm(forms.Form):
    """An address where a claim of the sheet can be checked."""

    kind = forms.ChoiceField(
        label=_("What it shows"),
        choices=[("licence", _("the licence")), ("charter", _("the governance")), ("description", _("what it is"))],
    )
    locator = forms.CharField(label=_("Address"), max_length=2000, widget=forms.URLInput)

    def clean_locator(self) -> str:
        return web_address(self.cleaned_data["locator"])


class FileForm(forms.Form):
    """A file of the project that describes it."""

    file = forms.FileField(label=_("publiccode.yml or codemeta.json"), help_text=_("1 MB at most"))

    def clean_file(self) -> Any:
        if (found := self.cleaned_data["file"]).size > 1_000_000:
            raise ValidationError(gettext("This file is larger than 1 MB."))
        return found
