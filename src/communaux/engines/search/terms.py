"""The terms of an index by name: numbers, weights, how usual they are in each language."""

from __future__ import annotations

import math
from bisect import bisect_left

import numpy as np

from communaux.engines.search import fields
from communaux.engines.search.forward import Forward, Ints, Longs
from communaux.engines.search.postings import Postings
from communaux.engines.search.text import stem_en, stem_fr

FREQUENT_SHARE = 0.01


class Terms:
    """Look-ups by stem; a stem without entry is absent, even where a word of the thesaurus has it."""

    def __init__(self, postings: Postings, forward: Forward) -> None:
        self._postings = postings
        self._masks = masks = forward.masks
        self._words = forward.words
        self.number = {term: i for i, term in enumerate(postings.terms)}
        self.absent = round(math.log1p(len(masks)), 9)
        self._df: list[int] = np.diff(postings.ptr).tolist()
        self._idf: list[float] = postings.idf.tolist()

    def has(self, stem: str) -> bool:
        number = self.number.get(stem)
        return number is not None and self._df[number] > 0

    def idf(self, number: int) -> float:
        return self._idf[number]

    def importance(self, stem: str) -> float:
        """idf of a stem; ln(1+N) if no entry has it."""
        number = self.number.get(stem)
        return self._idf[number] if number is not None and self._df[number] else self.absent

    def docs(self, number: int) -> Ints:
        return self._postings.doc[self._postings.ptr[number] : self._postings.ptr[number + 1]]

    def form_number(self, form: str) -> int | None:
        """Number of a folded form, or None if no entry has it."""
        place = bisect_left(self._words, form)
        return place if place < len(self._words) and self._words[place] == form else None

    def holding(self, form: str) -> Longs:
        """Entries with any form of a word, in either language."""
        rows = [self.docs(self.number[stem]) for stem in (stem_fr(form), stem_en(form)) if stem in self.number]
        return np.unique(np.concatenate([np.zeros(0, np.int32), *rows])).astype(np.int64)

    def df(self, stem: str) -> int:
        return self._df[self.number[stem]] if stem in self.number else 0

    def entries_with(self, form: str) -> int:
        """Entries with any form of a word, in the language that has more."""
        return max(self.df(stem_fr(form)), self.df(stem_en(form)))

    def frequent(self, form: str) -> bool:
        """Is this a usual word of the entries, too usual to be taken for a brand or an acronym?"""
        return self.entries_with(form) > FREQUENT_SHARE * len(self._masks)

    def by_language(self, form: str) -> tuple[int, int]:
        """Entries only in French, only in English, that hold a word."""
        return self._in(stem_fr(form), fields.FRENCH), self._in(stem_en(form), fields.ENGLISH)

    def _in(self, stem: str, mask: int) -> int:
        return int((self._masks[self.docs(self.number[stem])] == mask).sum()) if stem in self.number else 0
