"""A query as the scorer sees it: for each word, every term that may stand for it, with its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from communaux.engines.search.asked import Asked
from communaux.engines.search.model import Correction, Lang
from communaux.engines.search.reading import Typed, Word

AlternativeKind = Literal["word", "spelling", "concept", "translation"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A term that may stand for a word of the query. `said` is the word, label or translation, for the reasons."""

    term: int
    weight: float
    kind: AlternativeKind
    said: str
    concept: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One word of a query with its alternatives, best first; `weight` is below 1 for frame words."""

    word: Word
    weight: float
    alternatives: tuple[Alternative, ...]
    covers: float  # part in coverage: as `weight`, but less for frame words
    importance: float  # largest idf among the alternatives; ln(1+N) if no entry has any


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the scorer needs."""

    typed: Typed
    lang: Lang | None
    units: tuple[Unit, ...]
    concepts: tuple[Asked, ...]
    corrections: tuple[Correction, ...]


def strongest(alternatives: Sequence[Alternative]) -> tuple[Alternative, ...]:
    """One alternative per term, the heaviest; order: weight, then term."""
    best: dict[int, Alternative] = {}
    for alternative in alternatives:
        known = best.get(alternative.term)
        if known is None or alternative.weight > known.weight:
            best[alternative.term] = alternative
    return tuple(sorted(best.values(), key=lambda a: (-a.weight, a.term)))


def by_position(pairs: Sequence[tuple[tuple[int, ...], Alternative]], size: int) -> Mapping[int, list[Alternative]]:
    """Alternatives of several positions, dealt out to each of them."""
    dealt: dict[int, list[Alternative]] = {position: [] for position in range(size)}
    for positions, alternative in pairs:
        for position in positions:
            dealt[position].append(alternative)
    return dealt
