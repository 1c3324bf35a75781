"""Answer a question of the bank, or say what one found of the answer of another. Forms validate, nothing else."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communaux.assessment.answers import Link, Opinion, Said
from communaux.assessment.models import Answer, PeerReview
from communaux.catalogue.forms.contests import LONGEST_LINK, MOST_LINKS, links_in
from communaux.catalogue.forms.inputs import Day, Paragraphs
from communaux.catalogue.forms.texts import Apart
from communaux.core.contacts import told_in
from communaux.core.models import Evidence, Organisation

LONGEST = 4000
SHA256 = re.compile(r"[0-9a-f]{64}")
VALUES = (("yes", _("yes")), ("no", _("no")), ("not_applicable", _("it does not apply here")))
LEVELS = (
    (3, _("I confirm: we have seen it ourselves")),
    (2, _("the evidence attached shows it")),
    (1, _("it is only declared: we could not see it")),
    (0, _("I contest: it is not so")),
)


def _nobody_reached(text: str) -> str:
    """What is published stays: an address of mail would too."""
    if told_in(text):
        raise ValidationError(_("Take the address or the number out: this sentence is public."))
    return text


class Answering(Apart):
    """The answer, in words, with what can be read."""

    ids = "answer_%s"

    value = forms.ChoiceField(label=_("Your answer"), choices=VALUES, widget=forms.RadioSelect)
    text = Paragraphs(
        label=_("In your words"),
        help_text=_(
            "What is done, how, since when. At most 4,000 characters, shown to everybody. No name of a person."
        ),
        max_length=LONGEST,
    )
    links = Paragraphs(
        label=_("What shows it"),
        help_text=_("Addresses to read, one per line, five at most. The desk keeps them as text and fetches nothing."),
        max_length=MOST_LINKS * (LONGEST_LINK + 2),
        required=False,
    )
    read_on = Day(label=_("Read on"), help_text=_("The day you read these addresses. Empty: today."), required=False)
    sha256 = forms.CharField(
        label=_("SHA-256 of the document"),
        help_text=_("If you have it: 64 signs. For one address only."),
        required=False,
        max_length=100,
    )
    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), required=False, empty_label=_("myself alone")
    )

    def __init__(self, *given: Any, bodies: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # a ModelChoiceField, declared above
        if not bodies and not self.data.get("organisation"):
            del self.fields["organisation"]

    def clean_text(self) -> str:
        return _nobody_reached(self.cleaned_data["text"])

    def clean_links(self) -> list[str]:
        return links_in(self.cleaned_data["links"])

    def clean_read_on(self) -> date:
        day: date = self.cleaned_data["read_on"] or timezone.localdate()
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean_sha256(self) -> str:
        told = re.sub(r"\s", "", self.cleaned_data["sha256"]).lower()
        if told and not SHA256.fullmatch(told):
            raise ValidationError(_("A SHA-256 has 64 signs, from 0 to 9 and from a to f."))
        if told and len(self.cleaned_data.get("links") or ()) != 1:
            raise ValidationError(_("Give it with one address alone, so that it is known what it is of."))
        return told

    def said(self) -> Said:
        given = self.cleaned_data
        links = tuple(Link(url, given["read_on"], given["sha256"]) for url in given["links"])
        return Said(given["value"], given["text"], get_language() or "", links)

    def repeats(self, answer: Answer, links: set[str]) -> bool:
        """Whether the answer, with its links, says all that is sent here: the second of two clicks."""
        given = self.cleaned_data
        body = given.get("organisation")
        said = (given["value"], given["text"], body.pk if body else None, set(given["links"]))
        return (answer.value, answer.text, answer.organisation_id, links) == said


def stored(answer: Answer | None, links: list[Evidence]) -> dict[str, Any]:
    """What the form shows of the answer that stands."""
    if answer is None:
        return {}
    told = {"value": answer.value, "text": answer.text, "organisation": answer.organisation_id}
    read_on = timezone.localdate(max(one.captured_at for one in links)) if links else None
    only = links[0].sha256 if len(links) == 1 else ""
    return told | {"links": "\n".join(one.locator for one in links), "read_on": read_on, "sha256": only}


class Reading(Apart):
    """What a peer found of an answer: how far it holds, the fact, what ties them to the commons."""

    ids = "review_%s"

    level = forms.TypedChoiceField(label=_("What you found"), choices=LEVELS, coerce=int, widget=forms.RadioSelect)
    fact = Paragraphs(
        label=_("The fact"),
        help_text=_("What you saw, where and when, so that somebody else can see it too. It is public."),
        max_length=LONGEST,
    )
    conflict_of_interest = Paragraphs(
        label=_("What ties you to this commons"),
        help_text=_(
            "Work, money, a contract, a friend; name nobody else. If nothing does, write “none”. It is public."
        ),
        max_length=1000,
    )
    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(self, *given: Any, bodies: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # a ModelChoiceField, declared above

    def clean_fact(self) -> str:
        return _nobody_reached(self.cleaned_data["fact"])

    def clean_conflict_of_interest(self) -> str:
        return _nobody_reached(self.cleaned_data["conflict_of_interest"])

    def repeats(self, said: PeerReview) -> bool:
        """Whether it says all that is sent here: the second of two clicks."""
        given = self.cleaned_data
        told = (given["level"], given["fact"], given["conflict_of_interest"], given["organisation"].pk)
        return (said.level, said.fact, said.conflict_of_interest, said.organisation_id) == told

    def said(self) -> Opinion:
        given = self.cleaned_data
        return Opinion(given["level"], given["fact"], given["conflict_of_interest"], get_language() or "")
