"""`<file>.refus.csv`: the lines an import could not read, for a person to mend in a spreadsheet and import again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from communaux.catalogue.formats.mapped import Refused

COLUMNS = ("motif", "emplacement", "contenu")
FORMULA = ("=", "+", "-", "@")


def refusals_name(path: str) -> str:
    return f"{path}.refus.csv"


def write(refused: Iterable[Refused]) -> bytes:
    """UTF-8 with its mark, `;`, one line a refusal; a cell a spreadsheet would run as a formula starts with `'`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(one.reason), cell(one.where), cell(one.content)] for one in refused)
    return out.getvalue().encode("utf-8-sig", "replace")


def cell(value: str) -> str:
    """The value as a text; tabs and line ends before a sign do not hide it."""
    clean = value.replace("\x00", "")
    return f"'{clean}" if clean.lstrip().startswith(FORMULA) or clean[:1] in ("\t", "\r") else clean
