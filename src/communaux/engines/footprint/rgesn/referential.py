"""The criteria: number, theme, own titles, weight, and the only condition under which each does not apply (spec 08b § 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

from communaux.data import rgesn_2024
from communaux.engines.footprint.errors import FootprintError

type Priority = Literal["priority", "recommended", "moderate"]
type Difficulty = Literal["low", "medium", "high"]
RGESN_2024: Final = "rgesn-2024"


@dataclass(frozen=True, slots=True)
class Theme:
    """`fact`: what a service declares; where it is not so, the theme falls as a whole."""

    number: int
    names: Mapping[str, str]
    fact: str | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """`weight` in hundredths. `condition`: under which the line may be "not applicable", None where it always applies;
    `fact`: what a service declares and would contradict it. `difficulty` is for planning and never weighs."""

    number: str
    theme: Theme
    titles: Mapping[str, str]
    priority: Priority
    difficulty: Difficulty
    weight: int
    condition: str | None
    fact: str | None
    in_declaration: bool
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Referential:
    """A version: its criteria in the order of their numbers. `address` is that of the official text, which is not copied."""

    code: str
    published_on: date
    address: str
    credit: str
    licence: str
    themes: Mapping[int, Theme]
    criteria: Mapping[str, Criterion]
    conditions: Mapping[str, Mapping[str, str]]

    def __getitem__(self, number: str) -> Criterion:
        """Raise FootprintError where there is no such criterion."""
        if number not in self.criteria:
            raise FootprintError("no_criterion", number=number, code=self.code)
        return self.criteria[number]


@cache
def referential(code: str = RGESN_2024) -> Referential:
    """A version by its code; raise FootprintError for one that is not shipped.

    >>> criterion = referential()["4.8"]
    >>> criterion.titles["en"], criterion.weight, criterion.condition
    ('Few fonts to download', 100, 'no-text')
    """
    if code != RGESN_2024:
        raise FootprintError("other_referential", given=code, known=RGESN_2024)
    told = rgesn_2024()
    themes = {
        int(number): Theme(int(number), {"fr": one["fr"], "en": one["en"]}, one.get("fact"))
        for number, one in told["themes"].items()
    }
    criteria = {
        number: Criterion(
            number,
            themes[int(number.partition(".")[0])],
            {"fr": one["fr"], "en": one["en"]},
            one["priority"],
            one["difficulty"],
            told["weights"][one["priority"]],
            one.get("na"),
            told["conditions"].get(one.get("na"), {}).get("fact"),
            one.get("in_declaration", True),
            tuple(one.get("checks", ())),
        )
        for number, one in told["criteria"].items()
    }
    head = {name: told[name] for name in ("code", "published_on", "address", "credit", "licence")}
    return Referential(**head, themes=themes, criteria=criteria, conditions=told["conditions"])
