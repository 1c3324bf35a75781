"""How far a service is: what conforms over what applies, in exact fractions (spec 08b § 3.2). A line nobody assessed weighs as one
that does not conform. Beside the score always stand the share that was assessed and the share that has evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from communaux.engines.footprint.rgesn.audit import ANSWERS, Audit
from communaux.engines.footprint.rgesn.referential import referential

HUNDRED: Final = 100
PLACES: Final = {answer: place for place, answer in enumerate(ANSWERS)}


@dataclass(frozen=True, slots=True)
class Score:
    """Of an audit or of a theme. Lines by answer, `proven` those that conform with evidence that holds; weights in hundredths."""

    not_assessed: int = 0
    conforming: int = 0
    not_conforming: int = 0
    not_applicable: int = 0
    proven: int = 0
    met: int = 0
    assessed: int = 0
    applicable: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def value(self) -> Fraction | None:
        """From 0 to 100; None where nothing applies, which is neither.

        >>> Score(met=9000, applicable=10000).value
        Fraction(90, 1)
        """
        return Fraction(HUNDRED * self.met, self.applicable) if self.applicable else None

    @property
    def on_assessed(self) -> Fraction | None:
        """The same over the lines that were assessed alone: a number apart, and higher."""
        return Fraction(HUNDRED * self.met, self.assessed) if self.assessed else None

    @property
    def share_assessed(self) -> Fraction | None:
        """Of the lines that apply."""
        done = self.conforming + self.not_conforming
        return Fraction(done, done + self.not_assessed) if done + self.not_assessed else None

    @property
    def share_proven(self) -> Fraction | None:
        """Of the lines that conform."""
        return Fraction(self.proven, self.conforming) if self.conforming else None


@dataclass(frozen=True, slots=True)
class Scores:
    """The whole, and each theme by its number."""

    whole: Score
    themes: Mapping[int, Score]


def score(audit: Audit, on: date) -> Scores:
    """How far the service is, by what holds on a day.

    >>> from communaux.engines.footprint.rgesn.audit import Service, blank
    >>> found = score(blank(Service("Mairie", has_ai=False)), date(2026, 1, 31))
    >>> found.whole.value, found.whole.applicable, found.themes[9].value
    (Fraction(0, 1), 9000, None)
    """
    kept = len(ANSWERS)
    lines = {number: [0] * (2 * kept + 1) for number in referential(audit.referential).themes}
    for criterion, answer, finding in zip(audit.criteria, audit.answers, audit.findings, strict=True):
        counts, place = lines[criterion.theme.number], PLACES[answer]
        counts[place] += 1
        counts[kept + place] += criterion.weight
        if answer == "conforming" and finding.evidence and finding.proven(on):
            counts[-1] += 1
    themes = {number: _summed(counts) for number, counts in lines.items()}
    return Scores(sum(themes.values(), Score()), themes)


def _summed(counts: list[int]) -> Score:
    open_, yes, no, none, open_weight, met, unmet, _none_weight, proven = counts
    return Score(open_, yes, no, none, proven, met, met + unmet, met + unmet + open_weight)


def rounded(value: Fraction | None) -> int | None:
    """To a whole number, half up.

    >>> rounded(Fraction(89, 2)), rounded(Fraction(4489, 100)), rounded(None)
    (45, 45, None)
    """
    return None if value is None else (2 * value.numerator + value.denominator) // (2 * value.denominator)
