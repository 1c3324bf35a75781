"""The badge of an assessment: a word with its own sign for each axis, and the day; no mark, no seal, no claim of its own.

It is one small SVG without script, style or font, and the same for https://shields.io (endpoint shape). What is older than
a year says so, what was never assessed too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

from communaux.data import assess_table
from communaux.engines.assess import telling
from communaux.engines.assess.profile import AXES

OLD: Final = 365  # days, after which an assessment is to be made again
LONGEST: Final = 80  # letters of a name
HEIGHT: Final = 24
LETTER: Final = 6.6  # mean width of a letter at 12 pixels; textLength makes it sure
SIGN: Final = 18
NARROW: Final = frozenset("iljtfr.,:’'!| ")
WIDE: Final = frozenset("mwMW")
# Sign and colour of each word; the sign alone tells them apart. Full disc, ring, square, as on the pages of the desk
SIGNS: Final = {
    "established": '<circle cx="{x}" cy="12" r="5" fill="#9fe0b5"/>',
    "confirm": '<circle cx="{x}" cy="12" r="4" fill="none" stroke="#f3d58a" stroke-width="2"/>',
    "attention": '<path d="M{left} 7h10v10h-10z" fill="#ffb3ad"/>',
    "": '<path d="M{left} 12h10" stroke="#fff" stroke-width="2"/>',
}
SPOKEN: Final = {"established": "●", "confirm": "○", "attention": "■", "": "–"}
COLOURS: Final = {"established": "1b6b3a", "confirm": "7a4a00", "attention": "9b1c1c", "": "57534c"}
PLAIN: Final = "57534c"  # of three words together there is no one colour: it would be a mark


@dataclass(frozen=True, slots=True)
class Part:
    """One axis: its name, its word, the code of the word (empty: none)."""

    axis: str
    word: str
    code: str


@dataclass(frozen=True, slots=True)
class Badge:
    """What is shown: the parts, or one word in their place; `day` is empty without an assessment."""

    title: str
    parts: tuple[Part, ...]
    day: str
    state: str = ""

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        told = [f"{part.axis} {SPOKEN[part.code]} {part.word}" for part in self.parts]
        return " · ".join(filter(None, [*told, self.state, self.day]))


def badge(
    name: str, readings: Mapping[str, str], as_of: date | None, *, today: date, lang: str, axis: str = ""
) -> Badge:
    """`readings`: axis → word of the profile; `as_of` None: never assessed; `axis`: that one alone."""
    title = _said("title", lang).format(name=clipped(name))
    if as_of is None:
        return Badge(title, (), "", _said("none", lang))
    day = _said("on", lang).format(day=f"{as_of:%d/%m/%Y}" if lang == "fr" else as_of.isoformat())
    if (today - as_of).days > OLD:
        return Badge(title, (), day, _said("old", lang))
    shown = [one for one in AXES if axis in ("", one)]
    return Badge(title, tuple(_part(one, readings.get(one, ""), lang) for one in shown), day)


def clipped(name: str) -> str:
    """Without signs that steer a terminal or turn the way of writing, and not longer than is read.

    >>> clipped("a\\u202eb"), len(clipped("é" * 500))
    ('ab', 80)
    """
    kept = "".join(letter for letter in name if letter.isprintable())
    return kept if len(kept) <= LONGEST else f"{kept[: LONGEST - 1]}…"


def _said(code: str, lang: str) -> str:
    return str(assess_table("badge")[code][lang])


def _part(axis: str, code: str, lang: str) -> Part:
    word = telling.word("readings", code, lang) if code else telling.UNKNOWN[lang]
    return Part(telling.word("axes", axis, lang), word, code)


def svg(shown: Badge) -> str:
    """At most 4 KB. Words stand apart from their colours, and the title says all of it."""
    pieces, x = [], 10.0
    for part in shown.parts:
        piece, x = _drawn(part, x)
        pieces.append(piece)
    for words in filter(None, (shown.state, shown.day)):
        pieces.append(_text(words, x, 'fill-opacity=".85"' if words == shown.day else ""))
        x += width(words) + 12
    whole, title = round(x - 2), escape(f"{shown.title} – {shown.spoken}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{HEIGHT}" viewBox="0 0 {whole} {HEIGHT}" '
        f'role="img" font-family="Verdana,DejaVu Sans,sans-serif" font-size="12" fill="#fff"><title>{title}</title>'
        f'<rect width="{whole}" height="{HEIGHT}" rx="4" fill="#33302c"/>{"".join(pieces)}</svg>\n'
    )


def _drawn(part: Part, x: float) -> tuple[str, float]:
    """The axis, its sign, its word; and where the next one begins."""
    sign = x + width(part.axis) + SIGN / 2 + 2
    word = sign + SIGN / 2
    mark = SIGNS[part.code].format(x=f"{sign:.4g}", left=f"{sign - 5:.4g}")
    drawn = _text(part.axis, x, 'fill-opacity=".85"') + mark + _text(part.word, word, 'font-weight="bold"')
    return drawn, word + width(part.word) * 1.08 + 16


def width(words: str) -> float:
    """About how wide words are, in pixels.

    >>> width("aa") > width("ii")
    True
    """
    return LETTER * sum(0.6 if one in NARROW else 1.6 if one in WIDE else 1.1 for one in words)


def _text(words: str, x: float, look: str) -> str:
    wide = width(words) * (1.08 if "bold" in look else 1)
    return (
        f'<text x="{x:.4g}" y="16.5" textLength="{wide:.4g}" lengthAdjust="spacingAndGlyphs" {look}>'
        f"{escape(words)}</text>"
    )


def endpoint(shown: Badge, lang: str) -> dict[str, Any]:
    """The shape that shields.io reads. One axis has the colour of its word; three have none of their own."""
    color = COLOURS[shown.parts[0].code] if len(shown.parts) == 1 else PLAIN
    message = shown.spoken
    return {"schemaVersion": 1, "label": _said("name", lang), "message": message, "color": color, "cacheSeconds": 3600}


def as_json(shown: Badge, lang: str) -> str:
    return json.dumps(endpoint(shown, lang), ensure_ascii=False, sort_keys=True) + "\n"
