"""The standard list of places of digital mediation (« lieux de médiation numérique », Mednum), in CSV; lists parted by `|`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from communaux.territory.formats import cells, tables
from communaux.territory.formats.listed import Listed, Listing, Notes
from communaux.territory.models import Place

# Name here → names in lists of other years
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "telephone": ("tel",),
    "courriels": ("courriel",),
    "presentation": ("presentation_resume", "presentation_detail"),
    "publics": ("publics_specifiquement_adresses", "publics_accueillis"),
    "prise_en_charge": ("prise_en_charge_specifique",),
    "frais": ("frais_a_charge", "conditions_acces"),
    "dispositifs": ("dispositif_programmes_nationaux", "labels_nationaux"),
    "labels": ("formations_labels", "autres_formations_labels", "labels_autres"),
}
NEEDED: Final = ("id", "nom", "date_maj")
_S = Place.Service
# The words of the list and our keys; the list is written with the same words
SERVICE_WORDS: Final[Mapping[str, str]] = {
    "Aide aux démarches administratives": _S.ADMINISTRATIVE.value,
    "Maîtrise des outils numériques du quotidien": _S.EVERYDAY.value,
    "Insertion professionnelle via le numérique": _S.EMPLOYMENT.value,
    "Utilisation sécurisée du numérique": _S.SAFETY.value,
    "Parentalité et éducation avec le numérique": _S.PARENTING.value,
    "Loisirs et créations numériques": _S.CREATION.value,
    "Compréhension du monde numérique": _S.UNDERSTANDING.value,
    "Accès internet et matériel informatique": _S.ACCESS.value,
    "Acquisition de matériel informatique à prix solidaire": _S.EQUIPMENT.value,
}
PUBLIC_WORDS: Final[Mapping[str, str]] = {
    "Jeunes": "youth",
    "Étudiants": "students",
    "Familles et/ou enfants": "families",
    "Seniors": "seniors",
    "Femmes": "women",
}
FEE_WORDS: Final[Mapping[str, str]] = {"Gratuit": "free", "Gratuit sous condition": "conditional", "Payant": "paid"}
SERVICES, PUBLICS, FEES = (cells.vocabulary(words) for words in (SERVICE_WORDS, PUBLIC_WORDS, FEE_WORDS))
NOBODY: Final = "Ce lieu n'accueille pas de public"


def opened(path: Path, fix_codes: bool) -> Listing:
    return tables.listing(path, ALIASES, NEEDED, partial(place, fix_codes))


def place(fix_codes: bool, row: Mapping[str, Any], notes: Notes) -> Listed:
    """One row under the names of this reader; the list of the Coop has the same ones."""
    address = [row.get("adresse"), row.get("complement_adresse")]
    return Listed(
        source_id=cells.needed(row, "id", 150),
        name=cells.needed(row, "nom", 200),
        code=cells.insee(row.get("code_insee"), fix_codes),
        postal=cells.postal(row.get("code_postal"), fix_codes),
        commune=cells.text(row.get("commune"), 150),
        address=", ".join(filter(None, (cells.loose(one, 145, notes, "adresse") for one in address))),
        siret=cells.pivot(row.get("pivot"), notes),
        position=cells.position(row.get("latitude"), row.get("longitude"), notes),
        services=cells.keys(cells.parts(row.get("services")), SERVICES, notes, "services"),
        labels=(*cells.parts(row.get("dispositifs")), *cells.parts(row.get("labels"))),
        publics=cells.keys(cells.parts(row.get("publics")), PUBLICS, notes, "publics"),
        fees=cells.keys(cells.parts(row.get("frais")), FEES, notes, "frais"),
        hours=cells.loose(row.get("horaires"), 500, notes, "horaires"),
        phone=cells.phone(row.get("telephone"), notes),
        url=cells.url(row.get("site_web"), notes),
        updated_on=cells.day(row.get("date_maj")),
        hidden=NOBODY in {one.replace("’", "'") for one in cells.parts(row.get("modalites_acces"))},
        raw=cells.kept(row),
        warnings=tuple(notes),
    )
