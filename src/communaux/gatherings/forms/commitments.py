"""What is handed in about commitments; forms only validate."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Day, Paragraphs
from communaux.core.models import Organisation
from communaux.gatherings.forms.contributions import found
from communaux.gatherings.forms.roadmaps import key_of, public
from communaux.gatherings.models import Commitment, Edition, Session
from communaux.gatherings.queries import programmes

LONGEST: Final = 600
NAMES: Final = ("text", "due_on", "session", "source_url")


class RoleForm(forms.Form):
    """In what role the desk may ask."""

    role = forms.CharField(
        label=_("Your role there"),
        max_length=120,
        help_text=_("Shown in place of your name, for example: in charge of digital matters."),
    )

    def clean_role(self) -> str:
        return public(self.cleaned_data["role"])


class CommitmentForm(forms.Form):
    """What a body says that it will do."""

    text = Paragraphs(
        label=_("We will…"),
        max_length=LONGEST,
        help_text=_("As it was said, in one line: what will be there, and how one will see it."),
    )
    body = forms.CharField(
        label=_("Who commits itself"),
        max_length=250,
        help_text=_(
            "The address of an organisation on this desk, so that its members can answer for it; else the name of the body, "
            "never that of a person."
        ),
    )
    due_on = Day(label=_("By when"), required=False, help_text=_("Empty if no day was said."))
    session = forms.ModelChoiceField(label=_("Said in the session"), queryset=Session.objects.none(), required=False)
    source_url = forms.URLField(
        label=_("Where it can be read or heard"), required=False, max_length=500, assume_scheme="https"
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, edition: Edition, **given: Any) -> None:
        super().__init__(*args, **given)
        self.edition = edition
        newest = next(iter(programmes.versions(edition)), None)
        placed = programmes.published(edition).programme.placed if newest else {}
        if placed:
            rows = edition.sessions.filter(pk__in=placed).order_by("starts_at", "title")
            self.fields["session"].queryset = rows  # type: ignore[attr-defined]  # declared above
        else:
            del self.fields["session"]

    def clean_text(self) -> str:
        return public(self.cleaned_data["text"])

    def clean_body(self) -> str:
        """The name; `carrier` beside it where the desk knows the body."""
        typed = self.cleaned_data["body"]
        body = found(typed)
        if isinstance(body, Organisation) and body.active:
            self.cleaned_data["carrier"] = body
            return body.name
        if body is not None or typed.startswith(("http://", "https://", "/")):
            raise ValidationError(gettext("This desk has no organisation at this address."))
        self.cleaned_data["carrier"] = None
        return public(typed)

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day < self.edition.starts_on:
            raise ValidationError(gettext("This day comes before the meeting."))
        return day

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def told(self) -> dict[str, Any]:
        held = self.cleaned_data
        lang = "fr" if get_language() == "fr" else "en"
        return {name: held[name] for name in (*NAMES, "body", "carrier") if name in held} | {"lang": lang}


def begun_commitment(row: Commitment) -> dict[str, Any]:
    """What the form begins with."""
    body = f"/organisations/{row.carrier_id}/" if row.carrier_id else row.body
    return {name: getattr(row, name) for name in NAMES} | {"body": body, "base": row.written}
