"""Lists that people keep in a spreadsheet: encoding and delimiter are found and told, a code that lost its zero is noticed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest

ENCODINGS: Final = ("utf-8-sig", "cp1252")
DELIMITERS: Final = (";", ",", "\t", "|")
CODE: Final = 5
# What a spreadsheet would run as a formula when the file of refused lines is opened
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

type Line = dict[str, str]
type Refused = tuple[str, str]  # the line as written, why


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read: how, and its lines, one after the other."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]

    def lines(self) -> Iterator[Line]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            file.readline()
            for row in csv.DictReader(file, self.columns, delimiter=self.delimiter, restkey="", restval=""):
                line = {name: str(value or "").strip() for name, value in row.items()}
                if any(line.values()):
                    yield line


def opened(path: Path, needed: Sequence[str]) -> Sheet:
    """The sheet; raise BadRequest when it cannot be read or lacks a column."""
    encoding, first = _first_line(path)
    delimiter = max(DELIMITERS, key=first.count)
    columns = tuple(name.strip().strip('"').lower() for name in first.split(delimiter))
    if missing := [name for name in needed if name not in columns]:
        message = _("The file lacks these columns: %(names)s.") % {"names": ", ".join(missing)}
        raise BadRequest("columns_missing", message)
    return Sheet(path, encoding, delimiter, columns)


def _first_line(path: Path) -> tuple[str, str]:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                first = file.readline(10_000)
                for _block in iter(partial(file.read, 1 << 20), ""):
                    """Each must be readable in this encoding too."""
                return encoding, first.rstrip("\r\n")
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise BadRequest("unreadable", _("%(path)s cannot be read.") % {"path": str(path)}) from error
    raise BadRequest("unreadable", _("%(path)s is no text that can be read.") % {"path": str(path)})


def insee(code: str, *, fix: bool = False) -> str:
    """The INSEE code of a commune; raise BadRequest for one that lost its zero, unless it is to be given back."""
    if code.isdecimal() and len(code) == CODE - 1:
        padded = code.zfill(CODE)
        if fix:
            return padded
        message = _("A code has 5 characters: %(given)s, did you mean %(meant)s?") % {"given": code, "meant": padded}
        raise BadRequest("code_too_short", message)
    if len(code) != CODE or not code.isalnum():
        message = _("A code has 5 characters: %(given)s is none.") % {"given": code[:40] or "—"}
        raise BadRequest("bad_code", message)
    return code.upper()


def keep_refused(path: Path, refused: Iterable[Refused], ending: str = "refus") -> Path:
    """Write `<file>.refus.csv`: each refused line and, in the column `motif`, why."""
    kept = path.with_name(f"{path.name}.{ending}.csv")
    with kept.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["ligne", "motif"])
        writer.writerows([_harmless(line), _harmless(why)] for line, why in refused)
    return kept


def bare(cell: str) -> str:
    """Without the mark that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
