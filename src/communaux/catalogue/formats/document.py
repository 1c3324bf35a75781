"""A document as headings, paragraphs, lists and tables: one structure that each format writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

# What XML 1.0 cannot hold, and marks that reverse the direction of a line
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
SPACES = re.compile("[ \t\n\r\u2028\u2029]+")  # not the no-break ones, which are set on purpose
WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, perhaps a link; only addresses of the web are links."""

    text: str
    href: str = ""
    lang: str = ""  # where it is not that of the document

    @property
    def link(self) -> str:
        return self.href if self.href.startswith(WEB) else ""


type Line = tuple[Run, ...]
type Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    kind: ClassVar[str] = "heading"
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    kind: ClassVar[str] = "bullets"
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`head` names the columns; the first cell of a row names the row."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


type Block = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    lang: str
    blocks: tuple[Block, ...]


def line(text: str, href: str = "", lang: str = "") -> Line:
    return (Run(text, href, lang),)


def paragraphs(text: str, lang: str = "") -> list[Block]:
    """What somebody typed, one paragraph a line."""
    return [Paragraph(line(part, lang=lang)) for part in lines(text)]


def lines(text: str) -> list[str]:
    """Lines that show something."""
    return [part for part in UNPRINTABLE.sub("", text).splitlines() if part.strip()]


def printable(text: str) -> str:
    """On one line, each run of plain spaces one space, without what no page can show.

    >>> printable("a\\x00b\\n  c")
    'ab c'
    """
    return SPACES.sub(" ", UNPRINTABLE.sub("", text)).strip(" ")
