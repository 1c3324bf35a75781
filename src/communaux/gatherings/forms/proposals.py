"""What is handed in about a call for sessions: the proposal of a session, the questions and days of its organisers, reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Day, Paragraphs
from communaux.core import contacts
from communaux.core.models import Person
from communaux.engines.programme import model, telling
from communaux.gatherings.forms.programme import KINDS
from communaux.gatherings.forms.roadmaps import key_of, public
from communaux.gatherings.models import CallQuestion, ReviewCriterion, SessionProposal
from communaux.gatherings.proposing import HIGHEST

LONGEST: Final = 4000
MOST_CHOICES: Final = 20
YES_NO: Final = (("", "—"), ("yes", _("yes")), ("no", _("no")))
NAMES: Final = ("title", "kind", "theme", "minutes", "summary", "description", "language", "needs")


def unreachable(text: str) -> str:
    """ValidationError for words by which somebody could be reached, once they are in a programme."""
    if contacts.told_in(text):
        raise ValidationError(gettext("These words are public: take the mail address or the telephone number out."))
    return text


class ProposalForm(forms.Form):
    """A session that somebody proposes, then what the organisers ask; a draft may leave their questions open."""

    title = forms.CharField(label=_("Title"), min_length=3, max_length=250)
    kind = forms.ChoiceField(label=_("Type"), required=False)
    theme = forms.CharField(label=_("Theme"), max_length=120, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1440, initial=60)
    summary = Paragraphs(label=_("In a few words"), max_length=1000, help_text=_("It stands in the programme."))
    description = Paragraphs(label=_("More"), required=False, max_length=8000)
    roles = Paragraphs(
        label=_("Who would speak or lead, one a line"),
        required=False,
        max_length=1000,
        help_text=_("By their role, never by name: a town’s archivist, a volunteer of the association."),
    )
    language = forms.CharField(label=_("Language"), max_length=10, required=False, help_text=_("fr, en…"))
    needs = forms.MultipleChoiceField(
        label=_("Access"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "hits"})
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        asked: Sequence[CallQuestion],
        words: Mapping[str, str | Promise],
        drafting: bool = False,
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        self.asked = asked
        lang = "fr" if get_language() == "fr" else "en"
        kinds = [("", "—"), *((code, words.get(code, code)) for code in KINDS)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # declared above
        needs = [(code, telling.word("needs", code, lang)) for code in model.NEEDS]
        self.fields["needs"].choices = needs  # type: ignore[attr-defined]  # declared above
        for one in asked:
            self.fields[_name(one)] = _asked(one, drafting=drafting)

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def clean_title(self) -> str:
        return public(self.cleaned_data["title"])

    def clean_summary(self) -> str:
        return unreachable(self.cleaned_data["summary"])

    def clean_description(self) -> str:
        return unreachable(self.cleaned_data["description"])

    def clean_roles(self) -> list[str]:
        return [public(one) for one in self.cleaned_data["roles"].splitlines() if one.strip()]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for one in self.asked:
            if not one.personal and contacts.told_in(str(told.get(_name(one)) or "")):
                said = gettext("Nobody asks for an address here: take the mail address or the telephone number out.")
                self.add_error(_name(one), said)
        return told

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*NAMES, "roles")}

    def answers(self) -> dict[int, str]:
        held = {one.pk: self.cleaned_data.get(_name(one)) for one in self.asked}
        return {pk: str(value) for pk, value in held.items() if value not in (None, "")}


def _name(one: CallQuestion) -> str:
    return f"answer_{one.pk}"


def _asked(one: CallQuestion, *, drafting: bool) -> forms.Field:
    """The field of a question, with why it is asked and who reads it."""
    who = gettext("Organisers and reviewers read it.") if one.for_reviewers else gettext("Only the organisers read it.")
    gone = gettext("It is deleted twelve months after the meeting.") if one.personal else ""
    given: dict[str, Any] = {
        "label": one.label,
        "required": one.required and not drafting,
        "help_text": " ".join(part for part in (one.help, who, gone) if part),
    }
    match one.variant:
        case "choice":
            return forms.ChoiceField(choices=[("", "—"), *((each, each) for each in one.choices)], **given)
        case "yes_no":
            return forms.ChoiceField(choices=YES_NO, **given)
        case "number":
            return forms.DecimalField(max_digits=14, decimal_places=3, localize=True, **given)
        case "url":
            return forms.URLField(max_length=500, assume_scheme="https", **given)
        case _:
            return Paragraphs(max_length=LONGEST, **given)


def begun_proposal(row: SessionProposal, answers: Mapping[int, str]) -> dict[str, Any]:
    """What the form of a proposal begins with."""
    held = {name: getattr(row, name) for name in NAMES} | {"roles": "\n".join(row.roles), "base": row.written}
    return held | {f"answer_{pk}": value for pk, value in answers.items()}


class CallForm(forms.Form):
    """The days of a call, and what its organisers say of it."""

    opens_on = Day(label=_("First day"))
    closes_on = Day(label=_("Last day"), help_text=_("Until midnight, by the clock of the meeting."))
    text = Paragraphs(label=_("What you look for"), required=False, max_length=LONGEST)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        return _in_order(self, super().clean() or {}, "opens_on", "closes_on")

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("opens_on", "closes_on", "text")}


def _in_order(form: forms.Form, told: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    if told.get(first) and told.get(last) and told[last] < told[first]:
        form.add_error(last, gettext("The last day comes before the first."))
    return told


class QuestionForm(forms.Form):
    """One question of the organisers."""

    label = forms.CharField(label=_("The question"), min_length=3, max_length=200)
    help = forms.CharField(label=_("Why you ask, in a line"), required=False, max_length=400)
    variant = forms.ChoiceField(label=_("What is answered"))
    choices = Paragraphs(
        label=_("Choices, one a line"), required=False, max_length=2000, help_text=_("Only if one chooses.")
    )
    required = forms.BooleanField(label=_("It has to be answered"), required=False)
    for_reviewers = forms.BooleanField(label=_("Reviewers see the answers"), required=False, initial=True)
    personal = forms.BooleanField(
        label=_("Answers may hold personal data"),
        required=False,
        help_text=_("They are deleted twelve months after the meeting, and hidden in a phase without names."),
    )

    one = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the one that is changed

    def __init__(self, *args: Any, words: Mapping[str, str | Promise], **given: Any) -> None:
        super().__init__(*args, **given)
        choices = [(code, words[code]) for code in CallQuestion.Variant.values]
        self.fields["variant"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_choices(self) -> list[str]:
        lines = [" ".join(one.split()) for one in self.cleaned_data["choices"].splitlines()]
        return list(dict.fromkeys(one for one in lines if one))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("variant") == CallQuestion.Variant.CHOICE and not 1 < len(told.get("choices", [])) <= MOST_CHOICES:
            self.add_error("choices", gettext("Write two to twenty choices, one a line."))
        elif told.get("variant") != CallQuestion.Variant.CHOICE:
            told["choices"] = []
        return told


class CriterionForm(forms.Form):
    """One criterion of the review."""

    label = forms.CharField(label=_("The criterion"), min_length=3, max_length=120)
    guidance = forms.CharField(label=_("What 0 and 5 mean"), required=False, max_length=400)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=10, initial=1)
    one = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the one that is changed


class PhaseForm(forms.Form):
    """One of the two phases of the review."""

    position = forms.TypedChoiceField(label=_("Phase"), choices=((1, "1"), (2, "2")), coerce=int)
    starts_on = Day(label=_("First day"))
    ends_on = Day(label=_("Last day"), help_text=_("Until midnight, by the clock of the meeting."))
    anonymised = forms.BooleanField(label=_("Without bodies, roles and personal answers"), required=False, initial=True)
    sees_others = forms.BooleanField(label=_("Reviewers see each other’s reviews"), required=False)

    def clean(self) -> dict[str, Any]:
        return _in_order(self, super().clean() or {}, "starts_on", "ends_on")


class ReviewerForm(forms.Form):
    """Who reads what is proposed, and until when."""

    person = forms.ModelChoiceField(label=_("Who"), queryset=Person.objects.none())
    until = Day(label=_("Until"))

    def __init__(self, *args: Any, people: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # declared above


class ConflictForm(forms.Form):
    """Before anything is read."""

    conflict = forms.TypedChoiceField(
        label=_("Do you have a conflict of interest with this proposal?"),
        choices=(("no", _("no, I read it")), ("yes", _("yes: hide it from me"))),
        widget=forms.RadioSelect,
        coerce=lambda typed: typed == "yes",
    )


class ReviewForm(forms.Form):
    """A score a criterion, and why."""

    text = Paragraphs(label=_("Your reasons"), required=False, max_length=LONGEST)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, criteria: Sequence[ReviewCriterion], **given: Any) -> None:
        super().__init__(*args, **given)
        self.criteria = criteria
        scale = [("", "—"), *((str(n), str(n)) for n in range(HIGHEST + 1))]
        scores = {
            f"score_{one.pk}": forms.ChoiceField(
                label=one.label,
                choices=scale,
                required=False,
                help_text=" ".join(part for part in (_weight(one.weight), one.guidance) if part),
            )
            for one in criteria
        }
        self.fields = {**scores, **self.fields}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not self.scores() and not told.get("text"):
            self.add_error(None, gettext("Score a criterion or write your reasons."))
        return told

    def scores(self) -> dict[str, int]:
        held = {str(one.pk): self.cleaned_data.get(f"score_{one.pk}") for one in self.criteria}
        return {pk: int(value) for pk, value in held.items() if value}


def _weight(weight: int) -> str:
    return gettext("From 0 to 5; weight %(n)d.") % {"n": weight}


class DecisionForm(forms.Form):
    """What organisers decide."""

    event = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    because = Paragraphs(
        label=_("Why"),
        required=False,
        max_length=600,
        help_text=_("Whoever proposed it reads it. Needed to decline or to cancel."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, events: Sequence[tuple[str, str | Promise]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["event"].choices = events  # type: ignore[attr-defined]  # declared above
