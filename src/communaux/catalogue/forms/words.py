"""A word that an editor proposes for a function, or two words that translate each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.services.words import LONGEST
from communaux.engines.search.overlay import BRANDS, LABELS, WordChange

A_SENTENCE = 5  # words from which a search is no word to propose


def proposed_of(searched: str) -> str:
    """The words of a search that may be one label; nothing of a sentence.

    >>> proposed_of("louer une salle"), proposed_of("où louer une salle des fêtes")
    ('louer une salle', '')
    """
    return searched[:LONGEST] if len(searched.split()) < A_SENTENCE else ""


class WordForm(forms.Form):
    """One word more, or one less, in one list of a function."""

    label = forms.CharField(
        label=_("The word, as people write it"), max_length=LONGEST, help_text=_("One or two words, not a sentence.")
    )
    into = forms.ChoiceField(label=_("What kind of word it is"))
    verb = forms.ChoiceField(label=_("What to do"), choices=[("add", _("add it")), ("remove", _("take it away"))])
    why = forms.CharField(label=_("Why"), required=False, max_length=300)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)  # the search that asked for it
    lang = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2)

    def __init__(self, *args: Any, words: Mapping[str, Mapping[str, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        lists = [("everyday_fr", words["word_list"]["everyday_fr"]), ("everyday_en", words["word_list"]["everyday_en"])]
        others = [(one, words["word_list"][one]) for one in (*LABELS, BRANDS) if not one.startswith("everyday")]
        self.fields["into"].choices = [*lists, *others]  # type: ignore[attr-defined]

    def change(self, concept: str) -> WordChange:
        told = self.cleaned_data
        noun = "brand" if told["into"] == BRANDS else "label"
        return WordChange(f"{told['verb']}_{noun}", concept, into=told["into"], label=_one_line(told["label"]))  # type: ignore[arg-type]


class PairForm(forms.Form):
    """A French word and an English one that say the same, whatever the function."""

    fr = forms.CharField(label=_("Word in French"), max_length=LONGEST)
    en = forms.CharField(label=_("Word in English"), max_length=LONGEST)
    verb = forms.ChoiceField(label=_("What to do"), choices=[("add", _("add it")), ("remove", _("take it away"))])
    why = forms.CharField(label=_("Why"), required=False, max_length=300)

    def change(self) -> WordChange:
        told = self.cleaned_data
        op = f"{told['verb']}_wordpair"
        return WordChange(op, fr=_one_line(told["fr"]), en=_one_line(told["en"]))  # type: ignore[arg-type]


def _one_line(text: str) -> str:
    return " ".join(text.split())
