"""An entry as streams of words: one stream per field, ready to be counted and matched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from communaux.engines.search.concepts import Stream
from communaux.engines.search.model import Doc
from communaux.engines.search.text import (
    CAPITALS,
    EXACT,
    OWN_STEMS,
    clean,
    is_short_acronym,
    spaced,
    stems_en,
    stems_fr,
)
from communaux.engines.search.vocabulary import STOP

NAME, SHORT, TAGS, LONG, ORGS, MINOR = range(6)
FIELDS = ("name", "short", "tags", "long", "orgs", "minor")
FRENCH, ENGLISH = 1, 2
WALL = ""  # between two texts of one field: nothing is adjacent across it


@dataclass(frozen=True, slots=True)
class Words:
    """One field: forms in order, walls between texts, then joined compounds and short words in capitals."""

    field: int
    forms: tuple[str, ...]
    titled: frozenset[int]  # positions written with a capital


def texts(doc: Doc) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The texts of an entry by field, in the order they are counted."""
    return (
        (NAME, doc.names),
        (SHORT, (doc.short, *(one.short for one in doc.wordings))),
        (TAGS, doc.tags),
        (LONG, (doc.long, *(one.long for one in doc.wordings))),
        (ORGS, doc.orgs),
        (MINOR, (doc.licence, *doc.platforms)),
    )


def languages(doc: Doc) -> int:
    """Bit mask of the stemmers of an entry; both when mixed or unknown."""
    known = {"fr": FRENCH, "en": ENGLISH}
    mask = 0
    for lang in doc.lang:
        mask |= known.get(lang, FRENCH | ENGLISH)
    return mask or FRENCH | ENGLISH


def read(doc: Doc) -> list[Words]:
    """Analyse the fields of an entry; empty fields are left out."""
    found = [_words(field, parts) for field, parts in texts(doc)]
    return [words for words in found if words.forms]


def _words(field: int, parts: Iterable[str]) -> Words:
    forms: list[str] = []
    extra: list[str] = []
    titled: set[int] = set()
    titled_extra: set[int] = set()
    for part in parts:
        if not part:
            continue
        if forms:
            forms.append(WALL)
        joined = ""
        for piece in clean(part).split():
            for token in spaced(piece):
                form, _start, _end, compound, capitals, capital = token
                if compound and compound != joined:
                    extra.extend((WALL, compound))
                    if capital:
                        titled_extra.add(len(extra) - 1)
                joined = compound
                if capitals and is_short_acronym(token):
                    extra.extend((WALL, CAPITALS + form))
                if form not in STOP:
                    if capital:
                        titled.add(len(forms))
                    forms.append(form)
    return Words(field, tuple(forms + extra), frozenset(titled | {len(forms) + i for i in titled_extra}))


def stream(words: Words, mask: int) -> Stream:
    """The views of a field that labels are looked for in."""
    french = stems_fr(words.forms) if mask & FRENCH else []
    english = stems_en(words.forms) if mask & ENGLISH else []
    return Stream(french, english, _written(words), words.field == LONG)


def _written(words: Words) -> list[str]:
    """Forms as acronyms and brands are written: a brand counts only with a capital."""
    return [
        form if form[:1] in OWN_STEMS else EXACT + form if position in words.titled else "-"
        for position, form in enumerate(words.forms)
    ]


def digest(doc: Doc) -> bytes:
    """Fingerprint of everything of an entry that is analysed."""
    content = [doc.names, doc.lang, doc.short, doc.long, doc.tags, doc.orgs, doc.licence, doc.platforms]
    wordings = [(one.lang, one.short, one.long) for one in doc.wordings]
    linked = [sorted((k, list(v)) for k, v in doc.source_tags.items()), sorted(doc.concepts.items())]
    return hashlib.blake2b(
        json.dumps([content, wordings, linked], ensure_ascii=False).encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()
