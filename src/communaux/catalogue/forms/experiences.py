"""What a body learned from its use of a commons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Euros, Paragraphs
from communaux.catalogue.forms.reuses import Choice
from communaux.catalogue.models import Experience
from communaux.catalogue.reusing import Told

LONGEST = 3000
MOST_DAYS = 100_000
AGAINS: tuple[Choice, ...] = (
    ("yes", _("yes")),
    ("on_condition", _("on condition")),
    ("no", _("no")),
)
SCOPES: tuple[Choice, ...] = (
    ("", _("no amount given")),
    ("once", _("to begin, once")),
    ("yearly", _("each year")),
    ("total", _("in all, until today")),
)
LANGS: tuple[Choice, ...] = (("fr", _("French")), ("en", _("English")))
LICENCES: tuple[Choice, ...] = (
    ("CC-BY-SA-4.0", "CC-BY-SA-4.0"),
    ("CC-BY-4.0", "CC-BY-4.0"),
    ("CC0-1.0", "CC0-1.0"),
    ("etalab-2.0", _("Licence Ouverte 2.0 (etalab-2.0)")),
)
MARKDOWN = _("Markdown is understood. At most 3,000 characters. No name of a person.")


class Lesson(forms.Form):
    """All but the context and the judgement may stay empty: unknown is not zero."""

    context = Paragraphs(
        label=_("Context"), help_text=_("Who you are, what you needed, for how many people."), max_length=LONGEST
    )
    went_well = Paragraphs(label=_("What went well"), help_text=MARKDOWN, max_length=LONGEST, required=False)
    went_wrong = Paragraphs(label=_("What went wrong"), max_length=LONGEST, required=False)
    advice = Paragraphs(label=_("Advice to those who begin"), max_length=LONGEST, required=False)
    again = forms.ChoiceField(label=_("Would you do it again?"), choices=AGAINS, widget=forms.RadioSelect)
    effort_days = forms.IntegerField(
        label=_("Days of work"),
        help_text=_("Of all your people together. Empty: unknown."),
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
    )
    cost_cents = Euros(label=_("Money spent, in euros"), help_text=_("Empty: unknown."), required=False)
    cost_scope = forms.ChoiceField(label=_("What the amount covers"), choices=SCOPES, required=False)
    lang = forms.ChoiceField(label=_("Language of your text"), choices=LANGS)
    licence = forms.ChoiceField(
        label=_("Licence of your text"), help_text=_("Under which others may take it up."), choices=LICENCES
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not any(said[part] for part in ("went_well", "went_wrong", "advice")):
            self.add_error("went_well", _("Say at least what went well, what went wrong, or what you advise."))
        amount, scope = said.get("cost_cents"), said.get("cost_scope")
        if amount is not None and not scope:
            self.add_error("cost_scope", _("Say what the amount covers."))
        if amount is None and scope and "cost_cents" not in self.errors:
            self.add_error("cost_cents", _("Give the amount, or choose that none is given."))
        return said

    def told(self) -> Told:
        return Told(**self.cleaned_data)

    def unchanged(self, experience: Experience) -> bool:
        """Whether it says what is stored already."""
        return all(getattr(experience, name) == said for name, said in self.cleaned_data.items())


def stored(experience: Experience) -> dict[str, Any]:
    """What the form shows of a text that is there already."""
    kept = {name: getattr(experience, name) for name in Lesson.base_fields}
    cents = experience.cost_cents
    return kept | {"cost_cents": "" if cents is None else f"{cents // 100},{cents % 100:02}"}
