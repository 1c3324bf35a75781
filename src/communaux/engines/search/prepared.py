"""A thesaurus made ready once per process: building, loading and swapping indexes share it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.forward import Analyser
from communaux.engines.search.glossary import Glossary
from communaux.engines.search.model import Thesaurus
from communaux.engines.search.text import spaced
from communaux.engines.search.weights import Weights

KEPT = 3  # the one that serves, the next one, one an editor tries


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything made of a thesaurus and weights alone; nothing in it ever changes."""

    matcher: ConceptMatcher
    glossary: Glossary
    analyser: Analyser
    words: frozenset[str]  # folded words of labels and word pairs, for spelling


_recent: deque[Prepared] = deque(maxlen=KEPT)


def prepare(thesaurus: Thesaurus, weights: Weights) -> Prepared:
    """The prepared thesaurus, made anew only if none of the last few has the same content and weights.

    Two threads may both make it: they make the same one.
    """
    for one in tuple(_recent):
        if one.matcher.weights == weights and _same(one.matcher.thesaurus, thesaurus):
            return one
    glossary = Glossary(thesaurus)
    matcher = ConceptMatcher(thesaurus, weights, glossary.runs())
    made = Prepared(matcher, glossary, Analyser(matcher), words_of(thesaurus))
    _recent.append(made)
    return made


def words_of(thesaurus: Thesaurus) -> frozenset[str]:
    """Every folded word people or catalogues are known to use; brands and acronyms are names, not words."""
    texts = [text for one in thesaurus.concepts for text in (*one.fr, *one.en, *one.everyday_fr, *one.everyday_en)]
    texts.extend(text for pair in thesaurus.words for text in (pair.fr, *pair.en))
    pieces = set(" ".join(texts).split())
    return frozenset(token.form for piece in pieces for token in spaced(piece))


def _same(one: Thesaurus, other: Thesaurus) -> bool:
    """The fingerprint tells most apart at once; only the content says that two are the same."""
    return one is other or (one.sha256 == other.sha256 and one == other)
