"""How far a service is: what conforms over what applies, in exact fractions (spec 08b § 3.2). A line nobody assessed weighs as one
that does not conform. Beside the score always stand the share that was assessed and the share that has evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from operator import getitem
from struct import Struct
from typing import Final, NamedTuple

from communaux.engines.footprint.rgesn.audit import Answer, Audit
from communaux.engines.footprint.rgesn.referential import referential

HUNDRED: Final = 100


class Score(NamedTuple):
    """Of an audit or of a theme: ten are made for each audit, hence a tuple. Lines by answer, `proven` those that conform with
    evidence that holds; `met`, `assessed`, `applicable`: weights in hundredths."""

    not_assessed: int = 0
    conforming: int = 0
    not_conforming: int = 0
    not_applicable: int = 0
    proven: int = 0
    met: int = 0
    assessed: int = 0
    applicable: int = 0

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
    answers = audit.answers
    lines = list(map(getitem, _packed(audit.referential), answers))
    for place, finding in enumerate(audit.findings):
        if answers[place] == "conforming" and finding.evidence and finding.proven(on):
            lines[place] += PROVEN
    sums = {theme: sum(lines[place]) for theme, place in _places(audit.referential)}
    return Scores(_unpacked(sum(sums.values())), {theme: _unpacked(one) for theme, one in sums.items()})


@cache
def _places(code: str) -> list[tuple[int, slice]]:
    """Where the lines of each theme are."""
    themes = [one.theme.number for one in referential(code).criteria.values()]
    return [(one, slice(themes.index(one), themes.index(one) + themes.count(one))) for one in referential(code).themes]


@cache
def _packed(code: str) -> list[dict[Answer, int]]:
    """What each criterion adds to a Score by its answer, all its numbers in one, 16 bits each: a sum adds them together."""
    return [
        {
            "not_assessed": _one(not_assessed=1, applicable=line.weight),
            "conforming": _one(conforming=1, met=line.weight, assessed=line.weight, applicable=line.weight),
            "not_conforming": _one(not_conforming=1, assessed=line.weight, applicable=line.weight),
            "not_applicable": _one(not_applicable=1),
        }
        for line in referential(code).criteria.values()
    ]


def _one(**numbers: int) -> int:
    return sum(number << (BITS * Score._fields.index(name)) for name, number in numbers.items())


def _unpacked(packed: int) -> Score:
    return Score._make(NUMBERS.unpack(packed.to_bytes(NUMBERS.size, "little")))


BITS: Final = 16
NUMBERS: Final = Struct("<8H")
PROVEN: Final = _one(proven=1)


def rounded(value: Fraction | None) -> int | None:
    """To a whole number, half up.

    >>> rounded(Fraction(89, 2)), rounded(Fraction(4489, 100)), rounded(None)
    (45, 45, None)
    """
    return None if value is None else (2 * value.numerator + value.denominator) // (2 * value.denominator)
