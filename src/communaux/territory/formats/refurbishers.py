"""The list of refurbishers, in CSV: who collects, sorts, refurbishes or gives out equipment. `TEMPLATE` is its first line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest
from communaux.territory.formats import cells, tables
from communaux.territory.formats.listed import Listed, Listing, Notes
from communaux.territory.models import Place

COLUMNS: Final = ("nom", "siret", "code_insee", "filieres", "volumes_an", "label", "etapes", "site_web")
TEMPLATE: Final = ";".join(COLUMNS) + "\r\n"
STEPS: Final = {
    "collecte": Place.Step.COLLECTION.value,
    "tri": Place.Step.SORTING.value,
    "reconditionnement": Place.Step.REFURBISHING.value,
    "distribution": Place.Step.DISTRIBUTION.value,
}


def opened(path: Path, fix_codes: bool) -> Listing:
    return tables.listing(path, {}, COLUMNS, partial(place, fix_codes))


def place(fix_codes: bool, row: Mapping[str, str], notes: Notes) -> Listed:
    """A body is known by its SIRET; it may stand in the list once for each of its establishments."""
    siret = cells.siret(row["siret"])
    if not siret:
        raise BadRequest("cell_missing", _("The cell %(name)s is empty.") % {"name": "siret"})
    return Listed(
        source_id=siret,
        name=cells.needed(row, "nom", 200),
        code=cells.insee(cells.needed(row, "code_insee", 40), fix_codes),
        siret=siret,
        labels=_list(row["label"]),
        streams=_list(row["filieres"]),
        steps=_steps(row["etapes"]),
        volumes_per_year=cells.whole(row["volumes_an"], notes, "volumes_an"),
        url=cells.url(row["site_web"], notes),
        raw=cells.kept(row),
        warnings=tuple(notes),
    )


def _list(cell: str) -> tuple[str, ...]:
    """Values of a cell, a comma or a bar between."""
    return cells.parts(cell.replace(",", "|"))


def _steps(cell: str) -> tuple[str, ...]:
    """At least one step, each of them known: without, the line says nothing about the chain."""
    given = _list(cell)
    unknown = [one for one in given if one.casefold() not in STEPS]
    if unknown or not given:
        told = {"given": ", ".join(unknown) or "—", "known": ", ".join(STEPS)}
        raise BadRequest("bad_steps", _("Steps: %(given)s is none of %(known)s.") % told)
    return tuple(dict.fromkeys(STEPS[one.casefold()] for one in given))
