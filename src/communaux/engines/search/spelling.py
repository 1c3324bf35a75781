"""Spelling: a word no entry and no label knows is read as the nearest word they know, and this is always said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from communaux.engines.search.forward import Longs
from communaux.engines.search.model import Correction
from communaux.engines.search.reading import Word
from communaux.engines.search.text import stem_en, stem_fr

MIN_LENGTH = 4
MAX_LENGTH = 40  # no word of either language is longer; no machine is kept busy by one
LONG_WORD = 8
RARE_LENGTH = 7  # a shorter word that one entry alone has is more often a name or a mistake than what was meant


def distance(a: str, b: str, most: int) -> int:
    """Damerau-Levenshtein distance (adjacent letters may swap), or `most + 1` if it is larger.

    >>> distance("cantine", "catnine", 2), distance("velo", "vol", 1)
    (1, 2)
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, previous = previous, current
    return min(previous[-1], most + 1)


class Speller:
    """Corrects words against those of the thesaurus and of the entries, most frequent first."""

    def __init__(self, forms: Sequence[str], frequency: Longs, vocabulary: Collection[str] = ()) -> None:
        """`forms` are folded words, `frequency[i]` the number of entries with `forms[i]`.

        `vocabulary` are the folded words of labels and word pairs; entries may have them or not.
        """
        counted = dict.fromkeys(sorted(vocabulary), 0) | dict(zip(forms, frequency.tolist(), strict=True))
        self._known = {form: n for form, n in counted.items() if _correctable(form)}
        self._forms = list(self._known)
        self._letters = _letters(self._forms)
        self._lengths = np.array([len(form) for form in self._forms], dtype=np.int16)
        self._rare = {form for form, n in self._known.items() if n < 2 and form not in vocabulary}

    def correct(
        self, words: Sequence[Word], known: Callable[[Word], bool]
    ) -> tuple[list[Word], tuple[Correction, ...]]:
        """The words with unknown ones replaced; what was replaced, by what."""
        fixed: list[Word] = []
        corrections: list[Correction] = []
        pending = list(words)
        while pending:
            word = pending.pop(0)
            if not MIN_LENGTH <= len(word.form) <= MAX_LENGTH or not word.form.isalpha() or known(word):
                fixed.append(word)
                continue
            correction, replaced, used = self._repair(word, pending[0] if pending else None)
            fixed.extend(replaced)
            del pending[:used]
            if correction:
                corrections.append(correction)
        return fixed, tuple(corrections)

    def _repair(self, word: Word, following: Word | None) -> tuple[Correction | None, list[Word], int]:
        """One unknown word: nearest known word, else two words, else one with the next."""
        near = self.nearest(word.form)
        if near:
            return Correction(word.text, (near,), "spelling"), [_as(word, near)], 0
        parts = self._split(word.form)
        if parts:
            return Correction(word.text, parts, "split"), [_as(word, part) for part in parts], 0
        if following is not None and word.form + following.form in self._known:
            joined = word.form + following.form
            return Correction(f"{word.text} {following.text}", (joined,), "join"), [_as(word, joined)], 1
        return None, [word], 0

    def nearest(self, form: str) -> str | None:
        """The most frequent form within the distance allowed, same first letter or first two letters swapped."""
        most = 1 if len(form) < LONG_WORD else 2
        if not form.isascii() or not self._forms:
            return None
        apart = np.abs(self._letters - _letters([form])[0]).sum(axis=1)
        close = np.flatnonzero((np.abs(self._lengths - len(form)) <= most) & (apart <= 2 * most))
        best: tuple[int, int, str] | None = None
        for i in close.tolist():
            candidate = self._forms[i]
            if candidate[0] != form[0] and candidate[:2] != form[1::-1]:
                continue
            if candidate in self._rare and len(candidate) < RARE_LENGTH:
                continue
            edits = distance(form, candidate, most)
            if edits <= most:
                key = (edits, -self._known[candidate], candidate)
                best = key if best is None or key < best else best
        return best[2] if best else None

    def _split(self, form: str) -> tuple[str, ...]:
        """Two known words written as one, the most frequent pair."""
        pairs = [(form[:i], form[i:]) for i in range(3, len(form) - 2)]
        known = [(min(self._known[a], self._known[b]), a, b) for a, b in pairs if a in self._known and b in self._known]
        return max(known)[1:] if known else ()


def _correctable(form: str) -> bool:
    return len(form) >= MIN_LENGTH - 1 and form.isalpha() and form.isascii()


def _as(word: Word, form: str) -> Word:
    return replace(word, form=form, fr=stem_fr(form), en=stem_en(form), joined="", corrected=True)


def _letters(forms: Sequence[str]) -> NDArray[np.int8]:
    """How often each letter stands in each form: two forms d edits apart differ by at most 2d."""
    letter = np.frombuffer("".join(forms).encode("ascii"), dtype=np.uint8).astype(np.int64) - ord("a")
    row = np.repeat(np.arange(len(forms), dtype=np.int64), [len(form) for form in forms])
    return np.bincount(row * 26 + letter, minlength=26 * len(forms)).reshape(len(forms), 26).astype(np.int8)
