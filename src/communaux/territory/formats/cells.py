"""What one cell of a list means: a refusal where the line is worth nothing without it, a note where it only loses the cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from communaux.core import identifiers
from communaux.core.errors import BadRequest
from communaux.territory import sheets
from communaux.territory.formats.listed import UNPRINTABLE, Notes

# Metropolitan France: within these one sees that a latitude and a longitude were exchanged
LATITUDES: Final = (41.0, 51.6)
LONGITUDES: Final = (-5.5, 9.9)
PHONE = re.compile(r"\+?[\d .()/-]{4,40}")
DEEPEST: Final = 4
# Addresses of mail and names of people stay in the list: the desk shows none
PERSONAL: Final = ("courriel", "courriels", "contact_nom_prenom", "contact_nom", "contact_prenom")


def text(value: object, longest: int) -> str:
    """One line, without what no page can show; raise BadRequest when it is longer than the desk keeps."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise BadRequest("not_text", _("A text was expected, not %(found)s.") % {"found": str(value)[:60]})
    found = " ".join(UNPRINTABLE.sub("", str(value)).split())
    if len(found) > longest:
        raise BadRequest(
            "too_long", _("“%(begin)s…” is longer than %(most)d characters.") % {"begin": found[:40], "most": longest}
        )
    return found


def needed(row: Mapping[str, Any], name: str, longest: int) -> str:
    """A cell without which the line says nothing."""
    found = text(row.get(name), longest)
    if not found:
        raise BadRequest("cell_missing", _("The cell %(name)s is empty.") % {"name": name})
    return found


def loose(value: object, longest: int, notes: Notes, name: str) -> str:
    """A cell that the line can do without."""
    try:
        return text(value, longest)
    except BadRequest as error:
        notes.append(f"{name}: {error.message}")
        return ""


def day(value: object) -> date:
    """YYYY-MM-DD, whatever hour follows."""
    found = text(value, 40)
    try:
        return date.fromisoformat(found[:10])
    except ValueError as error:
        raise BadRequest("bad_date", _("%(given)s is no date: write YYYY-MM-DD.") % {"given": found or "—"}) from error


def insee(value: object, fix: bool) -> str:
    found = text(value, 40)
    return sheets.insee(found, fix=fix) if found else ""


def postal(value: object, fix: bool) -> str:
    """Five digits; one that lost its zero is refused as the code of a commune is."""
    found = text(value, 40)
    if found and not (found.isascii() and found.isdecimal()):
        raise BadRequest("bad_postal", _("A postal code has 5 digits: %(given)s is none.") % {"given": found})
    return sheets.insee(found, fix=fix) if found else ""


def siret(value: object) -> str:
    """A SIRET that holds, or none; fourteen zeros are what lists write for none."""
    found = text(value, 60)
    return identifiers.siret(found) if found.strip("0 ") else ""


def pivot(value: object, notes: Notes) -> str:
    """A SIRET, or nothing for the number of an association; a wrong one is left out, for the place is found without."""
    found = text(value, 60)
    if identifiers.RNA.fullmatch(identifiers.bare(found).upper()):
        return ""
    try:
        return siret(found)
    except BadRequest as error:
        notes.append(_("SIRET left out: %(given)s. %(why)s") % {"given": found, "why": error.message})
        return ""


def position(lat: object, lon: object, notes: Notes) -> tuple[float, float] | None:
    """Latitude and longitude; a wrong pair is left out and told, the place stays."""
    given = text(lat, 40), text(lon, 40)
    if not any(given):
        return None
    found = _degree(given[0]), _degree(given[1])
    why = _doubt(*found)
    if why:
        notes.append(
            _("position left out (%(lat)s, %(lon)s): %(why)s") % {"lat": given[0], "lon": given[1], "why": why}
        )
        return None
    return round(found[0], 6), round(found[1], 6)


def _degree(given: str) -> float:
    try:
        return float(given.replace(",", "."))
    except ValueError:
        return float("nan")


def _doubt(lat: float, lon: float) -> str:
    if not (isfinite(lat) and isfinite(lon)):
        return _("these are no two numbers")
    if (lat, lon) == (0, 0):
        return _("0, 0 is what programs write for nothing")
    if _between(lon, LATITUDES) and _between(lat, LONGITUDES):
        return _("latitude and longitude seem to be exchanged")
    return "" if abs(lat) <= 90 and abs(lon) <= 180 else _("it is not on Earth")


def _between(value: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= value <= ends[1]


def url(value: object, notes: Notes) -> str:
    """The first address of the web in the cell; none is guessed from anything else."""
    for part in re.split(r"[|;\s]+", loose(value, 2000, notes, "site_web")):
        found = f"https://{part}" if part.lower().startswith("www.") else part
        if _is_web(found) and len(found) <= 500:
            return found
        if part:
            notes.append(_("address of the web left out: %(given)s") % {"given": part[:60]})
    return ""


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not set('<>"') & set(address)


def phone(value: object, notes: Notes) -> str:
    found = loose(value, 40, notes, "telephone")
    if found and not PHONE.fullmatch(found):
        notes.append(_("telephone left out: %(given)s") % {"given": found})
        return ""
    return found


def whole(value: object, notes: Notes, name: str) -> int | None:
    """A whole number, spaces between thousands allowed; unknown stays unknown."""
    found = identifiers.bare(text(value, 40))
    if not found:
        return None
    if found.isascii() and found.isdecimal() and len(found) < 10:
        return int(found)
    notes.append(_("%(name)s left out: %(given)s is no whole number") % {"name": name, "given": found})
    return None


def parts(value: object, by: str = "|") -> tuple[str, ...]:
    """The values of a cell that holds several, each once; a list of JSON is one already."""
    given = value if isinstance(value, list | tuple) else str(value or "").split(by)
    cleaned = (" ".join(UNPRINTABLE.sub("", one).split())[:120] for one in given if isinstance(one, str))
    return tuple(dict.fromkeys(one for one in cleaned if one))[:50]


def keys(given: tuple[str, ...], words: Mapping[str, str], notes: Notes, name: str) -> tuple[str, ...]:
    """Our keys for the words of a list, those of `vocabulary`; a word that it should not have is told."""
    found = [(one, words.get(fold(one), "")) for one in given]
    for one, key in found:
        if not key:
            notes.append(_("%(name)s: “%(given)s” is no word of this list") % {"name": name, "given": one})
    return tuple(dict.fromkeys(key for _one, key in found if key))


def vocabulary(words: Mapping[str, str]) -> dict[str, str]:
    """Our keys by words written in any case and with either apostrophe."""
    return {fold(word): key for word, key in words.items()}


def fold(word: str) -> str:
    return word.replace("’", "'").casefold()


def kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the desk keeps it: what is empty and what is personal left out."""
    return {name: plain(value) for name, value in row.items() if value not in ("", None, []) and name not in PERSONAL}


def plain(value: Any, depth: int = 0) -> Any:
    """A value that any database can hold; what is nested deeper than a list tells anything by is left out."""
    match value:
        case str():
            return UNPRINTABLE.sub("", value)
        case float() if not isfinite(value):
            return None
        case list() | dict() if depth >= DEEPEST:
            return None
        case list():
            return [plain(one, depth + 1) for one in value]
        case dict():
            return {UNPRINTABLE.sub("", name): plain(one, depth + 1) for name, one in value.items()}
    return value
