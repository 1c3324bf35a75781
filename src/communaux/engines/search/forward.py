"""The forward side of the index: what analysis found in each entry, so that an unchanged entry is not read twice."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from communaux.engines.search import fields
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.model import Doc
from communaux.engines.search.text import stems_en, stems_fr

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Forward:
    """Per entry, in CSR form: words and runs of stems by field, concepts. Numbers point into `words`, `runs`."""

    words: tuple[str, ...]  # sorted; number 0 is the wall ''
    runs: tuple[str, ...]  # sorted; stems joined by a space
    digests: tuple[bytes, ...]
    masks: Bytes  # languages of each entry
    word_ptr: Longs
    word: Ints
    word_field: Bytes
    run_ptr: Longs
    run: Ints
    run_field: Bytes
    concept_ptr: Longs
    concept: Ints
    strength: Floats


@dataclass(slots=True)
class Entry:
    """Analysis of one entry, in words rather than numbers."""

    words: dict[int, Sequence[str]] = field(default_factory=dict)  # forms by field, in the order of the text
    runs: dict[int, Sequence[str]] = field(default_factory=dict)
    concepts: dict[int, float] = field(default_factory=dict)


class Analyser:
    """Analyses entries with one thesaurus: its concepts and the runs of its labels and word pairs."""

    def __init__(self, matcher: ConceptMatcher) -> None:
        self._matcher = matcher

    def analyse(self, doc: Doc) -> Entry:
        mask = fields.languages(doc)
        entry = Entry()
        seen = []
        for words in fields.read(doc):
            stream = fields.stream(words, mask)
            spotted = self._matcher.spot(stream)
            seen.append((stream, spotted))
            entry.words[words.field] = words.forms
            entry.runs[words.field] = [self._matcher.runs[number] for number in spotted.runs]
        entry.concepts = self._matcher.in_doc(doc, seen)
        return entry


def stems_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """French and English stem of each form; a form in capitals is its own stem."""
    return stems_fr(words), stems_en(words)


class _Numbered:
    """Words as numbers in the order they come; renumbered in the order of the alphabet at the end."""

    def __init__(self, *first: str) -> None:
        self._number = {word: i for i, word in enumerate(first)}
        self._seen = array("i")
        self._field = array("B")

    def extend(self, texts: Mapping[int, Sequence[str]]) -> int:
        """Take the words of each field; how many there were."""
        number, before = self._number, len(self._seen)
        for place, words in texts.items():
            self._seen.extend([number.setdefault(word, len(number)) for word in words])
            self._field.extend(bytes((place,)) * len(words))
        return len(self._seen) - before

    def sorted(self) -> tuple[tuple[str, ...], Ints, Bytes]:
        """The words, sorted; every occurrence as a number into them, and its field."""
        words = tuple(sorted(self._number))
        final = np.zeros(len(words), dtype=np.int32)
        for i, word in enumerate(words):
            final[self._number[word]] = i
        return words, final[_array(self._seen, np.int32)], _array(self._field, np.uint8)


def pack(docs: Sequence[Doc], entries: Iterable[Entry], digests: Sequence[bytes]) -> Forward:
    """Numbered, array form of the analyses, in the order of `docs`; each is let go as soon as it is numbered."""
    word, run = _Numbered(fields.WALL), _Numbered()
    concept, strength = array("i"), array("d")
    lengths = array("q")
    for entry in entries:
        lengths.extend((word.extend(entry.words), run.extend(entry.runs), len(entry.concepts)))
        concept.extend(entry.concepts)
        strength.extend(entry.concepts.values())
    (words, word_number, word_field), (runs, run_number, run_field) = word.sorted(), run.sorted()
    word_ptr, run_ptr, concept_ptr = _pointers(_array(lengths, np.int64).reshape(-1, 3))
    return Forward(
        words=words,
        runs=runs,
        digests=tuple(digests),
        masks=np.array([fields.languages(doc) for doc in docs], dtype=np.uint8),
        word_ptr=word_ptr,
        word=word_number,
        word_field=word_field,
        run_ptr=run_ptr,
        run=run_number,
        run_field=run_field,
        concept_ptr=concept_ptr,
        concept=_array(concept, np.int32),
        strength=_array(strength, np.float64),
    )


def entry_at(forward: Forward, row: int) -> Entry:
    """The analysis of one entry, read back."""
    words = slice(int(forward.word_ptr[row]), int(forward.word_ptr[row + 1]))
    runs = slice(int(forward.run_ptr[row]), int(forward.run_ptr[row + 1]))
    held = slice(int(forward.concept_ptr[row]), int(forward.concept_ptr[row + 1]))
    return Entry(
        _by_field(forward.word_field[words], forward.word[words], forward.words),
        _by_field(forward.run_field[runs], forward.run[runs], forward.runs),
        dict(zip(forward.concept[held].tolist(), forward.strength[held].tolist(), strict=True)),
    )


def _by_field(places: Bytes, numbers: Ints, words: Sequence[str]) -> dict[int, Sequence[str]]:
    """Words by field again, in the order they stand in."""
    found: dict[int, list[str]] = {}
    for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
        found.setdefault(place, []).append(words[number])
    return dict(found)


def _array[T: np.generic](values: array[Any], dtype: type[T]) -> NDArray[T]:
    """The same numbers as an array that nobody can lengthen."""
    return np.array(values, dtype=dtype)


def _pointers(lengths: Longs) -> tuple[Longs, Longs, Longs]:
    """Where each entry starts among words, runs and concepts."""
    starts = np.zeros((len(lengths) + 1, 3), dtype=np.int64)
    np.cumsum(lengths, axis=0, out=starts[1:])
    words, runs, concepts = (np.ascontiguousarray(column) for column in starts.T)
    return words, runs, concepts
