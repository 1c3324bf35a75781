"""Say the end of a commons, or that it starts again."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.texts import Apart, Line, Paragraphs
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import pairs
from communaux.catalogue.services.ends import REOPENED_AS, Ending

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
SWHID = re.compile(r"swh:1:(cnt|dir|rev|rel|snp):[0-9a-f]{40}(;\S*)?")
CAUSES = [
    ("unknown", _("cause unknown")),
    ("goal_reached", _("goal reached")),
    ("no_maintainer", _("no maintainer any more")),
    ("no_money", _("no money")),
    ("superseded", _("superseded")),
    ("legal", _("legal reason")),
    ("stopped_at_investigation", _("stopped at the investigation")),
]


class EndForm(forms.Form):
    """What an end asks: cause, date as precise as it is known, what remains, who takes over, where all is kept."""

    cause = forms.ChoiceField(label=_("Cause"), choices=CAUSES)
    on = Line(
        label=_("Date of the end"),
        required=False,
        max_length=10,
        help_text=_("As precise as you know it: 2026, 2026-03 or 2026-03-09. Empty: unknown."),
    )
    remains = Paragraphs(label=_("What can still be used"), required=False)
    successor = Line(
        label=_("Who takes over"),
        required=False,
        help_text=_("The name of another commons, or the address of its sheet"),
    )
    kept_at = Line(
        label=_("Where code and data are kept"), required=False, max_length=500, help_text=_("An address, or a SWHID")
    )
    message = Paragraphs(label=_("Message to those who use it"), required=False)

    def __init__(self, *args: Any, about: Commons, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about, self.today = about, today
        self.precision = "day"

    def clean_on(self) -> date | None:
        """Year, month or day; the others of the date are its first."""
        text = self.cleaned_data["on"]
        if not text:
            return None
        found = DATE.fullmatch(text)
        try:
            day = date(*(int(part or 1) for part in found.groups())) if found else None
        except ValueError:
            day = None
        if found is None or day is None:
            raise ValidationError(_("This is no date: write 2026, 2026-03 or 2026-03-09."))
        if day > self.today:
            raise ValidationError(_("This day is still to come: an end is said when it has happened."))
        self.precision = "day" if found[3] else "month" if found[2] else "year"
        return day

    def clean_successor(self) -> Commons | None:
        text = self.cleaned_data["successor"]
        found = pairs.named(text) if text else []
        if text and not found:
            raise ValidationError(_("No commons of this desk has this name or this address."))
        if len(found) > 1:
            raise ValidationError(_("Several commons have this name: give the address of the sheet."))
        if found and found[0].pk == self.about.pk:
            raise ValidationError(_("This is the commons itself: name another one."))
        return found[0] if found else None

    def clean_kept_at(self) -> str:
        text = str(self.cleaned_data["kept_at"])
        if text and not SWHID.fullmatch(text) and not re.match(r"https?://[^\s/]+", text):
            raise ValidationError(_("Write an address (https://…) or a SWHID (swh:1:…)."))
        return text

    def ending(self) -> Ending:
        return Ending(**self.cleaned_data, precision=self.precision)


class ReopenForm(Apart):
    stage = forms.ChoiceField(
        label=_("Stage now"),
        choices=[(REOPENED_AS[1], _("operated")), (REOPENED_AS[0], _("construction"))],
    )
    reason = Paragraphs(label=_("What happened"))
    ids = "reopen_%s"


class TakeBackEnd(Apart):
    reason = Paragraphs(label=_("Why this was not the end of the commons"))
    event = forms.IntegerField(widget=forms.HiddenInput)
    ids = "back_%s"
