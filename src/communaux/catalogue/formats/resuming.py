"""Where the reading of a broken file goes on: at the next row that is surely one, never inside the broken one.

What is inside a broken row must not become a record: a person among the users of a software is no software.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MARK: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{},]')
NEXT_LISTED: Final = re.compile(r"\s*(?:,\s*(?=\{)|(?=\]))")
NEXT_KEYED: Final = re.compile(r'\s*(?:,\s*(?="(?:[^"\\\n]|\\.)*"\s*:)|(?=\}))')
OPENER: Final = {"]": "[", "}": "{"}


@dataclass(slots=True)
class Resuming:
    """One broken list (or, `keyed`, object) of rows, from one broken row to the next."""

    found: str
    keyed: bool
    holds: bool = False  # the rest of the text was looked at and pairs: it is looked at once

    def after(self, at: int) -> int | None:
        """Where the row after the broken one at `at` begins, or the list ends; None when that cannot be told.

        >>> Resuming('{"a": x, "b": [{"c": 1}]}, {"a": 2}]', keyed=False).after(0)
        27
        """
        end = end_of_row(self.found, at, "}" if self.keyed else "]")
        follows = (NEXT_KEYED if self.keyed else NEXT_LISTED).match(self.found, end)
        if not follows:
            return None
        around, at = "{" if self.keyed else "[", follows.end()
        self.holds = self.holds or any(holds_together(self.found, at, one) for one in (around, "{" + around))
        return at if self.holds else None


def end_of_row(found: str, at: int, closer: str) -> int:
    """Where the brackets opened since `at` are all closed; one forgotten inside ends with the one around it."""
    opened: list[str] = []
    for mark in MARK.finditer(found, at):
        match mark[0]:
            case "[" | "{":
                opened.append(mark[0])
            case "]" | "}" if OPENER[mark[0]] in opened:
                while opened.pop() != OPENER[mark[0]]:
                    pass
                if not opened:
                    return mark.end()
            case other if other in (",", closer) and not opened:
                return mark.start()
    return len(found)


def holds_together(found: str, at: int, around: str) -> bool:
    """Whether every bracket from here on pairs, the last ones with those `around`, and nothing follows.

    A row in which a bracket stands too many, or one is missing, seems to end early, among its own users: then nothing pairs.
    """
    opened = list(around)
    for mark in MARK.finditer(found, at):
        if mark[0] in ("[", "{"):
            opened.append(mark[0])
        elif mark[0] in OPENER and opened.pop() != OPENER[mark[0]]:
            return False
        if not opened:
            return not found[mark.end() :].strip()
    return False


def csv_record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int, str]:
    """Cells of the record that begins at a line, how many lines it takes, and what is wrong with it.

    A quote that is never closed would take in every line after it: then the one line is wrong, not those.
    """
    reader = csv.reader((lines[number] for number in range(at, len(lines))), delimiter=delimiter, strict=True)
    try:
        return next(reader, []), max(reader.line_num, 1), ""
    except csv.Error:
        return loose_line(lines[at], delimiter)


def loose_line(line: str, delimiter: str) -> tuple[list[str], int, str]:
    """A line that is no strict CSV but whose quotes pair, read as spreadsheets read it."""
    if line.count('"') % 2:
        return [], 1, UNCLOSED
    try:
        return next(csv.reader([line], delimiter=delimiter)), 1, ""
    except csv.Error as error:
        return [], 1, f"Unreadable line: {error}"


UNCLOSED: Final = "A quote is opened and not closed: only this line was refused, those after it were read"
