"""Known licence texts as sequences of word numbers, and the word trigrams by which a text is found among them.

The packed form keeps every text whole, as numbers of a vocabulary: trigrams are exact (no hash can collide) and the words
that differ can be shown. A text stands there as it is written, without its lines of copyright, and without the appendix
that says how to apply it, which files often leave out (SPDX matching guidelines, « optional text »).
"""

from __future__ import annotations

import json
import lzma
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from communaux import data
from communaux.engines.assess.words import decoded, plain, words

type Codes = NDArray[np.uint64]
type Texts = Mapping[str, tuple[str, str]]  # SPDX id, or a name of the same licence in a language → its id, its text

BITS: Final = np.uint64(20)
LATER: Final = re.compile(r"(?:-(?:no-)?invariants)?(?:\+|-only|-or-later)$|-(?:no-)?invariants$")
APPENDIX: Final = re.compile(
    r" (?:how to apply these terms to your new |appendix how to apply the apache )|(?<=.{999}) gnu general public license"
    r" version 3 29 june 2007 "
)


class BadCorpus(ValueError):
    """These bytes are no corpus of licence texts."""


@dataclass(frozen=True, slots=True)
class Family:
    """Licences that have the same text: their SPDX ids, and the one name that says no more than the text does."""

    name: str
    ids: tuple[str, ...]

    @property
    def later(self) -> bool:
        """Whether the text leaves open which later versions hold.

        >>> Family("GPL-3.0", ("GPL-3.0-only", "GPL-3.0-or-later")).later
        True
        """
        return any(one.endswith("-or-later") for one in self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Texts as rows; `codes` and `starts` → the rows that hold a trigram. `sizes`: distinct trigrams of each row."""

    families: tuple[Family, ...]
    vocabulary: tuple[str, ...]
    numbers: Mapping[str, int]
    rows: tuple[NDArray[np.uint16], ...]
    family_of: NDArray[np.int64]
    sizes: NDArray[np.int64]
    codes: Codes
    starts: NDArray[np.int64]
    holders: NDArray[np.int64]


def trigrams(numbers: Sequence[int] | NDArray[np.generic]) -> Codes:
    """Every run of three word numbers as one number, in order (numbers below 2²⁰).

    >>> [int(one) for one in trigrams([0, 0, 1, 2])]
    [1, 1048578]
    """
    taken = np.asarray(numbers, dtype=np.uint64)
    return (taken[:-2] << BITS << BITS) | (taken[1:-1] << BITS) | taken[2:]


def base(licence_id: str) -> str:
    """The id without what only a notice can say: later versions, invariant sections.

    >>> base("LGPL-3.0-or-later"), base("GPL-2.0+"), base("GFDL-1.3-no-invariants-only"), base("MIT")
    ('LGPL-3.0', 'GPL-2.0', 'GFDL-1.3', 'MIT')
    """
    return LATER.sub("", licence_id)


def variants(text: str) -> list[tuple[str, ...]]:
    """A text as it stands, without lines of copyright, without its appendix; each once.

    >>> variants("Copyright (c) 2024 A\\nYou may")
    [('copyright', 'c', '2024', 'a', 'you', 'may'), ('you', 'may')]
    """
    whole, bare = words(plain(text)), words(plain(text), notices=False)
    told = " ".join(bare)
    found = APPENDIX.search(told)
    cut = tuple(told[: found.start()].split(" ")) if found else bare
    return list(dict.fromkeys((whole, bare, cut)))


def families(texts: Texts, approved: frozenset[str] = frozenset()) -> list[tuple[Family, list[tuple[str, ...]]]]:
    """The families and the variants of their texts, the better known first: approved, then shorter names.

    >>> [one.name for one, _ in families({"X-1.0-only": ("X-1.0-only", "a b c"), "Y": ("Y", "A, b: c.")})]
    ['Y']
    """
    held: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    ids: dict[str, set[str]] = defaultdict(set)
    owner: dict[tuple[str, ...], str] = {}
    for licence_id, text in sorted(texts.values(), key=lambda one: (one[0] not in approved, len(base(one[0])), one)):
        found = variants(text)
        name = base(licence_id)
        name = name if name in held else owner.setdefault(found[:2][-1], name)
        held[name].update(dict.fromkeys(found))
        ids[name].add(licence_id)
    return [(Family(name, tuple(sorted(ids[name]))), list(rows)) for name, rows in held.items()]


def pack(texts: Texts, approved: frozenset[str] = frozenset()) -> bytes:
    """The corpus of some texts, as bytes; the same texts make the same bytes.

    >>> unpack(pack({"Demo": ("Demo", "You may use it.")})).families
    (Family(name='Demo', ids=('Demo',)),)
    """
    found = families(texts, approved)
    vocabulary = sorted({word for _, rows in found for row in rows for word in row})
    number = {word: at for at, word in enumerate(vocabulary)}
    head = {
        "families": [[one.name, list(one.ids), [len(row) for row in rows]] for one, rows in found],
        "vocabulary": vocabulary,
    }
    told = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    body = np.array([number[word] for _, rows in found for row in rows for word in row], dtype="<u2").tobytes()
    return lzma.compress(told + body, preset=9 | lzma.PRESET_EXTREME)


def unpack(content: bytes) -> Corpus:
    """The corpus in those bytes; raise BadCorpus.

    >>> unpack(b"no")
    Traceback (most recent call last):
    communaux.engines.assess.corpus.BadCorpus: these bytes are no corpus of licence texts
    """
    try:
        head, body = lzma.decompress(content).split(b"\n", 1)
        told = json.loads(head)
        numbers = np.frombuffer(body, dtype="<u2")
        kept = tuple(Family(name, tuple(ids)) for name, ids, _ in told["families"])
        lengths = [(at, length) for at, one in enumerate(told["families"]) for length in one[2]]
    except (lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise BadCorpus("these bytes are no corpus of licence texts") from error
    rows = np.split(numbers, np.cumsum([length for _, length in lengths])[:-1])
    return _indexed(kept, tuple(told["vocabulary"]), tuple(rows), [at for at, _ in lengths])


def _indexed(
    kept: tuple[Family, ...], vocabulary: tuple[str, ...], rows: tuple[NDArray[np.uint16], ...], owners: Iterable[int]
) -> Corpus:
    sets = [np.unique(trigrams(row)) for row in rows]
    sizes = np.array([len(one) for one in sets], dtype=np.int64)
    every = np.concatenate(sets)
    order = np.argsort(every, kind="stable")
    codes, starts = np.unique(every[order], return_index=True)
    return Corpus(
        kept,
        vocabulary,
        {word: at for at, word in enumerate(vocabulary)},
        rows,
        np.array(list(owners), dtype=np.int64),
        sizes,
        codes,
        np.append(starts, len(every)).astype(np.int64),
        np.repeat(np.arange(len(rows)), sizes)[order],
    )


@cache
def shipped() -> Corpus:
    """The corpus of this product, read once.

    >>> "MIT" in {one.name for one in shipped().families}
    True
    """
    return unpack(data.licence_texts())


def text_of(content: bytes) -> str:
    """What `variants` and a comparison read of a file.

    >>> text_of(b"<p>You may")
    ' You may'
    """
    return plain(decoded(content))
