"""Positions of communes from any open gazetteer: columns `code_insee`, `lat`, `lon`."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest
from communaux.territory import sheets

COLUMNS = ("code_insee", "lat", "lon")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Positions by INSEE code, and the lines that give none."""

    encoding: str
    delimiter: str
    places: dict[str, tuple[float, float]]
    refused: tuple[sheets.Refused, ...]


def read(path: Path, *, fix_codes: bool = False) -> Gazetteer:
    """Every line of the file, good or refused."""
    sheet = sheets.opened(path, COLUMNS)
    places: dict[str, tuple[float, float]] = {}
    refused: list[sheets.Refused] = []
    for line in sheet.lines():
        try:
            places[sheets.insee(line["code_insee"], fix=fix_codes)] = position(line["lat"], line["lon"])
        except BadRequest as error:
            refused.append((sheet.delimiter.join(line[name] for name in COLUMNS), error.message))
    return Gazetteer(sheet.encoding, sheet.delimiter, places, tuple(refused))


def position(lat: str, lon: str) -> tuple[float, float]:
    """Latitude and longitude, with a point or a comma; 0/0 is what programs write for nothing."""
    try:
        found = (float(lat.replace(",", ".")), float(lon.replace(",", ".")))
    except ValueError as error:
        raise BadRequest("bad_position", _("%(lat)s, %(lon)s is no position.") % {"lat": lat, "lon": lon}) from error
    inside = all(map(isfinite, found)) and abs(found[0]) <= 90 and abs(found[1]) <= 180
    if not inside or found == (0, 0):
        raise BadRequest("bad_position", _("%(lat)s, %(lon)s is no position.") % {"lat": lat, "lon": lon})
    return round(found[0], 6), round(found[1], 6)
