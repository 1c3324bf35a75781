"""Labels of the thesaurus as runs of stems, held in tries: the words a text is matched against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from communaux.engines.search.model import Concept, Lang, Thesaurus
from communaux.engines.search.text import clean, stem_en, stem_fr, tokens
from communaux.engines.search.vocabulary import STOP

Kind = Literal["label", "everyday", "acronym", "brand", "words"]
Stems = tuple[str, ...]
CAPITALS = "^"  # mark of a form kept in capitals: short acronyms are told from words by it
EXACT = "="  # mark of a form kept as written: brands are told from stems by it
SHORT_ACRONYM = 4


@dataclass(frozen=True, slots=True)
class Label:
    """One label of one concept, analysed. `lang` is '' for acronyms and brands."""

    concept: int
    kind: Kind
    lang: Lang | Literal[""]
    stems: Stems
    text: str
    weak: bool = False  # nothing but weak words


@dataclass(slots=True)
class Node:
    """A node of a trie of stems; `ends` are the labels that end here."""

    next: dict[str, Node] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


class Trie:
    """Finds runs of stems in a text, order kept, at most one other word in each gap."""

    def __init__(self, runs: Mapping[int, Stems]) -> None:
        self._root = Node()
        for number, stems in runs.items():
            node = self._root
            for stem in stems:
                node = node.next.setdefault(stem, Node())
            node.ends.append(number)

    def find(self, stream: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """(label number, positions) of each run; '' in the stream is a wall no run crosses."""
        starts = self._root.next
        for position, stem in enumerate(stream):
            node = starts.get(stem)
            if node is not None:
                yield from self._walk(node, stream, (position,))

    def _walk(self, node: Node, stream: Sequence[str], at: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
        for number in node.ends:
            yield number, at
        if not node.next:
            return
        for position in range(at[-1] + 1, min(at[-1] + 3, len(stream))):
            stem = stream[position]
            if not stem:
                return
            child = node.next.get(stem)
            if child is not None:
                yield from self._walk(child, stream, (*at, position))


def content_stems(text: str, lang: str) -> Stems:
    """Stems of a label without its stop words; all its words if it has only stop words."""
    forms = [token.form for token in tokens(clean(text))]
    kept = [form for form in forms if form not in STOP] or forms
    stem = stem_en if lang == "en" else stem_fr
    return tuple(map(stem, kept))


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
            stems = content_stems(text, lang)
            if stems:
                yield Label(number, kind, lang, stems, text, weak.issuperset(stems))
    names: tuple[tuple[Kind, tuple[str, ...]], ...] = (("acronym", concept.acronyms), ("brand", concept.brands))
    for kind, texts in names:
        for text in texts:
            short = kind == "acronym" and len(text) < SHORT_ACRONYM
            for stems in _written(text, CAPITALS if short else EXACT):
                yield Label(number, kind, "", stems, text)


def _written(text: str, mark: str) -> list[Stems]:
    """A name as its words, and run together if it is written as a compound ("LinkedIn", "e-Bug")."""
    found = tokens(clean(text))
    kept = [token.form for token in found if token.form not in STOP] or [token.form for token in found]
    runs = [tuple(mark + form for form in kept)] if kept else []
    if found and found[0].joined and all(token.joined == found[0].joined for token in found):
        runs.append((mark + found[0].joined,))
    return runs
