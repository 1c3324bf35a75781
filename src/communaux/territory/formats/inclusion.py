"""Structures of data·inclusion, a list in JSON; of their services, those about digital help say what a place offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest
from communaux.territory.formats import cells, documents
from communaux.territory.formats.listed import ASIDE, Aside, Line, Listed, Listing, Notes, each
from communaux.territory.models import Place

_S = Place.Service
THEMATICS: Final = {
    "numerique--acceder-a-des-services-en-ligne": _S.ADMINISTRATIVE.value,
    "numerique--acceder-a-une-connexion-internet": _S.ACCESS.value,
    "numerique--acquerir-un-equipement": _S.EQUIPMENT.value,
    "numerique--maitriser-les-fondamentaux-du-numerique": _S.EVERYDAY.value,
}
NETWORKS: Final = {
    "aidants-connect": "Aidants Connect",
    "conseillers-numeriques": "Conseillers numériques",
    "espaces-publics-numeriques": "Espaces publics numériques",
    "fabrique-de-territoire": "Fabriques de Territoire",
    "france-service": "France services",
    "grandes-ecoles-du-numerique": "Grande école du numérique",
}
PUBLICS: Final = {
    "jeunes": "youth",
    "etudiants": "students",
    "familles": "families",
    "seniors": "seniors",
    "femmes": "women",
}
FEES: Final = {"gratuit": "free", "payant": "paid"}
NAME: Final = (3, 150)


def opened(path: Path, fix_codes: bool) -> Listing:
    read = partial(place, fix_codes)

    def lines() -> Iterator[Line]:
        return each(documents.items(path), read)

    return Listing(_("read as JSON"), lines)


def place(fix_codes: bool, row: Mapping[str, Any], notes: Notes) -> Listed | Aside:
    """One structure; one whose services are told, and none of them about digital help, is no place of help here."""
    services = _services(row)
    offered = _offered(services)
    if row.get("services") is not None and not offered:
        return ASIDE
    cells.needed(row, "source", 100)
    address = [row.get("adresse"), row.get("complement_adresse")]
    networks = cells.parts(row.get("reseaux_porteurs") or ())
    return Listed(
        source_id=cells.needed(row, "id", 150),
        name=_name(row),
        code=cells.insee(row.get("code_insee"), fix_codes),
        postal=cells.postal(row.get("code_postal"), fix_codes),
        commune=cells.text(row.get("commune"), 150),
        address=", ".join(filter(None, (cells.loose(one, 145, notes, "adresse") for one in address))),
        siret=cells.siret(row.get("siret")),
        position=cells.position(row.get("latitude"), row.get("longitude"), notes),
        services=offered,
        labels=tuple(NETWORKS[one] for one in networks if one in NETWORKS),
        publics=_named(services, "publics", PUBLICS),
        fees=_named(services, "frais", FEES),
        hours=cells.loose(row.get("horaires_accueil"), 500, notes, "horaires_accueil"),
        phone=cells.phone(row.get("telephone"), notes),
        url=cells.url(row.get("site_web"), notes),
        updated_on=cells.day(row.get("date_maj")),
        raw=_kept(row),
        warnings=tuple(notes),
    )


def _name(row: Mapping[str, Any]) -> str:
    found = cells.needed(row, "nom", NAME[1])
    if len(found) < NAME[0] or found.endswith("."):
        message = _("The name “%(name)s” has less than 3 characters or ends with a full stop.")
        raise BadRequest("bad_name", message % {"name": found})
    return found


def _services(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = row.get("services")
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadRequest("bad_services", _("The services of this structure are no list of objects."))
    return found


def _offered(services: list[Mapping[str, Any]]) -> tuple[str, ...]:
    return _named(services, "thematiques", THEMATICS)


def _named(services: list[Mapping[str, Any]], field: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """Our keys for what digital services say in a field; words about anything else are left in the row."""
    digital = [one for one in services if THEMATICS.keys() & set(cells.parts(one.get("thematiques") or ()))]
    found = (word for one in digital for word in cells.parts(one.get(field) or ()))
    return tuple(dict.fromkeys(words[word] for word in found if word in words))


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is personal, in its services too."""
    services = [cells.kept(one) for one in _services(row)]
    return cells.kept(row) | ({"services": services} if services else {})
