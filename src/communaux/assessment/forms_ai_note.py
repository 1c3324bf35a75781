"""The eight answers of a note, which everybody will read, and who signs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment.ai_noting import Signed
from communaux.assessment.forms_choices import NeedForm
from communaux.assessment.models import AiNote
from communaux.catalogue.forms.inputs import Day
from communaux.core.contacts import told_in
from communaux.core.models import Organisation
from communaux.engines.footprint import telling
from communaux.engines.footprint.decide import Answers

WORDS: Final = ("tool", "checker", "legal_basis", "model", "measured", "stop")
ONLY_TOLD: Final = ("tool", "checker", "legal_basis")  # asked for by what is answered before them
LATEST: Final = 5  # years after which nobody would remember
PUBLIC: Final = _("Take the address or the number out: this sentence is public.")


class AnswersForm(NeedForm):
    """The same questions as the calculator asks; what is typed is published."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["need"]  # words for a search, kept nowhere

    def clean(self) -> dict[str, Any]:
        for name in WORDS:
            if told_in(self.cleaned_data.get(name) or ""):
                self.add_error(name, PUBLIC)
        return super().clean()

    @classmethod
    def of(cls, answers: Answers) -> AnswersForm:
        """Answered as a note has it."""
        said: dict[str, Any] = {name: getattr(answers, name) for name in cls.base_fields if hasattr(answers, name)}
        said |= {name: None if (part := said[name]) is None else round(100 * part, 6) for name in ("passed", "reused")}
        said["exists"] = "" if answers.existing is None else "yes" if answers.existing else "no"
        said["tool"] = ", ".join(answers.existing or ())
        said["personal"] = {None: "", True: "yes", False: "no"}[answers.personal]
        return cls(initial=said)

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Each question with its answer, for a reader."""
        for one in self:
            value = one.value()
            if value not in ("", None) or one.name not in ONLY_TOLD:
                yield str(one.label), _shown(one.field, value)


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices)[value or ""])
    if value in ("", None):
        return gettext("not answered")
    return telling.plain(value, "en" if get_language() == "en" else "fr") if isinstance(value, float) else str(value)


class SignForm(forms.Form):
    """Public, as long as the note: what is typed as a name is what readers see."""

    about = forms.CharField(label=_("What is wanted, in a sentence"), max_length=300)
    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), required=False, empty_label=_("myself alone")
    )
    signed_by = forms.CharField(
        label=_("Signed by"),
        max_length=120,
        help_text=_("Your name, or your part, as everybody will read it. It goes when you erase your account."),
    )
    review_on = Day(label=_("To be read again on"), help_text=_("Until then at the latest; five years at most."))

    def __init__(self, *given: Any, bodies: QuerySet[Organisation] | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # a ModelChoiceField, declared above
        if not bodies and not (bodies is not None and self.data.get("organisation")):
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in ("about", "signed_by"):
            if told_in(told.get(name) or ""):
                self.add_error(name, PUBLIC)
        day, today = told.get("review_on"), localdate()
        if day and not today < day <= _later(today, LATEST):
            self.add_error("review_on", _("Choose a day to come, within five years."))
        return told

    def told(self, answers: Answers) -> Signed:
        return Signed(answers, **{name: self.cleaned_data[name] for name in ("about", "signed_by", "review_on")})

    @classmethod
    def blank(cls, about: str, bodies: QuerySet[Organisation] | None = None) -> SignForm:
        return cls(initial={"about": about, "review_on": _later(localdate(), 1)}, bodies=bodies)

    @classmethod
    def of(cls, note: AiNote) -> SignForm:
        """To sign another in its place, for the same and in the same name."""
        made = cls.blank(note.about)
        made.initial["signed_by"] = note.signed_by
        return made


def _later(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)
