"""The `data` folder of the package @etalab/decoupage-administratif, read as rows of a table of codes (see `cog`).

The eight overseas collectivities stand there as région and as département: only the département is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from communaux.territory.cog import BadCog, Row

PACKAGE: Final = "@etalab/decoupage-administratif"
FILES: Final = ("communes", "epci", "ept", "departements", "regions")
INNER: Final = {
    "commune-deleguee": ("deleguee", "chefLieu"),
    "commune-associee": ("associee", "chefLieu"),
    "arrondissement-municipal": ("arrondissement", "commune"),
}

type Records = list[dict[str, Any]]


def rows(folder: Path) -> list[Row]:
    """Every row of the table; raise BadCog naming the file that is missing or cannot be read."""
    read = {name: _records(folder, name) for name in FILES}
    epci, ept = _membership(read["epci"]), _membership(read["ept"])
    return [
        *(("R", one["code"], one["nom"], one["zone"]) for one in read["regions"] if one["zone"] != "com"),
        *(_departement(one) for one in read["departements"]),
        *(
            ("E", one["code"], one["nom"], one["type"], _number(one.get("populationMunicipale")))
            for one in read["epci"]
        ),
        *(("T", one["code"], one["nom"]) for one in read["ept"]),
        *(_commune(one, epci, ept) for one in read["communes"] if one["type"] == "commune-actuelle"),
        *(row for one in read["communes"] for row in _aliases(one)),
    ]


def _records(folder: Path, name: str) -> Records:
    path = folder / f"{name}.json"
    try:
        found = json.loads(path.read_bytes()) if path.exists() or name != "ept" else []
    except (OSError, ValueError) as error:
        raise BadCog(f"{path.name} cannot be read in {folder}: {error}") from error
    return list(found)


def _membership(bodies: Records) -> dict[str, str]:
    return {member["code"]: body["code"] for body in bodies for member in body["membres"]}


def _departement(one: dict[str, Any]) -> Row:
    return ("D", one["code"], one["nom"], one["zone"], "" if one["zone"] == "com" else one["region"])


def _commune(one: dict[str, Any], epci: dict[str, str], ept: dict[str, str]) -> Row:
    code = one["code"]
    inside = (one["departement"], epci.get(code, ""), ept.get(code, ""))
    return (
        *("C", code, one["nom"], _number(one.get("population")), *inside),
        *(one.get("siren", ""), " ".join(sorted(one.get("codesPostaux", ())))),
    )


def _aliases(one: dict[str, Any]) -> Iterator[Row]:
    """Old codes of a commune have no name of their own there; inner ones are rows of the source."""
    if found := INNER.get(one["type"]):
        kind, target = found
        yield ("A", one["code"], kind, one["nom"], one[target])
    for old in one.get("anciensCodes", ()):
        yield ("A", old, "ancien", "", one.get("chefLieu") or one["code"])


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def sha256(folder: Path) -> str:
    """Of the files read, one after the other in the order of FILES."""
    found = hashlib.sha256()
    for name in FILES:
        path = folder / f"{name}.json"
        found.update(path.read_bytes() if path.exists() else b"")
    return found.hexdigest()


def version(folder: Path) -> str:
    """That of the package whose `data` folder this is; empty when its description is not beside it."""
    path = folder.parent / "package.json"
    return str(json.loads(path.read_bytes()).get("version", "")) if path.exists() else ""
