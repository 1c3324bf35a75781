"""Drawings as SVG text: bars over periods, a curve that climbs to the whole, a measure from day to day.

They stand alone: one colour, that of the text around, so that they are read on paper, in the dark and by whoever sees no
colours; what must be told apart is full or hollow. All text is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10
from typing import Final

WIDTH: Final = 400
LEFT: Final = 4
RIGHT: Final = 396
HIGH: Final = 84  # of the field in which bars stand
ABOVE: Final = 26  # of the words over a field
BELOW: Final = 24  # of the words under the last one
FONT: Final = 15
APART: Final = 44  # between two words on the axis, at least
TALL: Final = 140  # of the field of a curve


@dataclass(frozen=True, slots=True)
class Field:
    """Bars of one kind, and hollow ones on top of them. `name` says what they count."""

    name: str
    full: Sequence[int]
    hollow: Sequence[int] = ()

    @property
    def tops(self) -> list[int]:
        return [full + hollow for full, hollow in zip(self.full, self.hollow or [0] * len(self.full), strict=True)]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value at a place from 0 to 1, with its bounds; None is unknown."""

    place: float
    value: float | None
    low: float | None
    high: float | None
    line: str


def round_up(number: float) -> float:
    """The next 1, 2 or 5 with zeros, not below.

    >>> [round_up(number) for number in (0, 1, 3, 17, 63.4, 0.4, 200)]
    [1.0, 1.0, 5.0, 20.0, 100.0, 0.5, 200.0]
    """
    if number <= 0:
        return 1.0
    power = 10.0 ** floor(log10(number))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= number * (1 - 1e-9))


def svg(key: str, title: str, shows: str, height: int, parts: Iterable[str]) -> str:
    """A drawing with its name and what it shows, for whoever listens to the page."""
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="480" '
        f'height="{height * 6 // 5}" role="img" aria-labelledby="{key}-title {key}-shows" font-size="{FONT}">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-shows">{escape(shows)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.4g}" y="{y:.4g}" text-anchor="{anchor}" fill="currentColor">{escape(words)}</text>'


def lines(path: str, *, faint: bool = False) -> str:
    look = ' stroke-opacity=".4"' if faint else ""
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.5"{look}/>' if path else ""


def filled(path: str, *, hollow: bool = False) -> str:
    look = 'fill-opacity=".12" stroke="currentColor" stroke-width="1.2"' if hollow else 'stroke="none"'
    return f'<path d="{path}" fill="currentColor" {look}/>' if path else ""


def bars(key: str, title: str, shows: str, fields: Sequence[Field], years: Sequence[tuple[int, str]]) -> str:
    """Fields one under the other, over the same periods; `years`: number of a period, and what is written under it."""
    deep = ABOVE + HIGH + 8
    parts = [part for at, field in enumerate(fields) for part in _field(field, at * deep)]
    foot = deep * len(fields) - 8
    step = (RIGHT - LEFT) / max(len(fields[0].full), 1)
    for at, words in _spaced(years, step):
        x = LEFT + at * step
        parts += [lines(f"M{x:.1f} {foot}v5"), text(min(x, RIGHT - APART), foot + BELOW - 3, words)]
    return svg(key, title, shows, foot + BELOW + 2, parts)


def _spaced(years: Sequence[tuple[int, str]], step: float) -> list[tuple[int, str]]:
    """Only words that have room, from the last one back."""
    kept: list[tuple[int, str]] = []
    for at, words in reversed(years):
        if not kept or (kept[-1][0] - at) * step >= APART:
            kept.append((at, words))
    return kept[::-1]


def _field(field: Field, top: int) -> list[str]:
    """Its name, its highest value, its bars on a line."""
    most, foot = max(field.tops, default=0), top + ABOVE + HIGH
    scale = (HIGH - 6) / max(most, 1)
    floors = [foot] * len(field.full)
    standing = _standing(field.full, [float(one) for one in floors], scale)
    hollow = _standing(field.hollow, [foot - one * scale for one in field.full], scale) if field.hollow else ""
    return [
        text(LEFT, top + ABOVE - 9, field.name),
        text(RIGHT, top + ABOVE - 9, f"max. {most}", "end"),
        lines(f"M{LEFT} {foot}H{RIGHT}"),
        filled(standing),
        filled(hollow, hollow=True),
    ]


def _standing(values: Sequence[int], floors: Sequence[float], scale: float) -> str:
    """All bars as one path."""
    step = (RIGHT - LEFT) / max(len(values), 1)
    gap = min(step * 0.2, 4)
    return "".join(
        f"M{LEFT + at * step + gap / 2:.1f} {floor_:.1f}v-{value * scale:.1f}h{step - gap:.1f}v{value * scale:.1f}z"
        for at, (value, floor_) in enumerate(zip(values, floors, strict=True))
        if value
    )


@dataclass(frozen=True, slots=True)
class Steps:
    """Words of a climb: what is counted, the whole, the half, the first group and the last one."""

    counted: str
    whole: str
    half: str
    first: str
    last: str


def climb(key: str, title: str, shows: str, shares: Sequence[float], words: Steps) -> str:
    """Steps up to the whole, one for each group, and a broken line at the half."""
    foot, step = ABOVE + TALL, (RIGHT - LEFT) / max(len(shares), 1)
    path = "".join(
        f"{'M' if at == 0 else 'L'}{LEFT + at * step:.1f} {foot - share * TALL:.1f}h{step:.1f}"
        for at, share in enumerate(shares)
    )
    half = foot - TALL / 2
    parts = [
        text(LEFT, ABOVE - 9, words.counted),
        text(RIGHT, ABOVE - 9, words.whole, "end"),
        filled(f"{path}V{foot}H{LEFT}z" if path else "", hollow=True),
        lines(f"M{LEFT} {foot}H{RIGHT}"),
        f'<path d="M{LEFT} {half}H{RIGHT}" stroke="currentColor" stroke-dasharray="5 5"/>',
        text(RIGHT - 5, half - 5, words.half, "end"),
        text(LEFT, foot + BELOW - 5, words.first),
        text(RIGHT, foot + BELOW - 5, words.last, "end"),
    ]
    return svg(key, title, shows, foot + BELOW, parts)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a curve is drawn in: its highest and lowest number with the words on their lines, the words under its ends."""

    most: float
    least: float
    above: str
    under: str
    first: str
    last: str

    def y(self, number: float) -> float:
        return ABOVE + TALL * (self.most - min(max(number, self.least), self.most)) / ((self.most - self.least) or 1)

    @staticmethod
    def x(one: Seen) -> float:
        return LEFT + 8 + (RIGHT - LEFT - 16) * one.place


def curve(key: str, title: str, shows: str, seen: Sequence[Seen], frame: Frame) -> str:
    """A measure from day to day: points, their intervals, and a line that breaks where the method changed."""
    known = [(frame.x(one), frame.y(one.value), one) for one in seen if one.value is not None]
    points = "".join(f"M{x:.1f} {y:.1f}h0" for x, y, _one in known)
    upright = "".join(
        f"M{x:.1f} {frame.y(frame.least if one.low is None else one.low):.1f}"
        f"V{frame.y(frame.most if one.high is None else one.high):.1f}"
        for x, _y, one in known
        if one.low is not None or one.high is not None
    )
    foot = ABOVE + TALL
    parts = [
        lines(f"M{LEFT} {ABOVE}H{RIGHT}M{LEFT} {foot}H{RIGHT}", faint=True),
        text(LEFT, ABOVE - 9, frame.above),
        text(RIGHT, foot - 6, frame.under, "end"),
        lines(upright, faint=True),
        lines("".join(_linked(seen, frame))),
        f'<path d="{points}" stroke="currentColor" stroke-width="9" stroke-linecap="round"/>',
        text(LEFT, foot + BELOW - 5, frame.first),
        text(RIGHT, foot + BELOW - 5, frame.last, "end"),
    ]
    return svg(key, title, shows, foot + BELOW, parts)


def _linked(seen: Sequence[Seen], frame: Frame) -> Iterator[str]:
    """The line through the points; an unknown value breaks it, as a change of the method does."""
    before: Seen | None = None
    for one in seen:
        if one.value is not None:
            joined = before is not None and before.value is not None and before.line == one.line
            yield f"{'L' if joined else 'M'}{frame.x(one):.1f} {frame.y(one.value):.1f}"
        before = one
