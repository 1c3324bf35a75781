"""How well a commons fits a need: four parts in [0, 1], each told, weighed and added up (03 § 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from communaux.engines.search.model import Hit

WEIGHTS: Final[Mapping[str, float]] = {"text": 0.45, "proximity": 0.25, "health": 0.20, "relay": 0.10}
DIGITS = 3
# Measured on the development cases of the search (nDCG@5 of what is offered): 0.65 → 0.73 for a title alone, 0.42 → 0.73
# with a sentence of detail that is beside the point; 6 of 10 offered are known answers, 4 of 10 before; 1 need of 492
# that has an answer is told that nothing convinces.
TITLE: Final = 0.75  # of the words; the rest is for the detail
FLOOR: Final = 0.25  # least nearness to the title
DETAIL_FLOOR: Final = 0.50  # least nearness to the detail, for what the title does not find


class BadWeights(ValueError):
    """The weights do not name the four parts, or do not add up to 1."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One commons against one need. `id` breaks ties; each part is in [0, 1], 0 where nothing is known."""

    id: str
    text: float
    proximity: float = 0.0
    health: float = 0.0
    relay: float = 0.0

    def parts(self) -> dict[str, float]:
        return {"text": self.text, "proximity": self.proximity, "health": self.health, "relay": self.relay}

    def points(self, weights: Mapping[str, float]) -> dict[str, float]:
        """What each part adds to the score.

        >>> Fit("a", text=1.0, proximity=0.5).points(WEIGHTS)
        {'text': 0.45, 'proximity': 0.125, 'health': 0.0, 'relay': 0.0}
        """
        return {name: round(weights[name] * value, DIGITS) for name, value in self.parts().items()}

    def score(self, weights: Mapping[str, float]) -> float:
        """The sum of its points: what is printed adds up.

        >>> Fit("a", text=1.0, proximity=1.0, health=1.0, relay=1.0).score(WEIGHTS)
        1.0
        """
        return round(sum(self.points(weights).values()), DIGITS)


def found(hits: Sequence[Hit]) -> dict[str, float]:
    """How near each answer of a search is, by id: its relevance, less as its score falls behind that of the best."""
    best = max((hit.final for hit in hits), default=0.0)
    return {hit.id: round(hit.rel * hit.final / best, DIGITS) if best > 0 else 0.0 for hit in hits}


def words(title: float, detail: float | None) -> float:
    """Nearness to the words of a need: its title before all; None where there is no detail.

    >>> words(0.6, None), words(0.6, 0.2), words(0.0, 0.6)
    (0.6, 0.5, 0.15)
    """
    return title if detail is None else round(TITLE * title + (1 - TITLE) * detail, DIGITS)


def convincing(title: float, detail: float | None) -> bool:
    """Whether its words are near enough to be offered at all.

    >>> convincing(0.25, None), convincing(0.24, 0.49), convincing(0.0, 0.5)
    (True, False, True)
    """
    return title >= FLOOR or (detail or 0.0) >= DETAIL_FLOOR


def nearness(depth: int | None) -> float:
    """From the distance of the nearest presence, in steps of containment, to [0, 1]; none known is 0.

    >>> nearness(0), nearness(1), nearness(None)
    (1.0, 0.5, 0.0)
    """
    return 0.0 if depth is None else 1 / (1 + depth)


def ranked(fits: Iterable[Fit], weights: Mapping[str, float] = WEIGHTS) -> list[Fit]:
    """The best first, ties by id, whatever the order they come in; raise BadWeights.

    >>> [one.id for one in ranked([Fit("b", 0.5), Fit("a", 0.5), Fit("c", 0.9)])]
    ['c', 'a', 'b']
    """
    if weights.keys() != WEIGHTS.keys() or round(sum(weights.values()), 6) != 1 or min(weights.values()) < 0:
        raise BadWeights("the four weights are at least 0 and add up to 1")
    return sorted(fits, key=lambda fit: (-fit.score(weights), fit.id))


def weakest(fit: Fit, kept: Fit, weights: Mapping[str, float] = WEIGHTS) -> str:
    """The part that cost `fit` most against `kept`.

    >>> weakest(Fit("a", text=0.9), Fit("b", text=0.9, proximity=1.0))
    'proximity'
    """
    own, other = fit.points(weights), kept.points(weights)
    return max(own, key=lambda name: (other[name] - own[name], name))
