"""Who does what in a phase and what it takes, a line each, as a workshop writes it: `finance : la région`, `argent : 12 000 €`.

Pure. A line whose first word is not known stays as it is: it is told, in no list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Part of an actor, kind of a need → its words in French and in English; empty: nothing closer is told
ACTORS: Final = {
    "carry": ("porte", "carries"),
    "fund": ("finance", "funds"),
    "host": ("accueille", "hosts"),
    "test": ("essaie", "tests"),
    "train": ("forme", "trains"),
    "evaluate": ("évalue", "evaluates"),
    "": ("acteur", "actor"),
}
NEEDS: Final = {
    "money": ("argent", "money"),
    "skill": ("compétence", "skill"),
    "data": ("données", "data"),
    "place": ("lieu", "place"),
    "law": ("droit", "law"),
    "resource": ("ressource", "resource"),
    "": ("besoin", "need"),
}
KNOWN: Final = {
    word: (kind, code)
    for kind, table in (("actor", ACTORS), ("need", NEEDS))
    for code, words in table.items()
    for word in words
}
KEYED: Final = re.compile(r"(\w+)\s*:\s*(\S.*)")
EUROS: Final = re.compile(r"(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,9})(?:[,.](\d{2}))?\s*(?:€|euros?\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mean:
    """`kind`: actor, need, or empty for a line in other words; `code` of ACTORS or NEEDS; cents where a need tells euros."""

    kind: str
    code: str
    text: str
    amount_cents: int | None = None


def mean(line: str) -> Mean:
    """
    >>> mean("finance : la région"), mean("Argent : 12 000,50 € la première année").amount_cents, mean("on verra").kind
    (Mean(kind='actor', code='fund', text='la région', amount_cents=None), 1200050, '')
    """
    found = KEYED.fullmatch(line)
    kind, code = KNOWN.get(found[1].casefold(), ("", "")) if found else ("", "")
    if not found or not kind:
        return Mean("", "", line)
    return Mean(kind, code, found[2], _cents(found[2]) if code == "money" else None)


def _cents(text: str) -> int | None:
    found = EUROS.search(text)
    return int(re.sub(r"\D", "", found[1])) * 100 + int(found[2] or 0) if found else None


def of_kind(line: str, kind: str, lang: str = "fr") -> str:
    """A line that stood under the heading of actors or of needs, with the word that says so unless it has one.

    >>> of_kind("la maison des associations", "actor"), of_kind("lieu : une cave", "need")
    ('acteur : la maison des associations', 'lieu : une cave')
    """
    if mean(line).kind:
        return line
    word = (ACTORS if kind == "actor" else NEEDS)[""][lang != "fr"]
    return f"{word} : {line}"
