"""An address that is pasted; what somebody says of who is who, whose addresses go no further than the service that hashes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment import identities
from communaux.assessment.models import Correction
from communaux.assessment.pasted import Pasted, pasted
from communaux.core.contacts import told_in
from communaux.core.errors import BadRequest
from communaux.engines.assess import telling
from communaux.engines.assess.forge import BadItems, Forge
from communaux.engines.assess.forge_payloads import read_items

KINDS: Final = (
    ("same_person", _("These two addresses are of one person")),
    ("other_person", _("This address is of a person of its own, joined to another by mistake")),
    ("bot", _("A program commits with this address")),
    ("not_bot", _("A person commits with this address, taken for a program")),
)
ADDRESS: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")
SAME: Final = "same_person"


class PastedForm(forms.Form):
    """One address; what it names is read while it is checked."""

    adresse = forms.CharField(
        label=_("Address of a repository"),
        help_text=_("The one of its page, or the one that “git clone” takes; it begins with https://"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_adresse(self) -> Pasted:
        try:
            return pasted(self.cleaned_data["adresse"])
        except BadRequest as refusal:
            raise ValidationError(refusal.message) from refusal


class CorrectionForm(forms.Form):
    """One thing about one address, or about two."""

    kind = forms.ChoiceField(label=_("What is to be put right"), choices=KINDS, widget=forms.RadioSelect)
    mail = forms.CharField(
        label=_("Address, as the history has it"),
        max_length=254,
        help_text=_("It is hashed at once and kept nowhere: neither the page nor the journal shows it."),
    )
    other = forms.CharField(
        label=_("Second address"), max_length=254, required=False, help_text=_("Only for two of one person.")
    )
    why = forms.CharField(
        label=_("How you know"),
        max_length=300,
        min_length=10,
        help_text=_("Shown to everybody: no name and no address of a person."),
    )

    def clean_mail(self) -> str:
        return _address(self.cleaned_data["mail"])

    def clean_other(self) -> str:
        return _address(self.cleaned_data["other"]) if self.cleaned_data["other"] else ""

    def clean_why(self) -> str:
        why: str = self.cleaned_data["why"]
        if told_in(why):
            raise ValidationError(_("Take the address or the number out: this sentence is public."))
        return why

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") == SAME and "other" in told and not told["other"]:
            self.add_error("other", _("Give both addresses of that person."))
        return told

    def mails(self) -> list[str]:
        both = self.cleaned_data["kind"] == SAME
        return [self.cleaned_data["mail"], *([self.cleaned_data["other"]] if both else [])]


class CheckForm(forms.Form):
    """An address that whoever decides has in mind, beside what was said."""

    mail = forms.CharField(
        label=_("Is it about this address?"),
        max_length=254,
        help_text=_("Compared with the keyed hash, then forgotten."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *given: Any, said: Correction, **more: Any) -> None:
        super().__init__(*given, **more | {"auto_id": f"id_{said.pk}_%s"})
        self.said = said

    def clean_mail(self) -> str:
        return _address(self.cleaned_data["mail"])

    @property
    def about(self) -> bool | None:
        """None: nothing was asked that can be compared."""
        return identities.is_about(self.said, self.cleaned_data["mail"]) if self.is_valid() else None


LARGEST: Final = 10_000_000  # bytes


class ForgeItemsForm(forms.Form):
    """A file about a forge: it is read at once, names become numbers, and it is kept nowhere as it came."""

    file = forms.FileField(
        label=_("File of the forge"),
        help_text=_("What the forge answered (JSON), or communaux.forge/1; 10 MB at most. Names are not kept."),
    )
    read_on = forms.DateField(
        label=_("Read on"),
        required=False,
        help_text=_("The day when the forge answered. Leave it empty for communaux.forge/1, which tells it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_file(self) -> Any:
        if (found := self.cleaned_data["file"]).size > LARGEST:
            raise ValidationError(gettext("This file is larger than 10 MB."))
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "file" in told and "read_on" in told:
            self._read(told["file"], told["read_on"])
        return told

    def _read(self, file: Any, read_on: date | None) -> None:
        day = (
            None if read_on is None else int(datetime(read_on.year, read_on.month, read_on.day, tzinfo=UTC).timestamp())
        )
        try:
            self.found: Forge = read_items([("", file.read())], read_on=day)
        except BadItems as error:
            lang = "en" if get_language() == "en" else "fr"
            self.add_error("read_on" if error.code == "no_day" else "file", telling.refused_items(error, lang))


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text.strip()):
        raise ValidationError(_("This is no address: write it as name@domain."))
    return text.strip()
