"""Rows of a CSV list under the names that its reader knows, whatever alias the columns have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest
from communaux.territory import sheets
from communaux.territory.formats.listed import Line, Listing, Read, Refused, each
from communaux.territory.records import records


def listing(
    path: Path, aliases: Mapping[str, Sequence[str]], needed: Sequence[str], read: Read[dict[str, str]]
) -> Listing:
    """The sheet, opened; raise BadRequest when it lacks a column under any of its names."""
    sheet = sheets.opened(path, ())
    names = tuple(named(column, aliases) for column in sheet.columns)
    if missing := [name for name in needed if name not in names]:
        message = _("The file lacks these columns: %(names)s.") % {"names": ", ".join(missing)}
        raise BadRequest("columns_missing", message)

    def lines() -> Iterator[Line]:
        return each(rows(sheet, names), read)

    told = _("read as %(encoding)s, columns parted by %(delimiter)r")
    return Listing(told % {"encoding": sheet.encoding, "delimiter": sheet.delimiter}, lines)


def named(column: str, aliases: Mapping[str, Sequence[str]]) -> str:
    """The name of a column among those of the reader, else its own."""
    bare = "_".join(column.replace("-", " ").split())
    return next((name for name, others in aliases.items() if bare == name or bare in others), bare)


def rows(sheet: sheets.Sheet, names: Sequence[str]) -> Iterator[dict[str, str] | Refused]:
    """Of two columns that mean the same, what is written in either."""
    with sheet.path.open(encoding=sheet.encoding, newline="") as file:
        file.readline()
        for record in records(file, sheet.delimiter, len(names)):
            if record.cells is None:
                yield Refused(
                    record.text[:2000], _("The cells of this line do not fit the columns: look for a quotation mark.")
                )
                continue
            row: dict[str, str] = {}
            for name, cell in zip(names, record.cells, strict=True):
                row[name] = "|".join(filter(None, (row.get(name, ""), sheets.bare(cell))))
            yield row
