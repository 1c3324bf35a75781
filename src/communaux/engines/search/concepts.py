"""Matching texts to concepts: which functions an entry performs, which functions a person asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from communaux.engines.search.labels import Label, Spot, Stems, Trie, labels_of
from communaux.engines.search.model import Doc, Thesaurus
from communaux.engines.search.text import CAPITALS, EXACT
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


@dataclass(frozen=True, slots=True)
class Spotted:
    """What stands in one field of an entry: labels, and the runs that the index counts, in the order of the text."""

    labels: set[int]
    runs: Sequence[int]


def _multiple(labels: Iterable[Label]) -> list[Stems]:
    """Labels of more than one word, which the index counts as runs."""
    return [one.stems for one in labels if len(one.stems) > 1 and one.lang and not (one.weak or one.whole)]


class ConceptMatcher:
    """The thesaurus made ready to be found in texts.

    One trie holds its labels and the runs that the index counts: a text is read once for both. Numbers from
    `len(labels)` on are runs.
    """

    def __init__(self, thesaurus: Thesaurus, weights: Weights, translations: Iterable[Stems] = ()) -> None:
        self.thesaurus = thesaurus
        self.weights = weights
        self.labels = labels_of(thesaurus)
        self.number = {concept.id: i for i, concept in enumerate(thesaurus.concepts)}
        counted = list(dict.fromkeys([*_multiple(self.labels), *translations]))
        self.runs = tuple(map(" ".join, counted))
        plain = [(i, one.stems) for i, one in enumerate(self.labels) if not one.whole]
        self._trie = Trie([*plain, *enumerate(counted, len(self.labels))])
        self._whole = Trie((i, one.stems) for i, one in enumerate(self.labels) if one.whole)
        self.by_stem: dict[tuple[str, str], list[int]] = {}
        self.least = [_least(label) for label in self.labels]  # different stems a query must hold
        self.of_concept: list[list[int]] = [[] for _ in thesaurus.concepts]
        for i, label in enumerate(self.labels):
            self.of_concept[label.concept].append(i)
            if label.whole:
                continue
            for stem in dict.fromkeys(label.stems):
                self.by_stem.setdefault((label.lang, stem), []).append(i)
        self._tags = self._tag_map()
        self.bags, self.rarity = self._bags()
        self.unheard = round(math.log1p(len(thesaurus.concepts)), 9)

    @cached_property
    def _anchored(self) -> dict[str, dict[str, dict[str, list[int]]]]:
        """Labels of several stems by language, their rarest stem and the next: few are asked for the rest of theirs.

        Only building asks for them.
        """
        anchored: dict[str, dict[str, dict[str, list[int]]]] = {"fr": {}, "en": {}}
        for i, label in enumerate(self.labels):
            stems = set(label.stems)
            if len(stems) > 1 and label.lang and not label.whole:
                rank = {stem: (len(self.by_stem[label.lang, stem]), stem) for stem in stems}
                first, second, *_ = sorted(stems, key=rank.__getitem__)
                anchored[label.lang].setdefault(first, {}).setdefault(second, []).append(i)
        return anchored

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

    def labels_in(self, view: Sequence[str], lang: str) -> list[Spot]:
        """Labels of one language that stand in a text."""
        size = len(self.labels)
        return [spot for spot in self._trie.find(view) if spot[0] < size and self.labels[spot[0]].lang == lang]

    def whole_labels_in(self, view: Sequence[str], lang: str) -> list[Spot]:
        """The same for labels that need their stop words."""
        return [spot for spot in self._whole.find(view) if self.labels[spot[0]].lang == lang]

    def spot(self, stream: Stream) -> Spotted:
        """What stands in one field of an entry."""
        labels: set[int] = set()
        runs: set[tuple[int, int]] = set()
        size = len(self.labels)
        for lang, view in (("fr", stream.fr), ("en", stream.en)):
            for number, at in self._trie.find(view):
                if number >= size:
                    runs.add((at[0], number - size))
                elif self.labels[number].lang == lang:
                    labels.add(number)
        labels.update(number for number, at in self.labels_in(stream.written, "") if in_a_row(at))
        return Spotted(labels, [number for _, number in sorted(runs)])

    def in_doc(self, doc: Doc, fields: Iterable[tuple[Stream, Spotted]]) -> dict[int, float]:
        """Strength of each concept an entry performs: text, then its source's tags, then the editor's word."""
        found = self._strongest(self._in_text(fields))
        for vocabulary, names in doc.source_tags.items():
            for name in names:
                for concept in self._tags.get((vocabulary, name), ()):
                    found[concept] = max(found.get(concept, 0.0), self.weights.f_source_tag)
        for identifier, strength in doc.concepts.items():
            if identifier in self.number:
                found[self.number[identifier]] = strength
        return {concept: found[concept] for concept in sorted(found) if found[concept] > 0}

    def _in_text(self, fields: Iterable[tuple[Stream, Spotted]]) -> dict[int, float]:
        """Strength of each label found in the fields of an entry."""
        found: dict[int, float] = {}
        words: dict[str, set[str]] = {"fr": set(), "en": set()}
        for stream, spotted in fields:
            strength = self.weights.c_run * (self.weights.f_long if stream.in_long else 1.0)
            for number in spotted.labels:
                found[number] = max(found.get(number, 0.0), strength)
            if not stream.in_long:
                words["fr"].update(stream.fr)
                words["en"].update(stream.en)
        for lang, stems in words.items():
            for number in self._scattered(stems, self._anchored[lang]):
                found.setdefault(number, self.weights.c_any_order)
        return found

    def _scattered(self, stems: set[str], anchored: Mapping[str, Mapping[str, Sequence[int]]]) -> Iterator[int]:
        """Labels all of whose stems are among these, in any order."""
        for stem in stems & anchored.keys():
            for second in stems & anchored[stem].keys():
                for number in anchored[stem][second]:
                    if len(self.labels[number].stems) == 2 or stems.issuperset(self.labels[number].stems):
                        yield number

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
