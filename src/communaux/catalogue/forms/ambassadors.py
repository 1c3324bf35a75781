"""What an ambassador says of themselves, and what somebody writes to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Paragraphs
from communaux.catalogue.forms.needs import OneOfSeveral, where, which_of
from communaux.catalogue.models import Commons
from communaux.core.errors import BadRequest
from communaux.territory.ambassadors import LANGUAGES, MOST, Terms, check_note
from communaux.territory.models import Territory
from communaux.territory.queries import resolving

PLACES = tuple(f"place_{n}" for n in range(1, MOST + 1))


class AmbassadorForm(forms.Form):
    """One to five territories, languages, commons, a few words, and the consent without which nothing is shown."""

    languages = forms.MultipleChoiceField(
        label=_("Languages you answer in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    commons = Paragraphs(
        label=_("Commons you speak of"),
        required=False,
        max_length=1500,
        help_text=_("At most five, one a line: the name, or the end of the address here."),
    )
    note = Paragraphs(
        label=_("In a few words"),
        required=False,
        max_length=300,
        help_text=_("What you can help with. It is public: no address, no telephone number."),
    )
    consent = forms.BooleanField(
        label=_(
            "I agree that my name, these territories, languages, commons and words are public on this desk, and that it "
            "relays messages to my mail address, which it shows to nobody. I may stop at any time."
        )
    )

    def __init__(self, *args: Any, words: Mapping[str, Mapping[str, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["languages"].choices = [(code, words["lang"][code]) for code in LANGUAGES]  # type: ignore[attr-defined]  # declared above
        for n, name in enumerate(PLACES, 1):
            label = gettext("Territory %(n)d") % {"n": n}
            self.fields[name] = forms.CharField(label=label, max_length=150, required=n == 1)
            self._ask_which(name, words["territory"])
        self.order_fields([one for one in self.fields if one.startswith(("place_", "which_"))])

    def _ask_which(self, name: str, kinds: Mapping[str, Any]) -> None:
        """Which of several places that bear one name."""
        typed = self.data.get(name, "") if self.is_bound else self.initial.get(name, "")
        if choices := which_of(typed, kinds):
            label = gettext("Several places answer to “%(typed)s”: which one?") % {"typed": typed[:60]}
            self.fields[_which(name)] = forms.ChoiceField(label=label, choices=choices, widget=OneOfSeveral)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in PLACES:
            if (typed := told.get(name, "")) and not resolving.resolve(typed).candidates:
                self.add_error(name, gettext("No place is called so: check the spelling, or give the postal code."))
        return told

    def clean_commons(self) -> list[Commons]:
        lines = [line.strip() for line in self.cleaned_data["commons"].splitlines() if line.strip()]
        if len(lines) > MOST:
            raise ValidationError(gettext("At most %(most)d commons.") % {"most": MOST})
        found = {line: _commons(line) for line in lines}
        if unknown := [line[:60] for line, one in found.items() if one is None]:
            told = gettext("No commons of the desk has this name or address: %(names)s.")
            raise ValidationError(told % {"names": ", ".join(unknown)})
        return list({one.pk: one for one in found.values() if one}.values())

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"])
        try:
            check_note(note)
        except BadRequest as refusal:
            raise ValidationError(refusal.message) from refusal
        return note

    def territories(self) -> list[Territory]:
        told = self.cleaned_data
        found = [where(told.get(name, ""), told.get(_which(name), "")) for name in PLACES]
        return list({one.pk: one for one in found if one}.values())

    def terms(self) -> Terms:
        told = self.cleaned_data
        note = " ".join(told["note"].split())
        return Terms(told["consent"], self.territories(), told["languages"], note)


def _which(name: str) -> str:
    return name.replace("place", "which")


def _commons(line: str) -> Commons | None:
    published = Commons.objects.filter(state=Commons.State.PUBLISHED)
    slug = line.rstrip("/").rpartition("/")[2]
    return published.filter(slug=slug).first() or published.filter(name__iexact=line).order_by("slug").first()


class WriteForm(forms.Form):
    """A message, and where the answer goes: of whoever is signed in, the address of the account."""

    text = Paragraphs(label=_("Your message"), min_length=10, max_length=3000)
    from_org = forms.CharField(label=_("The body you write for"), required=False, max_length=200)
    from_mail = forms.EmailField(
        label=_("Your mail address"), help_text=_("Given to this person alone, who answers you there.")
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        if known:
            del self.fields["from_mail"]

    def clean_key(self) -> UUID:
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid4()

    def clean_from_org(self) -> str:
        return " ".join(self.cleaned_data["from_org"].split())
