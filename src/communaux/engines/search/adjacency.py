"""Words side by side: exact phrases in any field, neighbouring query words in name, short text and tags."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from communaux.engines.search import fields
from communaux.engines.search.forward import Forward, Longs
from communaux.engines.search.postings import Postings

Mask = NDArray[np.bool_]
_CLOSE = (fields.NAME, fields.SHORT, fields.TAGS)


def positions(ptr: Longs, rows: Longs) -> tuple[Longs, Longs]:
    """(place in the array, index into `rows`) of everything the rows hold."""
    lengths = ptr[rows + 1] - ptr[rows]
    owner = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
    start = np.repeat(ptr[rows] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(rows) else lengths
    return np.arange(len(owner), dtype=np.int64) + start, owner


def adjacent(
    forward: Forward, postings: Postings, rows: Longs, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> Mask:
    """Which rows hold, side by side and in order, a term of each half of a pair, in name, short text or tags."""
    found = np.zeros(len(rows), dtype=np.bool_)
    place, owner = positions(forward.word_ptr, rows)
    close = among(_CLOSE, len(fields.FIELDS))[forward.word_field[place]]
    place, owner = place[close], owner[close]
    word, field = forward.word[place], forward.word_field[place]
    french, english = postings.word_fr[word], postings.word_en[word]
    together = (owner[:-1] == owner[1:]) & (field[:-1] == field[1:])
    for left, right in pairs:
        tables = (among(half, len(postings.terms)) for half in (left, right))
        here, there = (table[french] | table[english] for table in tables)
        found[owner[:-1][together & here[:-1] & there[1:]]] = True
    return found


def among(chosen: Sequence[int], size: int) -> Mask:
    """A table that says of each number below `size` whether it is one of `chosen`: looking is faster than comparing."""
    table = np.zeros(size, dtype=np.bool_)
    table[list(chosen)] = True
    return table


def phrase(forward: Forward, rows: Longs, words: Sequence[int]) -> Mask:
    """Which rows hold these very words in a row, in one field."""
    found = np.zeros(len(rows), dtype=np.bool_)
    place, owner = positions(forward.word_ptr, rows)
    word, field = forward.word[place], forward.word_field[place]
    n = len(word) - len(words) + 1
    if n <= 0:
        return found
    fits = (owner[:n] == owner[len(words) - 1 :]) & (field[:n] == field[len(words) - 1 :])
    for i, number in enumerate(words):
        fits &= word[i : i + n] == number
    found[owner[:n][fits]] = True
    return found
