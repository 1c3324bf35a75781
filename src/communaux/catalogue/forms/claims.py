"""How somebody shows that they take care of a commons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.models import Claim


class ClaimForm(forms.Form):
    """A proof that an editor can look at."""

    proof = forms.ChoiceField(
        label=_("Your proof"),
        widget=forms.RadioSelect,
        choices=[
            (Claim.Proof.FILE, _("a file in its repository that names you")),
            (Claim.Proof.DNS, _("a record of its domain")),
            (Claim.Proof.MAIL, _("an address of its domain, from which you will write to the desk")),
        ],
    )
    locator = forms.CharField(
        label=_("Where an editor finds it"),
        max_length=2000,
        help_text=_("The address of the file, the name of the record or of the domain"),
    )
