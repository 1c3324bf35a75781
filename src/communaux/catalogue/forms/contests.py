"""Contest what a sheet says, answer, judge: a fact, its evidence, a reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.contests import LONGEST, LONGEST_LINE, LONGEST_LIST, may_be_empty
from communaux.catalogue.forms.texts import Apart, Line, Paragraphs

MOST_LINKS = 5
LONGEST_LINK = 2000
WITHDRAWN = _("Leave it empty if nothing should be said here.")
ONE_A_LINE = _("One a line: the whole list. Leave it empty if nothing should be said here.")
NO_ADDRESS = _("An address begins with http:// or https://.")


class Contesting(forms.Form):
    """What is true instead (of a field), the fact that shows it, and where it can be read.

    `choices` are the values that the field can have, if they are counted; `many`: it is a list.
    """

    proposed = Line(label=_("What is true"))
    fact = Paragraphs(label=_("The fact"), help_text=_("What you know, in two or three sentences. It is public."))
    links = Paragraphs(
        label=_("Where it can be read"),
        help_text=_("One address per line. The desk keeps them as text and fetches nothing."),
        max_length=MOST_LINKS * (LONGEST_LINK + 2),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        code: str,
        choices: list[tuple[str, Any]] | None = None,
        many: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.code = code
        if ":" in code:
            del self.fields["proposed"]
        elif choices:
            self.fields["proposed"] = forms.ChoiceField(label=_("What is true"), choices=choices)
        elif many:
            given: dict[str, Any] = {"help_text": ONE_A_LINE, "max_length": LONGEST_LIST, "required": False}
            self.fields["proposed"] = Paragraphs(label=_("What is true"), **given)
        else:
            longest, free = LONGEST.get(code, LONGEST_LINE), may_be_empty(code)
            given = {"help_text": WITHDRAWN if free else "", "max_length": longest, "required": not free}
            self.fields["proposed"] = Line(label=_("What is true"), **given)

    def clean_proposed(self) -> str:
        value = str(self.cleaned_data["proposed"])
        is_one = self.code in {"url", "repository"} or (value and self.code.endswith("_url"))
        if is_one and not is_address(value):
            raise ValidationError(NO_ADDRESS)
        return value

    def clean_links(self) -> list[str]:
        return links_in(self.cleaned_data["links"])


def links_in(text: str) -> list[str]:
    """The addresses of a text, each once; raise ValidationError for what is none, for too many or too long ones."""
    links = list(dict.fromkeys(text.split()))
    if not all(map(is_address, links)):
        raise ValidationError(NO_ADDRESS)
    if len(links) > MOST_LINKS:
        raise ValidationError(_("Five addresses at most."))
    if any(len(link) > LONGEST_LINK for link in links):
        raise ValidationError(_("One of these addresses is too long."))
    return links


def is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


class Answering(Apart):
    answer = Paragraphs(label=_("Your answer"), help_text=_("It is public. If you correct the value at once, say so."))
    ids = "answer_%s"


class Judging(Apart):
    verdict = forms.ChoiceField(
        label=_("Your opinion"),
        widget=forms.RadioSelect,
        choices=[("upheld", _("the contest is right")), ("dismissed", _("the contest is not right"))],
    )
    reason = Paragraphs(label=_("Reason"))
    ids = "judge_%s"
