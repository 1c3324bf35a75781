"""Declare that a body offers services around a commons; say that it no longer does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Day, PartialDate
from communaux.catalogue.forms.reuses import SINCE, Choice
from communaux.catalogue.models import Commons
from communaux.catalogue.reusing import Offer
from communaux.core.models import Organisation

SERVICES: tuple[Choice, ...] = (
    ("hosting", _("hosting")),
    ("support", _("support")),
    ("development", _("development")),
    ("training", _("training")),
    ("audit", _("audit")),
)


class Provision(forms.Form):
    """By somebody of the body."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    services = forms.MultipleChoiceField(
        label=_("Services offered"), choices=SERVICES, widget=forms.CheckboxSelectMultiple
    )
    since = PartialDate(label=_("Since when"), help_text=SINCE, required=False)

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bodies
        if len(bodies) == 1:
            field.initial = bodies[0].pk

    def offer(self, commons: Commons) -> Offer:
        said = self.cleaned_data
        since, precision = said["since"] or (None, "day")
        return Offer(commons, said["organisation"], tuple(said["services"]), since, precision)


class ProvisionEnd(forms.Form):
    until = Day(label=_("Last day"))
