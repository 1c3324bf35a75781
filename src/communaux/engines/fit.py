"""How well a commons fits a need: four parts in [0, 1], each told, weighed and added up (03 § 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

WEIGHTS: Final[Mapping[str, float]] = {"text": 0.45, "proximity": 0.25, "health": 0.20, "relay": 0.10}
DIGITS = 3


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
