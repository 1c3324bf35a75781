"""Words that a desk adds to the thesaurus or takes away, on top of the shipped ones: applied, undone, fingerprinted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from communaux.engines.search.model import Concept, Thesaurus, WordPair

Op = Literal["add_label", "remove_label", "add_brand", "remove_brand", "add_wordpair", "remove_wordpair"]
Fault = Literal["", "unknown_concept", "unknown_list", "empty", "already", "absent"]
LABELS = ("fr", "en", "everyday_fr", "everyday_en", "acronyms")
BRANDS = "brands"
HALF = 32  # of the 64 figures of a fingerprint


@dataclass(frozen=True, slots=True)
class WordChange:
    """One word of one function (`into`: which of its lists), or one pair of words that translate each other."""

    op: Op
    concept: str = ""
    into: str = ""
    label: str = ""
    fr: str = ""
    en: str = ""

    @property
    def undo(self) -> WordChange:
        """The change that takes this one back."""
        verb, _, noun = self.op.partition("_")
        return replace(self, op=f"{'remove' if verb == 'add' else 'add'}_{noun}")  # type: ignore[arg-type]

    @property
    def adds(self) -> bool:
        return self.op.startswith("add")


def fault(thesaurus: Thesaurus, change: WordChange) -> Fault:
    """Why this change means nothing on this thesaurus, or ''.

    >>> fault(Thesaurus(), WordChange("add_label", "voirie.trous", "fr", "nid de poule"))
    'unknown_concept'
    """
    if change.op.endswith("wordpair"):
        if not change.fr.strip() or not change.en.strip():
            return "empty"
        held = any(pair.fr == change.fr and change.en in pair.en for pair in thesaurus.words)
    else:
        concept = next((one for one in thesaurus.concepts if one.id == change.concept), None)
        if concept is None:
            return "unknown_concept"
        if change.into not in ((BRANDS,) if change.op.endswith("brand") else LABELS):
            return "unknown_list"
        if not any(letter.isalnum() for letter in change.label):
            return "empty"
        held = change.label in getattr(concept, change.into)
    if held == change.adds:
        return "already" if held else "absent"
    return ""


def overlaid(thesaurus: Thesaurus, changes: Sequence[WordChange]) -> Thesaurus:
    """The thesaurus with these changes in their order; one that means nothing on it (any more) is left out.

    What one change adds and a later one takes away leaves no trace: the same words in the same places as before, and
    the same fingerprint.
    """
    kept = net(changes)
    words = thesaurus
    for change in kept:
        if not fault(words, change):
            words = _with_pair(words, change) if change.op.endswith("wordpair") else _with_word(words, change)
    return replace(words, sha256=fingerprint_of(thesaurus.sha256, kept))


def net(changes: Iterable[WordChange]) -> tuple[WordChange, ...]:
    """The changes that are not taken back by a later one."""
    kept: list[WordChange] = []
    for change in changes:
        if change.undo in kept:
            kept.remove(change.undo)
        else:
            kept.append(change)
    return tuple(kept)


def fingerprint_of(shipped: str, changes: Iterable[WordChange]) -> str:
    """The `sha256` of the shipped thesaurus with these changes: half of it still tells which one was shipped."""
    kept = net(changes)
    if not kept:
        return shipped
    told = json.dumps([asdict(change) for change in kept], ensure_ascii=False, sort_keys=True)
    return shipped[:HALF] + hashlib.sha256(f"{shipped}\n{told}".encode()).hexdigest()[:HALF]


def same_base(one: str, other: str) -> bool:
    """Whether two fingerprints are of the same shipped thesaurus, whatever was changed on it."""
    return one[:HALF] == other[:HALF]


def _with_word(thesaurus: Thesaurus, change: WordChange) -> Thesaurus:
    return replace(
        thesaurus,
        concepts=tuple(_changed(one, change) if one.id == change.concept else one for one in thesaurus.concepts),
    )


def _changed(concept: Concept, change: WordChange) -> Concept:
    held: tuple[str, ...] = getattr(concept, change.into)
    kept = (*held, change.label) if change.adds else tuple(label for label in held if label != change.label)
    weak = concept.weak if change.adds else tuple(label for label in concept.weak if label != change.label)
    return replace(concept, **{change.into: kept, "weak": weak})  # type: ignore[arg-type]


def _with_pair(thesaurus: Thesaurus, change: WordChange) -> Thesaurus:
    """English words of one French word stand together; a French word without any is gone."""
    known = [pair.fr for pair in thesaurus.words]
    if change.fr not in known:
        return replace(thesaurus, words=(*thesaurus.words, WordPair(change.fr, (change.en,))))
    place, pairs = known.index(change.fr), list(thesaurus.words)
    held = pairs[place].en
    english = (*held, change.en) if change.adds else tuple(word for word in held if word != change.en)
    pairs[place : place + 1] = [WordPair(change.fr, english)] if english else []
    return replace(thesaurus, words=tuple(pairs))
