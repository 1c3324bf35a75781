"""Example lists of places, in the four formats: none of these places exists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SIRET = "35600000000048"  # of La Poste, whose key is its own
ROW: Mapping[str, str] = {
    "id": "demo-1",
    "pivot": SIRET,
    "nom": "Espace de démonstration",
    "commune": "Bordeaux",
    "code_postal": "33000",
    "code_insee": "33063",
    "adresse": "1 rue de l’Exemple",
    "latitude": "44.84",
    "longitude": "-0.58",
    "telephone": "+33 5 00 00 00 00",
    "courriels": "quelquun@demo.example",
    "site_web": "https://demo.example/lieu|https://demo.example/autre",
    "horaires": "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
    "date_maj": "2026-06-02",
    "services": "Aide aux démarches administratives|Acquisition de matériel informatique à prix solidaire",
    "publics_specifiquement_adresses": "Seniors",
    "frais_a_charge": "Gratuit",
    "dispositif_programmes_nationaux": "Conseillers numériques",
    "formations_labels": "ORDI 3.0",
}
STRUCTURE: Mapping[str, Any] = {
    "source": "demo",
    "id": "demo--1",
    "nom": "Centre social de démonstration",
    "date_maj": "2026-05-03",
    "adresse_certifiee": False,
    "score_qualite": 0.5,
    "doublons": [],
    "code_insee": "33063",
    "code_postal": "33000",
    "commune": "Bordeaux",
    "adresse": "2 rue de l’Exemple",
    "courriel": "quelquun@demo.example",
    "siret": SIRET,
    "latitude": 44.841,
    "longitude": -0.581,
    "reseaux_porteurs": ["france-service", "caf"],
}
SERVICE: Mapping[str, Any] = {
    "source": "demo",
    "id": "demo--s1",
    "structure_id": "demo--1",
    "nom": "Ordinateurs à petit prix",
    "description": "Des ordinateurs remis en état.",
    "date_maj": "2026-05-03",
    "adresse_certifiee": False,
    "score_qualite": 0.5,
    "contact_nom_prenom": "Quelqu’un",
    "thematiques": ["numerique--acquerir-un-equipement", "mobilite--acceder-a-un-vehicule"],
    "publics": ["seniors"],
    "frais": "gratuit",
}
REFURBISHER: Mapping[str, str] = {
    "nom": "Atelier de démonstration",
    "siret": SIRET,
    "code_insee": "33063",
    "filieres": "ordinateurs, téléphones",
    "volumes_an": "1 200",
    "label": "ORDI 3.0",
    "etapes": "collecte, reconditionnement",
    "site_web": "https://demo.example",
}


def rows(*changes: Mapping[str, str], base: Mapping[str, str] = ROW) -> list[dict[str, str]]:
    """One row for each change, each with a number of its own."""
    return [{**base, "id": f"demo-{n}", **change} for n, change in enumerate(changes, 1)]


def sheet(given: Iterable[Mapping[str, str]], delimiter: str = ",") -> str:
    listed = list(given)
    columns = list(dict.fromkeys(name for row in listed for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


def written(path: Path, given: Iterable[Mapping[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.write_bytes(sheet(given, delimiter).encode(encoding))
    return path


def document(path: Path, given: Any) -> Path:
    path.write_text(json.dumps(given, ensure_ascii=False), "utf-8")
    return path
