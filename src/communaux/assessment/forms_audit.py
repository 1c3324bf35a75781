"""One line of an audit, and what the audit tells of itself. All of it is published one day: roles, never names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment.auditing import Head, mark_of_head
from communaux.assessment.models import CheckRun
from communaux.core.contacts import told_in
from communaux.engines.footprint import telling
from communaux.engines.footprint.rgesn import telling as telling_rgesn
from communaux.engines.footprint.rgesn.audit import ANSWERS, BLOCKS, FACTS, Audit, Evidence, Finding
from communaux.engines.footprint.rgesn.referential import Criterion

UNSAID: Final = ("", _("not told"))
YES_NO: Final = (UNSAID, ("yes", _("yes")), ("no", _("no")))
FACT_LABELS: Final = {
    "has_ai": _("Does it use artificial intelligence?"),
    "has_video": _("Does it have videos?"),
    "sells_terminal": _("Is a device sold with it?"),
    "hosted": _("Is it hosted somewhere?"),
}
AUTOMATIC: Final = "automatic"
AGREES: Final = {"conforming": "favourable", "not_conforming": "adverse"}
TAKE_OUT: Final = _("Take the address or the number out: this sentence is public.")


def _lang() -> str:
    return "en" if get_language() == "en" else "fr"


def _answers() -> list[tuple[str, str]]:
    return [(code, telling.word("rgesn_answer", code, _lang())) for code in ANSWERS]


class FindingForm(forms.Form):
    """What is answered to one criterion, with a link that shows it."""

    answer = forms.ChoiceField(label=_("What is answered"), choices=_answers, widget=forms.RadioSelect)
    justification = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        help_text=_("A line that conforms needs a link below, or 40 characters here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    na_reason = forms.CharField(label=_("Why it does not apply"), required=False, max_length=500)
    link = forms.URLField(label=_("Link that shows it"), required=False, max_length=500, assume_scheme="https")
    valid_until = forms.DateField(
        label=_("The link shows it until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    automatic = forms.BooleanField(
        label=_("Keep what the checks saw as evidence"),
        required=False,
        help_text=_("Of checks that say the same as you: favourable where it conforms, adverse where it does not."),
    )
    action = forms.CharField(label=_("What is planned"), required=False, max_length=500)
    due = forms.CharField(label=_("For when"), required=False, max_length=40)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    checks: Sequence[CheckRun] = ()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if (until := told.get("valid_until")) and until < localdate():
            self.add_error("valid_until", _("This day is over: give another link, or no day."))
        for name in ("justification", "na_reason", "action"):
            if told_in(told.get(name) or ""):
                self.add_error(name, TAKE_OUT)
        return told

    def finding(self, old: Finding) -> Finding:
        """The line with what was sent; evidence of other kinds stays."""
        told = self.cleaned_data
        kept = tuple(one for one in old.evidence if one.kind not in ("url", AUTOMATIC))
        kept += self._seen_by_checks(old) if told.get("automatic") else ()
        link = (Evidence("url", told["link"], valid_until=told["valid_until"]),) if told["link"] else ()
        names = ("answer", "justification", "na_reason", "action", "due")
        return replace(old, evidence=kept + link, **{name: told[name] for name in names})

    def _seen_by_checks(self, old: Finding) -> tuple[Evidence, ...]:
        """What was kept before where nothing has looked since."""
        wanted = AGREES.get(self.cleaned_data["answer"])
        lang = _lang()
        found = tuple(
            Evidence(
                AUTOMATIC,
                f"{one.target or _('what the host declares')} ({one.check_id} {one.check_version})",
                captured_on=localdate(one.at),
                excerpt="; ".join(telling_rgesn.values(one.values, lang))[:500],
                outcome=one.outcome,
            )
            for one in self.checks
            if one.outcome == wanted
        )
        return found or tuple(one for one in old.evidence if one.kind == AUTOMATIC and one.outcome == wanted)

    @classmethod
    def of(cls, finding: Finding, seen: str) -> FindingForm:
        link = next((one for one in finding.evidence if one.kind == "url"), None)
        names = ("answer", "justification", "na_reason", "action", "due")
        shown: dict[str, Any] = {"link": link.locator, "valid_until": link.valid_until} if link else {}
        shown["automatic"] = any(one.kind == AUTOMATIC for one in finding.evidence)
        return cls(initial={name: getattr(finding, name) for name in names} | shown | {"seen": seen})

    def about(self, criterion: Criterion, checks: Sequence[CheckRun] = ()) -> FindingForm:
        """A criterion that always applies does not offer the other answer; one that nothing has checked, no evidence of checks."""
        self.checks = checks
        if not checks and not self.initial.get("automatic"):
            del self.fields["automatic"]
        if criterion.condition is None:
            del self.fields["na_reason"]
            answers = self.fields["answer"]
            assert isinstance(answers, forms.ChoiceField)
            answers.choices = [one for one in _answers() if one[0] != "not_applicable"]
        return self


class HeadForm(forms.Form):
    """Who made it, what was looked at, and the parts of the declaration."""

    auditor = forms.CharField(
        label=_("Who makes it"), required=False, max_length=120, help_text=_("A role, not a name.")
    )
    organisation = forms.CharField(label=_("For which body"), required=False, max_length=120)
    pages = forms.CharField(
        label=_("Pages that were looked at"),
        required=False,
        max_length=3000,
        help_text=_("An address a line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in FACTS:
            self.fields[name] = forms.ChoiceField(label=FACT_LABELS[name], choices=YES_NO, required=False)
        for name in BLOCKS:
            self.fields[name] = forms.CharField(
                label=telling.word("rgesn_block", name, _lang()),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in ("auditor", *(name for name in BLOCKS if name != "contact")):
            if told_in(told.get(name) or ""):
                self.add_error(name, TAKE_OUT)
        lines = [one.strip() for one in (told.get("pages") or "").splitlines() if one.strip()]
        if wrong := [one for one in lines if not one.startswith(("https://", "http://"))]:
            sentence = gettext("Line “%(line)s” is no address: it begins with https:// or http://") % {
                "line": wrong[0][:80]
            }
            self.add_error("pages", sentence)
        told["pages"] = tuple(lines)
        return told

    @property
    def head(self) -> Head:
        told = self.cleaned_data
        facts = {name: {"": None, "yes": True, "no": False}[told[name]] for name in FACTS}
        return Head(told["auditor"], told["organisation"], told["pages"], facts, {name: told[name] for name in BLOCKS})

    @classmethod
    def of(cls, audit: Audit) -> HeadForm:
        words = {None: "", True: "yes", False: "no"}
        facts = {name: words[getattr(audit.service, name)] for name in FACTS}
        told = {"auditor": audit.auditor, "organisation": audit.organisation, "pages": "\n".join(audit.pages)}
        return cls(initial=told | facts | dict(audit.blocks) | {"seen": mark_of_head(audit)})

    def closed(self) -> HeadForm:
        """Of a closed audit only the parts of the declaration can still be told."""
        for name in ("auditor", "organisation", "pages", *FACTS):
            self.fields[name].disabled = True
        return self
