"""Say that two commons may be one, that they are, that they are not, or take that back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.texts import Apart, Line, Paragraphs
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.queries import pairs


class Named(forms.Form):
    """Another commons, by its name or its address here, and why it may be the same."""

    other = Line(label=_("The other commons"), help_text=_("Its name, or the address of its sheet here"))
    reason = Paragraphs(label=_("Why they may be the same"))

    def __init__(self, *args: Any, about: Commons, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def clean_other(self) -> Commons:
        found = pairs.named(self.cleaned_data["other"])
        if not found:
            raise ValidationError(_("No commons of this desk has this name or this address."))
        if len(found) > 1:
            raise ValidationError(_("Several commons have this name: give the address of the sheet."))
        if found[0].pk == self.about.pk:
            raise ValidationError(_("This is the commons itself: name another one."))
        return found[0]


class Same(Apart):
    """Which of the two is kept, and why they are one."""

    kept = forms.ChoiceField(label=_("The one that is kept"), widget=forms.RadioSelect)
    reason = Paragraphs(label=_("Why they are the same"))

    ids = "same_%s"

    def __init__(self, data: Any = None, *, pair: MatchProposal, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.two = {one.slug: one for one in (pair.a, pair.b)}
        choices = [(slug, f"{one.name} ({slug})") for slug, one in self.two.items()]
        self.fields["kept"].choices = choices  # type: ignore[attr-defined]

    def clean_kept(self) -> Commons:
        return self.two[self.cleaned_data["kept"]]


class Different(Apart):
    reason = Paragraphs(label=_("Why they are not the same"))
    ids = "different_%s"


class TakeBack(Apart):
    reason = Paragraphs(label=_("Why this is taken back"))
    ids = "back_%s"
