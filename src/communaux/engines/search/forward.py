"""The forward side of the index: what analysis found in each entry, so that an unchanged entry is not read twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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


def pack(docs: Sequence[Doc], entries: Sequence[Entry], digests: Sequence[bytes]) -> Forward:
    """Numbered, array form of the analyses, in the order of `docs`."""
    words = tuple(sorted({form for entry in entries for _, form in entry.words} | {fields.WALL}))
    runs = tuple(sorted({run for entry in entries for _, run in entry.runs}))
    word_number = {word: i for i, word in enumerate(words)}
    run_number = {run: i for i, run in enumerate(runs)}
    return Forward(
        words=words,
        runs=runs,
        digests=tuple(digests),
        masks=np.array([fields.languages(doc) for doc in docs], dtype=np.uint8),
        word_ptr=_pointers([len(entry.words) for entry in entries]),
        word=np.array([word_number[form] for entry in entries for _, form in entry.words], dtype=np.int32),
        word_field=np.array([f for entry in entries for f, _ in entry.words], dtype=np.uint8),
        run_ptr=_pointers([len(entry.runs) for entry in entries]),
        run=np.array([run_number[run] for entry in entries for _, run in entry.runs], dtype=np.int32),
        run_field=np.array([f for entry in entries for f, _ in entry.runs], dtype=np.uint8),
        concept_ptr=_pointers([len(entry.concepts) for entry in entries]),
        concept=np.array([c for entry in entries for c in entry.concepts], dtype=np.int32),
        strength=np.array([s for entry in entries for s in entry.concepts.values()], dtype=np.float64),
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


def _pointers(lengths: Sequence[int]) -> Longs:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
