"""The forward side of the index: what analysis found in each entry, so that an unchanged entry is not read twice."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from communaux.engines.search import fields
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.labels import CAPITALS, Trie
from communaux.engines.search.model import Doc
from communaux.engines.search.text import stem_en, stem_fr

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

    words: list[tuple[int, str]] = field(default_factory=list)  # field, form
    runs: list[tuple[int, str]] = field(default_factory=list)
    concepts: dict[int, float] = field(default_factory=dict)


class Analyser:
    """Analyses entries with one thesaurus: its concepts and the runs of its labels and word pairs."""

    def __init__(self, matcher: ConceptMatcher, runs: Sequence[tuple[str, ...]]) -> None:
        self._matcher = matcher
        self.runs = tuple(" ".join(run) for run in runs)
        self._trie = Trie(dict(enumerate(runs)))

    def analyse(self, doc: Doc) -> Entry:
        mask = fields.languages(doc)
        entry = Entry()
        streams = []
        for words in fields.read(doc):
            entry.words.extend((words.field, form) for form in words.forms)
            stream = fields.stream(words, mask)
            streams.append(stream)
            found = {(at[0], number) for view in (stream.fr, stream.en) for number, at in self._trie.find(view)}
            entry.runs.extend((words.field, self.runs[number]) for _, number in sorted(found))
        entry.concepts = self._matcher.in_doc(doc, streams)
        return entry


def stems_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """French and English stem of each form; a form in capitals is its own stem."""
    french = [word if word[:1] in ("", CAPITALS) else stem_fr(word) for word in words]
    english = [word if word[:1] in ("", CAPITALS) else stem_en(word) for word in words]
    return french, english


class _Numbered:
    """Words as numbers in the order they come; renumbered in the order of the alphabet at the end."""

    def __init__(self, *first: str) -> None:
        self._number = {word: i for i, word in enumerate(first)}
        self._seen = array("i")

    def extend(self, words: Iterable[str]) -> None:
        number = self._number
        self._seen.extend([number.setdefault(word, len(number)) for word in words])

    def sorted(self) -> tuple[tuple[str, ...], Ints]:
        """The words, sorted, and every occurrence as a number into them."""
        words = tuple(sorted(self._number))
        final = np.zeros(len(words), dtype=np.int32)
        for i, word in enumerate(words):
            final[self._number[word]] = i
        return words, final[_array(self._seen, np.int32)]


def pack(docs: Sequence[Doc], entries: Iterable[Entry], digests: Sequence[bytes]) -> Forward:
    """Numbered, array form of the analyses, in the order of `docs`; each is let go as soon as it is numbered."""
    word, run = _Numbered(fields.WALL), _Numbered()
    word_field, run_field = array("B"), array("B")
    concept, strength = array("i"), array("d")
    lengths = array("q")
    for entry in entries:
        word.extend(form for _, form in entry.words)
        word_field.extend(field for field, _ in entry.words)
        run.extend(stems for _, stems in entry.runs)
        run_field.extend(field for field, _ in entry.runs)
        concept.extend(entry.concepts)
        strength.extend(entry.concepts.values())
        lengths.extend((len(entry.words), len(entry.runs), len(entry.concepts)))
    (words, word_number), (runs, run_number) = word.sorted(), run.sorted()
    word_ptr, run_ptr, concept_ptr = _pointers(_array(lengths, np.int64).reshape(-1, 3))
    return Forward(
        words=words,
        runs=runs,
        digests=tuple(digests),
        masks=np.array([fields.languages(doc) for doc in docs], dtype=np.uint8),
        word_ptr=word_ptr,
        word=word_number,
        word_field=_array(word_field, np.uint8),
        run_ptr=run_ptr,
        run=run_number,
        run_field=_array(run_field, np.uint8),
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
        list(
            zip(
                forward.word_field[words].tolist(),
                [forward.words[w] for w in forward.word[words].tolist()],
                strict=True,
            )
        ),
        list(zip(forward.run_field[runs].tolist(), [forward.runs[r] for r in forward.run[runs].tolist()], strict=True)),
        dict(zip(forward.concept[held].tolist(), forward.strength[held].tolist(), strict=True)),
    )


def _array[T: np.generic](values: array[Any], dtype: type[T]) -> NDArray[T]:
    """The same numbers as an array that nobody can lengthen."""
    return np.array(values, dtype=dtype)


def _pointers(lengths: Longs) -> tuple[Longs, Longs, Longs]:
    """Where each entry starts among words, runs and concepts."""
    starts = np.zeros((len(lengths) + 1, 3), dtype=np.int64)
    np.cumsum(lengths, axis=0, out=starts[1:])
    words, runs, concepts = (np.ascontiguousarray(column) for column in starts.T)
    return words, runs, concepts
