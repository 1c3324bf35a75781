"""Labels of the thesaurus as runs of stems, held in tries: the words a text is matched against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from communaux.engines.search.model import Concept, Lang, Thesaurus
from communaux.engines.search.text import (
    CAPITALS,
    EXACT,
    SHORT_ACRONYM,
    clean,
    spaced,
    stems_en,
    stems_fr,
    unplaced,
)
from communaux.engines.search.vocabulary import DETERMINERS, STOP

Kind = Literal["label", "everyday", "acronym", "brand", "words"]
Stems = tuple[str, ...]


class Label(NamedTuple):
    """One label of one concept, analysed. `lang` is '' for acronyms and brands."""

    concept: int
    kind: Kind
    lang: Lang | Literal[""]
    stems: Stems
    text: str
    weak: bool = False  # nothing but weak words
    whole: bool = False  # stems of all its words, stop words too: found only where they all stand in a row


@dataclass(slots=True)
class Node:
    """A node of a trie of stems; `ends` are the labels that end here. Most nodes lead nowhere: None weighs nothing."""

    next: dict[str, Node] | None = None
    ends: tuple[int, ...] = ()


Spot = tuple[int, tuple[int, ...]]  # number of a run, positions of its stems


class Trie:
    """Finds runs of stems in a text, order kept, at most one other word in each gap."""

    def __init__(self, runs: Iterable[tuple[int, Stems]]) -> None:
        self._root = Node()
        for number, stems in runs:
            node = self._root
            for stem in stems:
                if node.next is None:
                    node.next = {}
                child = node.next.get(stem)
                if child is None:
                    child = node.next[stem] = Node()
                node = child
            node.ends += (number,)

    def find(self, stream: Sequence[str]) -> list[Spot]:
        """Each run found; '' in the stream is a wall no run crosses."""
        found: list[Spot] = []
        starts = self._root.next or {}
        for position, stem in enumerate(stream):
            if stem in starts:
                self._walk(starts[stem], stream, (position,), found)
        return found

    def _walk(self, node: Node, stream: Sequence[str], at: tuple[int, ...], found: list[Spot]) -> None:
        for number in node.ends:
            found.append((number, at))
        if node.next is None:
            return
        for position in range(at[-1] + 1, min(at[-1] + 3, len(stream))):
            stem = stream[position]
            if not stem:
                return
            if stem in node.next:
                self._walk(node.next[stem], stream, (*at, position), found)


def content_stems(text: str, lang: str) -> Stems:
    """Stems of a label without its stop words; all its words if it has only stop words."""
    forms = _forms(text)
    return _stems(_content(forms), lang)


def label_stems(text: str, lang: str) -> list[tuple[Stems, bool, bool]]:
    """(stems, weak, whole) of each way a label is looked for.

    A label of several words that is one word without its stop words may mean something else: that word alone is
    weak, and only all its words in a row are the label.

    >>> label_stems("réservation de salle", "fr"), label_stems("la cantine", "fr")
    ([(('reserv', 'sall'), False, False)], [(('cantin',), False, False)])
    >>> label_stems("pas de réseau", "fr")
    [(('reseau',), True, False), (('pas', 'de', 'reseau'), False, True)]
    """
    forms = _forms(text)
    content = _content(forms)
    if len(content) == 1 != len(forms) and not DETERMINERS.issuperset([form for form in forms if form not in content]):
        return [(_stems(content, lang), True, False), (_stems(forms, lang), False, True)]
    return [(_stems(content, lang), False, False)] if content else []


def _forms(text: str) -> list[str]:
    return [token.form for piece in clean(text).split() for token in spaced(piece)]


def _content(forms: list[str]) -> list[str]:
    return [form for form in forms if form not in STOP] or forms


def _stems(forms: Sequence[str], lang: str) -> Stems:
    return tuple((stems_en if lang == "en" else stems_fr)(forms))


def labels_of(thesaurus: Thesaurus) -> list[Label]:
    """Every label of every concept, in the order of the files."""
    return [label for number, concept in enumerate(thesaurus.concepts) for label in _labels(number, concept)]


def _labels(number: int, concept: Concept) -> Iterator[Label]:
    weak_fr = {stem for word in concept.weak for stem in content_stems(word, "fr")}
    weak_en = {stem for word in concept.weak for stem in content_stems(word, "en")}
    groups: tuple[tuple[tuple[str, ...], Kind, Lang, set[str]], ...] = (
        (concept.fr, "label", "fr", weak_fr),
        (concept.en, "label", "en", weak_en),
        (concept.everyday_fr, "everyday", "fr", weak_fr),
        (concept.everyday_en, "everyday", "en", weak_en),
    )
    for texts, kind, lang, weak in groups:
        for text in texts:
            for stems, shrunk, whole in label_stems(text, lang):
                yield Label(number, kind, lang, stems, text, shrunk or weak.issuperset(stems), whole)
    names: tuple[tuple[Kind, tuple[str, ...]], ...] = (("acronym", concept.acronyms), ("brand", concept.brands))
    for kind, texts in names:
        for text in texts:
            short = kind == "acronym" and len(text) < SHORT_ACRONYM and text.isupper()
            for stems, whole in _written(text, CAPITALS if short else EXACT):
                yield Label(number, kind, "", stems, text, whole=whole)


def _written(text: str, mark: str) -> list[tuple[Stems, bool]]:
    """A name as all its words, and run together if it is written as a compound ("LinkedIn", "OneNote")."""
    found = unplaced(clean(text))
    forms = [token.form for token in found]
    runs = [(tuple(mark + form for form in forms), len(_content(forms)) < len(forms))] if forms else []
    if found and found[0].joined and all(token.joined == found[0].joined for token in found):
        runs.append(((EXACT + found[0].joined,), False))
    return runs
