"""A page: whether it keeps what was promised of it, and two versions of it side by side (spec 08 § 3.5).

Grams by the byte (Sustainable Web Design 4) say nothing of a page alone, nor of two pages: they are given for two versions of one
page, measured in one way; anything else is refused. Low bound: networks and data centres hardly follow the bytes of one page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.generation import ZONES
from communaux.engines.footprint.intervals import Difference, Interval
from communaux.engines.footprint.pagefacts import PageFacts
from communaux.engines.footprint.results import Result, Taken, one_of

GIGA: Final = 1e9
MOST_BYTES: Final = 1e12
SEGMENTS: Final = ("servers", "network", "device")
NOT_COUNTED: Final = ("work_of_page", "water_and_metals")


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise: `holds` is None where the file does not say enough."""

    what: str  # bytes, requests
    measured: int | None
    declared: int
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions of one page, one visit each; `change`: g of the later above the earlier, below zero where it is lighter."""

    before: Result
    after: Result
    change: Difference
    warnings: tuple[str, ...]


def budget(facts: PageFacts, *, size: int | None = None, requests: int | None = None) -> tuple[Kept, ...]:
    """Of what was declared, at most. Where a part is unknown, a budget may be seen to be passed, not to be kept."""
    told = (
        ("bytes", facts.size, size, facts.weighed),
        ("requests", facts.requests, requests, facts.requests is not None and facts.with_javascript),
    )
    return tuple(_kept(what, found, most, whole) for what, found, most, whole in told if most is not None)


def _kept(what: str, measured: int | None, most: int, whole: bool) -> Kept:
    if most < 0:
        raise FootprintError("bad_budget", name=what, given=most)
    if measured is not None and measured > most:
        return Kept(what, measured, most, False)
    return Kept(what, measured, most, True if whole else None)


def carried(factors: Factors, *, size: float, zone: str = "FR") -> Result:
    """g of CO2 equivalent of one visit of `size` bytes; `zone`: whose electricity it runs on. A page alone is not told so."""
    if not 0 <= size <= MOST_BYTES:
        raise FootprintError("below_zero", name="bytes", given=size, most=MOST_BYTES)
    one_of(zone, ZONES, "unknown_zone")
    taken = Taken(factors)
    # the method has its own number for the world, and for making whatever the place
    world = taken("swd.grid")
    grid = world if zone == "WORLD" else taken(f"grid.{zone}")
    weight = taken("swd.follows") * (size / GIGA)
    energy = {f"{one}_used": weight * taken.exactly(f"swd.{one}_used") for one in SEGMENTS}
    parts = {code: grid * one for code, one in energy.items()}
    parts |= {f"{one}_made": world * (weight * taken.exactly(f"swd.{one}_made")) for one in SEGMENTS}
    return Result("page", {"bytes": size, "zone": zone}, parts, energy, taken.used, NOT_COUNTED)


def compare(factors: Factors, before: PageFacts, after: PageFacts, *, zone: str = "FR") -> Versions:
    """Raise FootprintError for two pages, two ways to measure, or a weight that is not known in full."""
    if _page(before.url) != _page(after.url):
        raise FootprintError("other_page", before=before.url, after=after.url)
    if before.source != after.source:
        raise FootprintError("other_source", before=before.source, after=after.source)
    sizes = [one.size for one in (before, after) if one.size is not None and one.weighed]
    if len(sizes) != 2:
        raise FootprintError("page_not_weighed", url=after.url)
    first, last = (carried(factors, size=one, zone=zone) for one in sizes)
    of_a_byte = carried(factors, size=1, zone=zone).total
    codes = {code for one in (before, after) for code in ("cached", "failed", "unpacked") if one.warnings.get(code)}
    return Versions(first, last, _change(sizes[1] - sizes[0], of_a_byte), tuple(sorted(codes)))


def _page(url: str) -> tuple[str, str]:
    """What makes it the same page: the place and the path, with or without encryption and last slash."""
    found = urlsplit(url)
    return found.netloc, found.path.rstrip("/")


def _change(size: int, of_a_byte: Interval) -> Difference:
    """The same factors on both sides."""
    low, high = sorted((size * of_a_byte.low, size * of_a_byte.high))
    return Difference(low, size * of_a_byte.value, high)
