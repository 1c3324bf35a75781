"""Lines of a CSV file, each on its own: a quotation mark that nobody closed costs its own line, not those after it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TextIO

MOST: Final = 60  # lines of the file that one record may take
LONGEST: Final = 60_000  # characters


@dataclass(frozen=True, slots=True)
class Record:
    """As written, and its cells; none when it has more of them than there are columns, or cannot be parted."""

    text: str
    cells: tuple[str, ...] | None


def records(file: TextIO, delimiter: str, width: int) -> Iterator[Record]:
    """Every record that is not blank; cells that a line lacks at its end are empty."""
    waiting = deque[str]()
    while lines := _taken(waiting, file):
        cells = _cells("".join(lines), delimiter, width, whole=len(lines) > 1)
        if cells is None and len(lines) > 1:
            waiting.extendleft(reversed(lines[1:]))
            lines = lines[:1]
            cells = _cells(lines[0], delimiter, width, whole=True)
        if any(cells) if cells is not None else lines[0].strip():
            yield Record("".join(lines).rstrip("\r\n"), cells)


def _taken(waiting: deque[str], file: TextIO) -> list[str]:
    """The lines of one record: those up to an even number of quotation marks."""
    lines, marks, size = list[str](), 0, 0
    while line := (waiting.popleft() if waiting else file.readline()):
        lines.append(line)
        marks, size = marks + line.count('"'), size + len(line)
        if marks % 2 == 0 or len(lines) == MOST or size > LONGEST:
            break
    return lines


def _cells(text: str, delimiter: str, width: int, *, whole: bool) -> tuple[str, ...] | None:
    """`whole`: it must have as many cells as there are columns, for a mark may have swallowed some."""
    lines = text.rstrip("\r\n").count("\n") + 1
    if len(text) > LONGEST or (lines > 1 and text.count('"') % 2):
        return None
    try:
        cells = [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter), [])]
    except csv.Error:
        return None
    if any(cells[width:]) or (whole and len(cells) < width):
        return None
    return tuple([*cells, *[""] * (width - len(cells))][:width])
