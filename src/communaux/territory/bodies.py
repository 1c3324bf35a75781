"""Communes and intercommunal bodies by their SIREN: the name that the official codes give, without network or database.

Read in the table that is shipped: it names public bodies only, never a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.translation import gettext as _

from communaux.core.models import Organisation
from communaux.territory import cog, shipped
from communaux.territory.names import name_key

KIND: Final = Organisation.Kind.LOCAL_AUTHORITY
AT: Final = {"C": 7, "E": 1, "T": 1}  # cell of the SIREN in each kind of row
NAMED: Final = {"C": 2, "E": 2, "T": 2}
# What people write around the name, or the codes in letters of their own: none of it tells two bodies apart
AROUND: Final = frozenset(
    (
        *("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
        *("cc", "ca", "cu", "communaute", "commune", "communes", "agglomeration", "urbaine", "ville", "mairie"),
    )
)


@dataclass(frozen=True, slots=True)
class Official:
    """What the codes of one year say of a body; `code` is that of its territory."""

    siren: str
    name: str
    code: str
    millesime: int

    @property
    def source(self) -> str:
        """Where the name comes from, and of which year."""
        return _("official codes of %(year)d, INSEE and DGCL") % {"year": self.millesime}


def official(number: str) -> Official | None:
    """The commune or intercommunal body of a SIREN, or of a SIRET, which begins with it; None: the codes do not know it.

    >>> official("21330063500017").name, official("243300316").code, official("552100554")
    ('Bordeaux', '243300316', None)
    """
    siren = number[:9]
    for row in _rows(siren) if len(siren) == 9 else ():
        kind = row[0]
        if kind in AT and row[AT[kind]] == siren:
            return Official(siren, row[NAMED[kind]], row[1], _table()[0])
    return None


def _rows(number: str) -> Iterator[list[str]]:
    """Rows where this number is a cell; the table is searched as one text: a dictionary of it would weigh ten times more."""
    _year, table = _table()
    cell = f"\t{number}\t".encode()
    at = table.find(cell)
    while at >= 0:
        start, end = table.rfind(b"\n", 0, at) + 1, table.find(b"\n", at)
        yield table[start:end].decode().split("\t")
        at = table.find(cell, end)


@cache
def _table() -> tuple[int, bytes]:
    given = shipped.newest()
    return given.millesime, cog.unpack(given.content).encode()


def said_otherwise(known: Official, name: str, kind: str) -> list[str]:
    """What was typed that the codes say otherwise, a sentence each; nothing is changed by it."""
    told = {"name": known.name, "typed": name, "siren": known.siren, "source": known.source}
    found = []
    if _bare(name) != _bare(known.name):
        found.append(
            _("SIREN %(siren)s is that of “%(name)s” (%(source)s). You wrote “%(typed)s”: your words stay.") % told
        )
    if kind != KIND:
        found.append(_("SIREN %(siren)s is that of a local authority (%(source)s). What you chose stays.") % told)
    return found


def _bare(name: str) -> set[str]:
    """Words that tell a name apart: "Ville du Havre" and "Le Havre" have the same."""
    words = set(name_key(name).split())
    return words - AROUND or words
