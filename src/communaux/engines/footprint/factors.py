"""Every number that is not an input: its bounds, unit, source, year and rule (spec 08 § 3.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from communaux.data import footprint_factors
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.extraction import FORMAT
from communaux.engines.footprint.intervals import Interval


@dataclass(frozen=True, slots=True)
class Factor:
    """`rule`: paths of the package, empty for a number of ours; `tier`: modelled, or default where it is old or a hypothesis;
    `year`: None where the source names none."""

    key: str
    value: float
    low: float
    high: float
    unit: str
    rule: str
    source: str
    year: int | None
    method: str
    mix: str
    perimeter: str
    tier: str

    @property
    def interval(self) -> Interval:
        return Interval(self.low, self.value, self.high)


@dataclass(frozen=True, slots=True)
class Factors:
    """A set of factors; `package` and `version` say where most of them come from, `sha256` is that of the package's model."""

    package: str
    version: str
    licence: str
    notice: str
    sha256: str
    by_key: Mapping[str, Factor]

    def __getitem__(self, key: str) -> Factor:
        """Raise FootprintError with the nearest keys."""
        if key not in self.by_key:
            raise FootprintError("no_factor", key=key, near=", ".join(get_close_matches(key, self.by_key, 3, 0)))
        return self.by_key[key]

    def __iter__(self) -> Iterator[Factor]:
        return iter(self.by_key.values())


def read(content: bytes) -> Factors:
    """A file that `extraction` wrote; raise FootprintError for anything else."""
    try:
        told: Any = json.loads(content)
        if told["format"] != FORMAT:
            raise FootprintError("no_factors")
        rows = [Factor(**one) for one in told["factors"]]
        return Factors(
            told["name"],
            told["version"],
            told["licence"],
            told["notice"],
            told["sha256"],
            {one.key: one for one in rows},
        )
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as error:
        raise FootprintError("no_factors") from error


@cache
def shipped() -> Factors:
    """Those of this version of Communaux."""
    return read(footprint_factors())


@dataclass(frozen=True, slots=True)
class Change:
    """A factor that is new (`before` is None), gone (`after` is None) or other."""

    key: str
    before: Factor | None
    after: Factor | None

    @property
    def percent(self) -> float | None:
        """How much the value moved; None where it did not exist or was nothing."""
        if self.before is None or self.after is None or self.before.value == 0:
            return None
        return 100 * (self.after.value / self.before.value - 1)


def diff(before: Factors, after: Factors) -> list[Change]:
    """What differs from one set to another, in order of keys."""
    keys = sorted(before.by_key.keys() | after.by_key.keys())
    pairs = [Change(key, before.by_key.get(key), after.by_key.get(key)) for key in keys]
    return [one for one in pairs if one.before != one.after]
