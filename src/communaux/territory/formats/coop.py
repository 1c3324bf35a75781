"""What the Coop de la médiation numérique answers at `/lieux-activite`: the columns of Mednum, as a list in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from communaux.territory.formats import documents, mednum, tables
from communaux.territory.formats.listed import Aside, Line, Listed, Listing, Notes, each


def opened(path: Path, fix_codes: bool) -> Listing:
    read = partial(place, fix_codes)

    def lines() -> Iterator[Line]:
        return each(documents.items(path), read)

    return Listing(_("read as JSON"), lines)


def place(fix_codes: bool, row: Mapping[str, Any], notes: Notes) -> Listed | Aside:
    """Two keys that mean the same are one list."""
    renamed: dict[str, Any] = {}
    for key, value in row.items():
        name = tables.named(key, mednum.ALIASES)
        both = name in renamed and isinstance(value, str)
        renamed[name] = "|".join(filter(None, (renamed[name], value))) if both else value
    return mednum.place(fix_codes, renamed, notes)
