"""Matching texts to concepts: which functions an entry performs, which functions a person asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from communaux.engines.search.labels import CAPITALS, EXACT, Label, Stems, Trie, labels_of
from communaux.engines.search.model import Doc, Thesaurus
from communaux.engines.search.weights import Weights


def in_a_row(at: Sequence[int]) -> bool:
    """Nothing between the words of a name: "Open the Street" is not "OpenStreet".

    >>> in_a_row((2, 3)), in_a_row((2, 4))
    (True, False)
    """
    return at[-1] - at[0] + 1 == len(at)


def _least(label: Label) -> int:
    """How many stems of a label in any order mean something: all, or half of an everyday or a long one.

    One word alone is found as a run, or not at all.
    """
    size = len(label.stems)
    if size == 1:
        return 2
    return (size + 1) // 2 if label.kind == "everyday" or size >= 3 else size


@dataclass(frozen=True, slots=True)
class Stream:
    """One field of an entry as three parallel views of its words."""

    fr: Sequence[str]
    en: Sequence[str]
    written: Sequence[str]  # forms with their marks, for acronyms and brands
    in_long: bool = False


class ConceptMatcher:
    """The thesaurus made ready to be found in texts."""

    def __init__(self, thesaurus: Thesaurus, weights: Weights) -> None:
        self.thesaurus = thesaurus
        self.weights = weights
        self.labels = labels_of(thesaurus)
        self.number = {concept.id: i for i, concept in enumerate(thesaurus.concepts)}
        views = ("fr", "en", "")
        self.tries: Mapping[str, Trie] = {lang: Trie(self._runs(lang, whole=False)) for lang in views}
        self.whole: Mapping[str, Trie] = {lang: Trie(self._runs(lang, whole=True)) for lang in views}
        self.by_stem: dict[tuple[str, str], list[int]] = {}
        self.least = [_least(label) for label in self.labels]  # different stems a query must hold
        self._anchored: dict[tuple[str, str], list[int]] = {}
        self.of_concept: list[list[int]] = [[] for _ in thesaurus.concepts]
        for i, label in enumerate(self.labels):
            self.of_concept[label.concept].append(i)
            if label.whole:
                continue
            for stem in dict.fromkeys(label.stems):
                self.by_stem.setdefault((label.lang, stem), []).append(i)
        for i, label in enumerate(self.labels):
            if len(set(label.stems)) > 1 and label.lang and not label.whole:
                anchor = min(label.stems, key=lambda s: (len(self.by_stem[label.lang, s]), s))
                self._anchored.setdefault((label.lang, anchor), []).append(i)
        self._tags = self._tag_map()
        self.bags, self.rarity = self._bags()
        self.unheard = round(math.log1p(len(thesaurus.concepts)), 9)

    def _runs(self, lang: str, *, whole: bool) -> dict[int, Stems]:
        return {i: one.stems for i, one in enumerate(self.labels) if one.lang == lang and one.whole is whole}

    def _tag_map(self) -> dict[tuple[str, str], list[int]]:
        tags: dict[tuple[str, str], list[int]] = {}
        for number, concept in enumerate(self.thesaurus.concepts):
            for vocabulary, names in concept.maps.items():
                for name in names:
                    tags.setdefault((vocabulary, name), []).append(number)
        return tags

    def _bags(self) -> tuple[dict[tuple[str, str], tuple[int, ...]], dict[tuple[str, str], float]]:
        """Concepts by (language, stem) of any of their labels, and how telling each stem is among concepts."""
        bags = {
            key: tuple(dict.fromkeys(self.labels[number].concept for number in numbers))
            for key, numbers in self.by_stem.items()
            if key[0]
        }
        size = len(self.thesaurus.concepts)
        return bags, {key: round(math.log1p(size / len(concepts)), 9) for key, concepts in bags.items()}

    def in_doc(self, doc: Doc, streams: Iterable[Stream]) -> dict[int, float]:
        """Strength of each concept an entry performs: text, then its source's tags, then the editor's word."""
        found = self._strongest(self._in_text(list(streams)))
        for vocabulary, names in doc.source_tags.items():
            for name in names:
                for concept in self._tags.get((vocabulary, name), ()):
                    found[concept] = max(found.get(concept, 0.0), self.weights.f_source_tag)
        for identifier, strength in doc.concepts.items():
            if identifier in self.number:
                found[self.number[identifier]] = strength
        return {concept: found[concept] for concept in sorted(found) if found[concept] > 0}

    def _in_text(self, streams: Sequence[Stream]) -> dict[int, float]:
        """Strength of each label found in the streams of an entry."""
        found: dict[int, float] = {}
        words: dict[str, set[str]] = {"fr": set(), "en": set()}
        for stream in streams:
            factor = self.weights.f_long if stream.in_long else 1.0
            for lang, view in (("fr", stream.fr), ("en", stream.en), ("", stream.written)):
                for number, at in self.tries[lang].find(view):
                    if lang or in_a_row(at):
                        found[number] = max(found.get(number, 0.0), self.weights.c_run * factor)
                if lang and not stream.in_long:
                    words[lang].update(view)
        for lang, stems in words.items():
            for stem in stems:
                for number in self._anchored.get((lang, stem), ()):
                    if number not in found and stems.issuperset(self.labels[number].stems):
                        found[number] = self.weights.c_any_order
        return found

    def _strongest(self, found: Mapping[int, float]) -> dict[int, float]:
        """From labels to concepts: weak labels need another label of the same concept beside them."""
        by_concept: dict[int, list[int]] = {}
        for number in found:
            by_concept.setdefault(self.labels[number].concept, []).append(number)
        strengths: dict[int, float] = {}
        for concept, numbers in by_concept.items():
            if not all(self.labels[n].weak for n in numbers) or len({self.labels[n].stems for n in numbers}) > 1:
                strengths[concept] = max(found[n] for n in numbers)
        return strengths

    def writes(self, form: str) -> bool:
        """Is this form an acronym or a brand, or a part of one?"""
        return ("", EXACT + form) in self.by_stem or ("", CAPITALS + form) in self.by_stem
