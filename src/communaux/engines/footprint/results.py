"""The answer of every calculator: a value between two bounds, what it is made of, and what it does not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factor, Factors
from communaux.engines.footprint.intervals import Interval, total

type Tier = Literal["measured", "modelled", "default"]
TIERS: Final[tuple[Tier, ...]] = ("measured", "modelled", "default")  # from the best to the worst
LONGEST_TEXT: Final = 500  # signs
KILO: Final = 1000.0
DAYS: Final = 365.0
LEAST: Final = 1e-6  # of what has to be above zero: less is nobody's question, and ends in zero on its way


@dataclass(frozen=True, slots=True)
class Result:
    """g of CO2 equivalent. `parts`, by their code, add up to `total`; `energy` is electricity in kWh, by the same codes.

    `tier` is the worst of all that was used; `used` are the factors in the order of their keys; `not_counted` are codes of words.
    """

    kind: str
    inputs: Mapping[str, Any]
    parts: Mapping[str, Interval]
    energy: Mapping[str, Interval]
    used: tuple[Factor, ...]
    not_counted: tuple[str, ...]
    beside: Mapping[str, Interval] = field(default_factory=dict)
    given: Tier = "modelled"  # the worst of what was given, beside the factors

    @property
    def total(self) -> Interval:
        return total(self.parts.values())

    @property
    def kwh(self) -> Interval:
        return total(self.energy.values())

    @property
    def tier(self) -> Tier:
        factors = {one.tier for one in self.used}
        return max((tier for tier in TIERS if tier == self.given or tier in factors), key=TIERS.index)


class Taken:
    """Factors, and which of them a computation took: a result tells no other."""

    def __init__(self, factors: Factors) -> None:
        self.factors = factors
        self.keys: set[str] = set()

    def __call__(self, key: str) -> Interval:
        """With its bounds."""
        self.keys.add(key)
        return self.factors[key].interval

    def exactly(self, key: str) -> float:
        """Without them, where the spread of the answer is said otherwise."""
        return self(key).value

    @property
    def used(self) -> tuple[Factor, ...]:
        return tuple(self.factors[key] for key in sorted(self.keys))


def one_of[T: str](given: T, known: Iterable[T], code: str) -> T:
    """The word itself; raise FootprintError with those that are known."""
    if given not in (words := tuple(known)):
        raise FootprintError(code, given=given, known=", ".join(words))
    return given


def positive(given: float, name: str, most: float) -> float:
    """A number above zero, a millionth at least, and no more than `most`; raise FootprintError."""
    if not LEAST <= given <= most:  # false for what is no number
        raise FootprintError("out_of_range", name=name, given=given, most=most)
    return given


def declared_pue(given: float) -> float:
    """Power usage effectiveness (ISO/IEC 30134-2): the whole over what the machines take, never below one; raise FootprintError."""
    if not 1 <= given <= 10:
        raise FootprintError("bad_pue", given=given)
    return given


def short(given: str, name: str) -> str:
    """A text of a few lines; raise FootprintError."""
    if len(given) > LONGEST_TEXT:
        raise FootprintError("text_too_long", name=name, given=len(given), most=LONGEST_TEXT)
    return given
