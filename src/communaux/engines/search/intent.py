"""What kind of query this is: the name of something known, keywords, or a sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from communaux.engines.search.forward import Bytes, Ints, Longs
from communaux.engines.search.model import Doc, Intent
from communaux.engines.search.plan import Plan
from communaux.engines.search.text import clean, tokens

MAX_NAME_WORDS = 3
MIN_PREFIX = 4
RARE = 5  # entries that hold a word which may still be the start of a name
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
NameMatch = Literal["exact", "alias", "prefix", "edit"]
ORDER: tuple[NameMatch, ...] = ("exact", "alias", "prefix", "edit")


@dataclass(frozen=True, slots=True)
class Known:
    """An entry whose name the query is, and how."""

    row: int
    match: NameMatch


@dataclass(frozen=True, slots=True)
class Names:
    """Names, aliases and acronyms of all entries as sorted keys, with their entries in CSR form."""

    keys: tuple[str, ...]
    ptr: Longs
    row: Ints
    first: Bytes  # 1 if the key is the name shown

    def at(self, number: int) -> list[tuple[int, bool]]:
        span = slice(int(self.ptr[number]), int(self.ptr[number + 1]))
        return [(int(r), bool(f)) for r, f in zip(self.row[span], self.first[span], strict=True)]

    def starting(self, key: str) -> range:
        return range(bisect_left(self.keys, key), bisect_left(self.keys, key + "\U0010ffff"))

    def number(self, key: str) -> int | None:
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else None


def name_key(text: str) -> str:
    """A name as it is compared: folded words run together.

    >>> name_key("Démarches-Simplifiées")
    'demarchessimplifiees'
    """
    return "".join(token.form for token in tokens(clean(text)))


def collect(docs: Sequence[Doc]) -> Names:
    """The names of entries, each key once per entry."""
    found: dict[str, dict[int, bool]] = {}
    for row, doc in enumerate(docs):
        for i, name in enumerate(doc.names):
            key = name_key(name)
            if key:
                found.setdefault(key, {}).setdefault(row, i == 0)
    keys = tuple(sorted(found))
    ptr = np.concatenate([[0], np.cumsum([len(found[key]) for key in keys], dtype=np.int64)]).astype(np.int64)
    rows = np.array([row for key in keys for row in found[key]], dtype=np.int32)
    first = np.array([flag for key in keys for flag in found[key].values()], dtype=np.uint8)
    return Names(keys, ptr, rows, first)


def find(names: Names, key: str, *, prefix: bool, edit: bool) -> list[Known]:
    """Entries named like `key`: exact, alias, then prefix and one edit where asked; each entry once."""
    found: dict[int, NameMatch] = {}
    exact = names.number(key)
    if exact is not None:
        for row, first in names.at(exact):
            found[row] = "exact" if first else "alias"
    if len(key) >= MIN_PREFIX:
        for number in names.starting(key) if prefix else ():
            for row, _ in names.at(number):
                found.setdefault(row, "prefix")
        for number in _one_edit(names, key) if edit and len(key) <= LONGEST_TYPED else ():
            for row, _ in names.at(number):
                found.setdefault(row, "edit")
    return sorted((Known(row, match) for row, match in found.items()), key=lambda k: (ORDER.index(k.match), k.row))


# A name of more letters is not mistyped by hand: trying every edit of it would only keep the desk busy.
LONGEST_TYPED = 60


def _one_edit(names: Names, key: str) -> list[int]:
    """Known names one Damerau edit away, by trying every edit: names are many, edits few."""
    cuts = [(key[:i], key[i:]) for i in range(len(key) + 1)]
    tried = {a + b[1:] for a, b in cuts if b}
    tried.update(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1)
    tried.update(a + c + b[1:] for a, b in cuts if b for c in _LETTERS)
    tried.update(a + c + b for a, b in cuts for c in _LETTERS)
    tried.discard(key)
    numbers = (names.number(name) for name in sorted(tried))
    return [number for number in numbers if number is not None]


def decide(plan: Plan, names: Names, df: Callable[[str], int]) -> tuple[Intent, list[Known]]:
    """The intent of a query and, for a known item, the entries that stand first; `df(form)` counts entries."""
    typed = plan.typed
    if not plan.units:
        return "empty", []
    content = [word for word in typed.words if not word.frame]
    if len(typed.words) <= MAX_NAME_WORDS:
        usual = _usual(plan, df)
        known = find(names, "".join(typed.forms), prefix=usual <= RARE, edit=usual == 0)
        if known:
            return "known", known
    return ("keywords" if len(content) <= 2 else "sentence"), []


def _usual(plan: Plan, df: Callable[[str], int]) -> int:
    """How usual the rarest word typed is: a word entries use, or a function, is not half of a name nor a wrong one."""
    if any(asked.via is None and asked.label for asked in plan.concepts):
        return RARE + 1
    corrected = {correction.word for correction in plan.corrections}
    if corrected:
        return 0
    return min(df(word.form) for word in plan.typed.words)
