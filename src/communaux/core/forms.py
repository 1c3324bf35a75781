"""Forms of `core`: they validate, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communaux.core import identifiers
from communaux.core.errors import BadRequest
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Token
from communaux.core.typed import NameField

SIREN = 9  # digits
KINDS = (
    ("local_authority", _("local authority")),
    ("state_service", _("service of the State")),
    ("state_operator", _("operator of the State")),
    ("association", _("association")),
    ("cooperative", _("cooperative")),
    ("company", _("company")),
    ("informal", _("informal group")),
)


class Profile(forms.Form):
    """How somebody is called here, and spoken to."""

    display_name = NameField(
        label=_("Your name, as others will see it"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    lang = forms.ChoiceField(label=_("Language of the mails you get"), choices=settings.LANGUAGES)


class Declaration(forms.Form):
    """A body: its name, what it is, the number by which the State knows it, if it has one."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = NameField(label=_("Name of the organisation"), max_length=250)
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS)
    siret = forms.CharField(
        label=_("SIRET number, or SIREN"),
        required=False,
        max_length=40,
        help_text=_("14 digits, or the first 9 alone; spaces do no harm."),
    )
    rna = forms.CharField(
        label=_("RNA number, for an association"),
        required=False,
        max_length=40,
        help_text=_("W and nine characters. An informal group has neither number: leave both empty."),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        more.setdefault("initial", {"key": uuid7()})
        super().__init__(*given, **more)

    def clean_siret(self) -> str | None:
        """Nine digits are a SIREN; anything else is judged as a SIRET."""
        typed = self.cleaned_data["siret"]
        short = len(identifiers.bare(typed)) == SIREN
        return _read(identifiers.siren if short else identifiers.siret, typed)

    def clean_rna(self) -> str | None:
        return _read(identifiers.rna, self.cleaned_data["rna"])

    def facts(self) -> dict[str, Any]:
        """What the service asks for."""
        number = self.cleaned_data["siret"] or ""
        return self.cleaned_data | {"siren": number[:SIREN], "siret": number if len(number) > SIREN else None}


class ClaimedBody(forms.Form):
    """The body that ProConnect names by its SIRET; described by its first agent here."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = NameField(label=_("Name of the organisation"), max_length=250)
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS)

    def __init__(self, *given: Any, known: bool, **more: Any) -> None:
        more.setdefault("initial", {"key": uuid7()})
        super().__init__(*given, **more)
        if known:
            del self.fields["name"], self.fields["kind"]


class NewToken(forms.Form):
    """What a program may do in one's name, and for how long."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = NameField(
        label=_("What it is for"), max_length=80, help_text=_("For you alone, to know it again: a program, a machine.")
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[
            (Token.Scope.READ, _("read what is yours: roles, notices, what waits for you")),
            (Token.Scope.WRITE, _("the same, and write in your name, with all your rights")),
        ],
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        coerce=int,
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        more.setdefault("initial", {"key": uuid7(), "days": 90})
        super().__init__(*given, **more)


def _read(reader: Callable[[str], str], typed: str) -> str | None:
    """The bare number, nothing when nothing was typed; which rule it breaks is told at the field."""
    if not typed:
        return None
    try:
        return reader(typed)
    except BadRequest as refusal:
        raise forms.ValidationError(refusal.message) from refusal


assert {code for code, _words in KINDS} == set(Organisation.Kind.values)
