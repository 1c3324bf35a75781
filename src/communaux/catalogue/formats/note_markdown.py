"""A document as Markdown (CommonMark with GitHub's tables). What people typed is text, never markup."""

from __future__ import annotations

import re

from communaux.catalogue.formats.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Line,
    Paragraph,
    Run,
    Table,
    printable,
)

MARKS = re.compile(r"([\\`*_\[\]<>#|~&!])")
OPENING = re.compile(r"^([-+=]|\d+(?=[.)]))")  # would open a list, an underline, a numbered list
IN_ADDRESS = re.compile(r"[\s<>|\\]")


def write(document: Document) -> bytes:
    """The file, UTF-8."""
    parts = [f"# {_escaped(document.title)}", *(_block(block) for block in document.blocks)]
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_escaped(text)}"
        case Paragraph(line):
            return _opened(_line(line))
        case Bullets(lines):
            return "\n".join(f"- {_opened(_line(line))}" for line in lines)
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    rows = [tuple(_cell(cell) for cell in row) for row in table.rows]
    head = tuple(_escaped(name) for name in table.head)
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]
    caption = _opened(_escaped(table.caption))
    return "\n".join(([caption, ""] if caption else []) + lines)


def _cell(cell: Cell) -> str:
    return " · ".join(_line(line) for line in cell)


def _line(line: Line) -> str:
    return "".join(map(_run, line)).strip()


def _run(run: Run) -> str:
    text = MARKS.sub(r"\\\1", printable(run.text))
    spaced = f" {text}" if run.text[:1].isspace() and text else text
    if not run.link:
        return spaced + (" " if run.text[-1:].isspace() and text else "")
    address = IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", run.link)
    return f"[{text}](<{address}>)"


def _escaped(text: str) -> str:
    return MARKS.sub(r"\\\1", printable(text))


def _opened(text: str) -> str:
    """A sign that would open a list or an underline is escaped; of a number, the sign after it."""
    if found := OPENING.match(text):
        at = found.end() if text[0].isdigit() else 0
        return f"{text[:at]}\\{text[at:]}"
    return text
