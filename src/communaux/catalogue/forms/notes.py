"""What is typed in a *note d'opportunité*: its texts, one candidate, one search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.fields import Words
from communaux.catalogue.models import OpportunityNote
from communaux.catalogue.models.notes import SHORTEST_REASON
from communaux.catalogue.services.notes import END, NEED
from communaux.core.models import Organisation

type Choices = list[tuple[str, str | Promise]]

CONCLUSIONS: Choices = [
    ("reuse", _("reuse what exists")),
    ("contribute", _("contribute to what exists")),
    ("pool", _("join others who have the same need")),
    ("build", _("have it made as a commons, with others")),
    ("buy", _("buy")),
]
VERDICTS: Choices = [
    ("reuse", _("reuse as it is")),
    ("adapt", _("adapt")),
    ("contribute", _("contribute to it")),
    ("pool", _("join a group need")),
    ("not_kept", _("not kept")),
]
REASONS: Choices = [
    ("function_missing", _("a function is missing")),
    ("licence", _("licence")),
    ("no_community", _("no community behind it")),
    ("obsolete", _("obsolete")),
    ("not_accessible", _("not accessible")),
    ("hosting", _("hosting")),
    ("cost", _("cost")),
    ("law", _("law")),
    ("other", _("another reason")),
]
CHOOSE = [("", "—")]
LONG_TEXT = 10_000


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BeginForm(forms.Form):
    """A new note; `key` is drawn once for each form shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = Words(label=_("Title"), max_length=200)
    need_text = Words(label=_("The need, in your words"), max_length=LONG_TEXT, required=False, widget=_lines(5))
    org = forms.ModelChoiceField(Organisation.objects.none(), label=_("In the name of"), required=False)

    def __init__(self, *args: Any, orgs: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_of(self.fields["org"], orgs)


class NoteForm(forms.Form):
    """The texts of a draft; `version` is that of the note when the form was shown."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    title = Words(label=_("Title"), max_length=200)
    need_text = Words(label=_("The need, in your words"), max_length=LONG_TEXT, required=False, widget=_lines(5))
    org = forms.ModelChoiceField(Organisation.objects.none(), label=_("In the name of"), required=False)
    conclusion = forms.ChoiceField(label=_("What you conclude"), choices=[*CHOOSE, *CONCLUSIONS], required=False)
    conclusion_text = Words(label=_("Why, in a few sentences"), max_length=LONG_TEXT, required=False, widget=_lines(4))
    giveback = Words(
        label=_("What you will give back to all"),
        help_text=_("Needed when you have something made or buy: code, data, documentation, money for maintenance…"),
        max_length=LONG_TEXT,
        required=False,
        widget=_lines(3),
    )
    giveback_licence = Words(label=_("Under which licence"), max_length=100, required=False)

    def __init__(self, *args: Any, orgs: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_of(self.fields["org"], orgs)

    def changes(self, note: OpportunityNote) -> tuple[dict[str, Any], dict[str, Any]]:
        """What differs from the note: its need, its end."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        moved = {name: value for name, value in typed.items() if value != getattr(note, name)}
        need, end = ({name: moved[name] for name in names if name in moved} for names in (NEED, END))
        return need, end


class CandidateForm(forms.Form):
    """A verdict on one thing: a commons of the desk (`slug`), or anything else by its name."""

    slug = Words(max_length=120, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    name = Words(
        label=_("Its name"),
        help_text=_("The name of a commons of this desk, or of anything else you looked at"),
        max_length=200,
        required=False,
    )
    address = forms.URLField(
        label=_("Its address, if it is not on this desk"), max_length=1000, required=False, assume_scheme="https"
    )
    verdict = forms.ChoiceField(label=_("What becomes of it"), choices=[*CHOOSE, *VERDICTS], required=False)
    reason_code = forms.ChoiceField(label=_("If it is not kept, why"), choices=[*CHOOSE, *REASONS], required=False)
    reason = Words(label=_("In words, 40 characters at least"), max_length=LONG_TEXT, required=False, widget=_lines(3))

    def is_empty(self) -> bool:
        """Nobody typed anything; a candidate that is only being looked at is empty too."""
        typed = ("name", "address", "verdict", "reason_code", "reason")
        return not any((self.data.get(self.add_prefix(name)) or "").strip() for name in typed)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("slug") and not typed.get("name"):
            self.add_error("name", _("Say what you judge."))
        if not typed.get("verdict") and "verdict" not in self.errors:
            self.add_error("verdict", _("Say what becomes of this candidate."))
        self._check_reason(typed)
        return typed

    def _check_reason(self, typed: dict[str, Any]) -> None:
        refused = typed.get("verdict") == "not_kept"
        if typed.get("verdict") and refused != bool(typed.get("reason_code")):
            message = _("A reason of the list goes with “not kept”, and only with it.")
            self.add_error("reason_code", message)
        length = len(typed.get("reason", ""))
        if length < SHORTEST_REASON and "reason" not in self.errors:
            told = _("Say why in %(n)d characters at least: there are %(m)d so far.")
            self.add_error("reason", told % {"n": SHORTEST_REASON, "m": length})


def _name_of(field: Any, orgs: QuerySet[Organisation]) -> None:
    field.queryset = orgs
    field.empty_label = _("Myself")
