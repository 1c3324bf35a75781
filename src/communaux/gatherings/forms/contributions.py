"""What is handed in about days given, days promised and mentoring; forms only validate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.fields import name_key
from communaux.catalogue.forms.inputs import Day, Paragraphs
from communaux.catalogue.models import Commons
from communaux.core.errors import Gone, NotFound
from communaux.core.ids import is_uuid
from communaux.core.models import Organisation
from communaux.gatherings.contributors import KINDS
from communaux.gatherings.forms.roadmaps import key_of, path_in, public
from communaux.gatherings.models import Contribution, Mentoring, Roadmap, Session, TimePledge
from communaux.gatherings.queries import editions, programmes
from communaux.gatherings.queries.withheld import ROADMAPS
from communaux.gatherings.services import Begun, Given, Promise

QUANTITY: Final = re.compile(r"(\d{1,5})(?:[.,](\d{1,2}))?", re.ASCII)
MOST: Final = {"day": 366, "h": 366 * 24}  # of one line, by unit
EARLIEST: Final = 2000
PLEDGE_BACK: Final = 20  # years: a rule is seldom older
type Target = Commons | Roadmap | Session | Organisation


class Quantity(forms.CharField):
    """A number as people write it, 0,5 or 0.5; None: not told."""

    def clean(self, value: Any) -> Any:
        text = re.sub(r"\s", "", str(super().clean(value)))
        if not text:
            return None
        found = QUANTITY.fullmatch(text)
        if not found or not Decimal(f"{found[1]}.{found[2] or 0}"):
            raise ValidationError(gettext("Write a number, such as 2 or 0,5; empty means that you do not tell."))
        return Decimal(f"{found[1]}.{found[2] or 0}")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "inputmode": "decimal"}


def found(address: str) -> Target | None:
    """The commons, road map, session of a published programme or organisation at an address of this desk."""
    parts = [one for one in path_in(address).split("/") if one]
    match parts[1:] if parts[:1] == ["en"] else parts:
        case ["communs", slug, *_rest]:
            return Commons.objects.filter(slug=slug, state=Commons.State.PUBLISHED).first()
        case ["feuilles-de-route", slug, *_rest]:
            return Roadmap.objects.filter(ROADMAPS, slug=slug).first()
        case ["rendez-vous", slug, "sessions", code]:
            return _session(slug, code)
        case ["organisations", number, *_rest] if is_uuid(number):
            return Organisation.objects.filter(pk=number).first()
    return None


def _named(name: str) -> Commons | None:
    """The only published commons of this name; of several, the address tells which."""
    rows = list(Commons.objects.filter(name_key=name_key(name), state=Commons.State.PUBLISHED)[:2])
    if len(rows) > 1:
        raise ValidationError(gettext("Several commons have this name: give the address of one of them."))
    return rows[0] if rows else None


def _session(slug: str, code: str) -> Session | None:
    try:
        edition = editions.get(slug)
        programme = programmes.published(edition).programme
        row = programmes.session(edition, code)
    except (NotFound, Gone):
        return None
    return row if row.pk in programme.placed else None


def _past(day: date, today: date) -> date:
    if day.year < EARLIEST or day > today:
        raise ValidationError(gettext("This day is still to come, or too long ago."))
    return day


class ContributionForm(forms.Form):
    """Something given, and how much of it may be told."""

    target = forms.CharField(
        label=_("To what"),
        max_length=500,
        help_text=_("The name of a commons, or the address, on this desk, of a commons, a road map or a session."),
    )
    kind = forms.ChoiceField(label=_("What you gave"))
    credit = forms.CharField(
        label=_("In which role"), required=False, max_length=120, help_text=_("A role, never a name.")
    )
    on_date = Day(label=_("When"), help_text=_("The day, or the last day if it lasted longer."))
    quantity = Quantity(
        label=_("How much"),
        required=False,
        max_length=12,
        help_text=_("Empty: not told. Nobody has to count their hours."),
    )
    unit = forms.ChoiceField(label=_("Counted in"), required=False)
    legal_frame = forms.ChoiceField(label=_("In what capacity"))
    organisation = forms.ModelChoiceField(
        label=_("For which body"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("none: in my own name"),
        help_text=_("Somebody else of the body confirms it, and sees your name for that; no page shows it."),
    )
    visibility = forms.ChoiceField(label=_("Who may see it"), widget=forms.RadioSelect)
    evidence_url = forms.URLField(
        label=_("Where it can be seen"), required=False, max_length=500, assume_scheme="https"
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, bodies: Any, words: Mapping[str, Any], today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.today = today
        for name, table, codes in (
            ("kind", "contribution", KINDS),
            ("unit", "contribution_unit", Contribution.Unit.values),
            ("legal_frame", "legal_frame", Contribution.Frame.values),
            ("visibility", "contribution_visibility", Contribution.Visibility.values),
        ):
            blank = [("", "—")] if name in {"kind", "legal_frame"} else []
            self.fields[name].choices = [*blank, *((code, words[table][code]) for code in codes)]  # type: ignore[attr-defined]  # declared above
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # declared above

    def clean_target(self) -> Target:
        typed = self.cleaned_data["target"]
        at = found(typed) or _named(typed)
        if at is None or isinstance(at, Organisation):
            said = gettext("This desk has no published commons of this name, and nothing such at this address.")
            raise ValidationError(said)
        return at

    def clean_credit(self) -> str:
        return public(self.cleaned_data["credit"])

    def clean_on_date(self) -> date:
        return _past(self.cleaned_data["on_date"], self.today)

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("quantity") is not None and "unit" in told and not told["unit"]:
            self.add_error("unit", gettext("Say in what it is counted."))
        elif (told.get("quantity") or 0) > MOST.get(told.get("unit", ""), told.get("quantity") or 0):
            self.add_error("quantity", gettext("This is more than a year has: declare each year on its own."))
        if (
            told.get("visibility") == Contribution.Visibility.TOTAL
            and "organisation" in told
            and not told["organisation"]
        ):
            self.add_error("organisation", gettext("Say for which body it counts, or choose another way to show it."))
        return told

    def given(self) -> Given:
        names = ("target", "kind", "legal_frame", "visibility", "on_date", "organisation", "credit", "quantity", "unit")
        return Given(**{name: self.cleaned_data[name] for name in (*names, "evidence_url")})


def filled(one: Contribution) -> dict[str, Any]:
    """What the form of a correction begins with."""
    names = ("kind", "credit", "on_date", "unit", "legal_frame", "organisation", "visibility", "evidence_url")
    quantity = "" if one.quantity is None else f"{one.quantity.normalize():f}"
    return {name: getattr(one, name) for name in names} | {
        "target": one.target.get_absolute_url(),
        "quantity": quantity,
    }


class JudgeForm(forms.Form):
    """Whether what a colleague declared counts for the body."""

    line = forms.UUIDField(widget=forms.HiddenInput)
    base = forms.CharField(widget=forms.HiddenInput, max_length=64)
    why = forms.CharField(label=_("If it does not count: why"), required=False, max_length=300)


class PledgeForm(forms.Form):
    """Days that a body leaves its people."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )
    days_per_year = Quantity(label=_("Days a year"), max_length=8)
    scope = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    year = forms.IntegerField(label=_("From the year"))
    rule_url = forms.URLField(
        label=_("Where the rule can be read"),
        max_length=500,
        assume_scheme="https",
        help_text=_("A decision, a note to the staff, a charter. It is public."),
    )
    causes = forms.CharField(
        label=_("For what"), required=False, max_length=300, help_text=_("Empty: any digital commons.")
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, bodies: Any, words: Mapping[str, Any], today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.today = today
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # declared above
        choices = [(code, words[code]) for code in TimePledge.Scope.values]
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_days_per_year(self) -> Decimal:
        days = self.cleaned_data["days_per_year"]
        if days != round(days, 1) or days > 9999:
            raise ValidationError(gettext("Write a number of days, such as 5 or 2,5."))
        return Decimal(days)

    def clean_year(self) -> int:
        year = int(self.cleaned_data["year"])
        if not self.today.year - PLEDGE_BACK <= year <= self.today.year + 1:
            raise ValidationError(gettext("Give a year of the last twenty, or the next one."))
        return year

    def clean_causes(self) -> str:
        return public(self.cleaned_data["causes"])

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def promise(self) -> Promise:
        names = ("scope", "days_per_year", "year", "rule_url", "causes")
        return Promise(**{name: self.cleaned_data[name] for name in names})


class MentoringForm(forms.Form):
    """A body begins to help a commons or another body."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )
    target = forms.CharField(
        label=_("Whom you mentor"),
        max_length=500,
        help_text=_("The address, on this desk, of a commons or an organisation."),
    )
    subject = forms.ChoiceField(label=_("In what"))
    starts_on = Day(label=_("Since"))
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, bodies: Any, words: Mapping[str, Any], today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.today = today
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # declared above
        choices = [(code, words[code]) for code in Mentoring.Subject.values]
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_target(self) -> Commons | Organisation:
        at = found(self.cleaned_data["target"])
        if isinstance(at, Commons | Organisation):
            return at
        raise ValidationError(gettext("This desk has no published commons or organisation at this address."))

    def clean_starts_on(self) -> date:
        return _past(self.cleaned_data["starts_on"], self.today)

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def begun(self) -> Begun:
        return Begun(**{name: self.cleaned_data[name] for name in ("target", "subject", "starts_on")})


class MentoringEntryForm(forms.Form):
    """What was done on a day."""

    on_date = Day(label=_("When"))
    text = Paragraphs(label=_("What was done"), max_length=600, help_text=_("It is public: no name, no address."))

    def __init__(self, *args: Any, today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.today = today

    def clean_on_date(self) -> date:
        return _past(self.cleaned_data["on_date"], self.today)

    def clean_text(self) -> str:
        return public(self.cleaned_data["text"])


class MentoringEndForm(forms.Form):
    """The end of a mentoring, and what came of it."""

    ends_on = Day(label=_("Ended on"))
    outcome = Paragraphs(label=_("What came of it"), max_length=600, help_text=_("It is public: no name, no address."))

    def __init__(self, *args: Any, today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.today = today

    def clean_ends_on(self) -> date:
        return _past(self.cleaned_data["ends_on"], self.today)

    def clean_outcome(self) -> str:
        return public(self.cleaned_data["outcome"])
