"""Declare a use, by somebody of the body or by an editor from a public source; end it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Day, Paragraphs, PartialDate
from communaux.catalogue.models import Commons
from communaux.catalogue.models.reuses import LONGEST_USE_CASE, SHORTEST_USE_CASE
from communaux.catalogue.reusing import Declared
from communaux.core.models import Organisation

type Choice = tuple[str, str | Promise]
KINDS: tuple[Choice, ...] = (
    ("uses", _("uses it")),
    ("deploys", _("has installed it for itself or others")),
    ("contributes", _("contributes to it")),
    ("hosts", _("hosts it for others")),
)
CAUSES: tuple[Choice, ...] = (
    ("need_gone", _("the need is gone")),
    ("replaced", _("replaced by something else")),
    ("function_missing", _("a function was missing")),
    ("cost", _("too expensive to run")),
    ("no_support", _("nobody to help")),
    ("mistake", _("declared by mistake")),
    ("other", _("other cause")),
)
SINCE = _("A year, a month or a day: 2024, 03/2024, 15/03/2024. Leave it empty if nobody knows.")


class Use(forms.Form):
    """What is said of a use, whoever says it."""

    kind = forms.ChoiceField(label=_("What it does with it"), choices=KINDS, widget=forms.RadioSelect, initial="uses")
    since = PartialDate(label=_("Since when"), help_text=SINCE, required=False)
    use_case = Paragraphs(
        label=_("What for"),
        help_text=_("From 20 to 1,000 characters, shown to everybody. No name of a person."),
        min_length=SHORTEST_USE_CASE,
        max_length=LONGEST_USE_CASE,
    )

    def declared(self, commons: Commons) -> Declared:
        said = self.cleaned_data
        since, precision = said["since"] or (None, "day")
        return Declared(
            commons, said["organisation"], said["kind"], said["use_case"], since, precision, said.get("source", "")
        )


class OwnUse(Use):
    """By somebody of the body."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    field_order = ("organisation",)

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bodies
        if len(bodies) == 1:
            field.initial = bodies[0].pk


class UseFromSource(Use):
    """By an editor who read it somewhere: the body by its number, the source by its address."""

    organisation = forms.CharField(
        label=_("SIRET or RNA number of the body"), help_text=_("The body must be known to this desk."), max_length=30
    )
    source = forms.URLField(label=_("Address of the page or file that says so"), assume_scheme="https", max_length=1000)
    field_order = ("organisation", "source")

    def clean_organisation(self) -> Organisation:
        number = re.sub(r"\s", "", self.cleaned_data["organisation"]).upper()
        found = Organisation.objects.filter(Q(siret=number) | Q(rna=number)).first()
        if found is None:
            raise forms.ValidationError(_("No body of this desk has this number."))
        return found


class End(forms.Form):
    """When and why a use ended."""

    until = Day(label=_("Last day"))
    cause = forms.ChoiceField(label=_("Why"), choices=CAUSES, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In one line, if you like"),
        help_text=_("Shown to everybody, at most 300 characters. No name of a person."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": False}),
    )
