"""A file → the licence texts it holds: the whole of one, one that was modified, several one after the other, or none.

Likeness is Sørensen–Dice over sets of word trigrams, 2·|A∩B| / (|A|+|B|) (Dice 1945, Sørensen 1948), as licensee and
licensecheck do over words. Thresholds are ours: 0.98 the text itself, from 0.90 a modified one, below it no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from communaux.engines.assess.corpus import Codes, Corpus, Family, text_of, trigrams
from communaux.engines.assess.words import words

type Kind = Literal["exact", "modified", "contained"]
type Flags = NDArray[np.bool_]
type Counts = NDArray[np.int64]

EXACT: Final = 0.98
MODIFIED: Final = 0.90
LARGEST: Final = 256 * 1024  # bytes of a file that are read
SHORTEST: Final = 30  # distinct trigrams: a shorter text is no evidence inside a longer one
NEW: Final = 0.5  # of a text, what no longer text of the same file explains: else it is only a part of that one
SHOWN: Final = 20  # runs of differing words
MOST: Final = 12  # texts taken out of one file
CHOICE: Final = re.compile(
    r"\b(?:either|dual(?:ly)?|double|at your (?:option|choice)|your choice|au choix|a votre choix)\b"
)


@dataclass(frozen=True, slots=True)
class TextMatch:
    """One known text in a file. `score` in [0, 1]; `added` and `missing`: runs of words, against the known text."""

    family: Family
    kind: Kind
    score: float
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. `rest`: share of its trigrams that no known text explains; `choice`: it offers one of several."""

    matches: tuple[TextMatch, ...]
    rest: float
    choice: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _File:
    """A file as words, their numbers (words that no licence has get new ones) and its set of trigrams."""

    words: tuple[str, ...]
    runs: Codes
    codes: Codes


def read_text(content: bytes, corpus: Corpus) -> Reading:
    """The licence texts of a file, at most 256 KiB of it; the longest first.

    >>> from communaux.engines.assess.corpus import pack, unpack
    >>> known = unpack(pack({"Demo": ("Demo", "You may use, copy, change and share this work as you like.")}))
    >>> read_text(b"<p>YOU MAY use, copy,\\r\\nchange and share this work as you like.</p>", known).matches[0].score
    1.0
    >>> read_text(b"All rights reserved.", known)
    Reading(matches=(), rest=1.0, choice=False)
    """
    text = text_of(content[:LARGEST])
    files = [_file(words(text, notices=notices), corpus) for notices in (False, True)]
    whole = [_whole(one, corpus) for one in files]
    best = max(range(2), key=lambda at: whole[at][1])
    row, score = whole[best]
    if score >= EXACT:
        return Reading((TextMatch(_family(corpus, row), "exact", score),), 1 - _share(files[best], row, corpus))
    several = max((_several(one, corpus) for one in files), key=lambda found: (len(found.matches), -found.rest))
    if score < MODIFIED or len(several.matches) > 1:
        return several
    return _modified(files[best], row, score, corpus)


def _file(found: tuple[str, ...], corpus: Corpus) -> _File:
    unknown = len(corpus.vocabulary)
    new: dict[str, int] = {}
    numbers = [corpus.numbers.get(word, -1) for word in found]
    numbers = [at if at >= 0 else unknown + new.setdefault(found[i], len(new)) for i, at in enumerate(numbers)]
    runs = trigrams(numbers)
    return _File(found, runs, np.unique(runs))


def _shared(codes: Codes, corpus: Corpus) -> Counts:
    """How many of these trigrams each row holds."""
    at = np.minimum(np.searchsorted(corpus.codes, codes), len(corpus.codes) - 1)
    at = at[corpus.codes[at] == codes]
    begin, length = corpus.starts[at], corpus.starts[at + 1] - corpus.starts[at]
    places = np.repeat(begin - np.concatenate(([0], np.cumsum(length)[:-1])), length) + np.arange(int(length.sum()))
    return np.bincount(corpus.holders[places], minlength=len(corpus.rows))


def _whole(file: _File, corpus: Corpus) -> tuple[int, float]:
    """The row most like the whole file, and how much; of equals the better known."""
    scores = 2 * _shared(file.codes, corpus) / np.maximum(corpus.sizes + len(file.codes), 1)
    row = int(scores.argmax())
    return row, float(scores[row])


def _family(corpus: Corpus, row: int) -> Family:
    return corpus.families[int(corpus.family_of[row])]


def _share(file: _File, row: int, corpus: Corpus) -> float:
    """The part of the file that a row explains."""
    return float(np.isin(file.codes, trigrams(corpus.rows[row])).mean())


def _several(file: _File, corpus: Corpus) -> Reading:
    """Texts taken out of a file one by one, each the one that explains most of what is left."""
    taken, known = list[tuple[int, float]](), np.empty(0, dtype=np.uint64)
    inside = _shared(file.codes, corpus) / np.maximum(corpus.sizes, 1)
    held = np.where(corpus.sizes >= SHORTEST, inside, 0.0)
    for _ in range(MOST):
        new = _shared(np.setdiff1d(file.codes, known), corpus)
        rows = np.flatnonzero((held >= MODIFIED) & (new >= NEW * corpus.sizes))
        if not len(rows):
            break
        row = int(rows[np.lexsort((rows, -held[rows], -new[rows]))[0]])
        taken.append((row, float(held[row])))
        known = np.union1d(known, trigrams(corpus.rows[row]))
    return _told(file, taken, known, corpus)


def _told(file: _File, taken: Sequence[tuple[int, float]], known: Codes, corpus: Corpus) -> Reading:
    """The confidence in each text is no more than the likeness of the file to all of them together."""
    left = np.setdiff1d(file.codes, known)
    every = max(len(file.codes), 1)
    together = 2 * (len(file.codes) - len(left)) / (len(known) + every)
    matches = (TextMatch(_family(corpus, row), _kind(held, together), min(held, together)) for row, held in taken)
    rest = len(left) / every if len(file.codes) else 1.0
    outside = _outside(file.runs, left, len(file.words))
    unexplained = " ".join(one for one, out in zip(file.words, outside, strict=True) if out)
    return Reading(tuple(matches), rest, len(taken) > 1 and bool(CHOICE.search(unexplained)))


def _kind(held: float, together: float) -> Kind:
    if held < EXACT:
        return "modified"
    return "exact" if together >= EXACT else "contained"


def _modified(file: _File, row: int, score: float, corpus: Corpus) -> Reading:
    """One text with differences: the runs of words that only the file has, and those that only the text has."""
    known = corpus.rows[row]
    runs = trigrams(known)
    told = [corpus.vocabulary[int(at)] for at in known]
    added = _runs(file.words, _outside(file.runs, np.setdiff1d(file.codes, runs), len(file.words)))
    missing = _runs(told, _outside(runs, np.setdiff1d(runs, file.codes), len(told)))
    found = TextMatch(_family(corpus, row), "modified", score, added, missing)
    return Reading((found,), 1 - _share(file, row, corpus))


def _outside(runs: Codes, strange: Codes, length: int) -> Flags:
    """For each of `length` words, whether every trigram it stands in is strange."""
    alien = np.isin(runs, strange)
    found = np.ones(length, dtype=np.bool_)
    for shift in range(3):
        found[shift : shift + len(runs)] &= alien
    return found


def _runs(found: Sequence[str], flags: Flags) -> tuple[str, ...]:
    """The words that are flagged, neighbours together; the first SHOWN runs."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return tuple(" ".join(found[begin:end]) for begin, end in edges.reshape(-1, 2)[:SHOWN].tolist())
