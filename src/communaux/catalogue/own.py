"""What people write on this desk about a commons: one record of the source `desk`, beside those of the catalogues.

Pure. A value typed here speaks with the priority of own edits (01 § 3.2); one that was emptied is pinned as empty, since
an empty value of a record never beats a filled one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from communaux.catalogue.formats.mapped import Mapped
from communaux.core.canonical import digest

OWN: Final = "desk"
OWN_FILE: Final = "own-publiccode"  # the file of a commons, taken over by who speaks for it: see `own_file`
CARD: Final = {
    "title": "Écrit sur ce guichet",
    "licence": "etalab-2.0",
    "licence_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "attribution": "Personnes de ce guichet",
    "format": "desk",
    "priority": 80,
}
COMMUNITY: Final = ("steward", "talk", "contribute")
GOVERNANCE: Final = ("decision_body", "charter_url", "contribution_licence", "funding_model", "at_the_end")
# field of the form -> code of the fact
FACTS: Final = {key: f"community.{key}" for key in COMMUNITY} | {key: f"governance.{key}" for key in GOVERNANCE}
LANGS: Final = ("fr", "en")
TEXTS: Final = {f"{part}_{lang}": f"{part}.{lang}" for lang in LANGS for part in ("short", "long")}
PLAIN: Final = ("name", "kind", "url", "repository", "stage")
LISTS: Final = ("names", "themes")
# field of the form -> name in the merged view, where emptying it can be pinned
PINNED: Final = {name: name for name in PLAIN if name not in {"name", "kind"}} | {"licence": "licence_raw"} | TEXTS
FIELDS: Final = (*PLAIN, "licence", *LISTS, *TEXTS, *COMMUNITY, *GOVERNANCE)


def as_mapped(external_id: str, said: Mapping[str, Any], on: date) -> Mapped:
    """The record of what was written: `said` maps names of FIELDS to values, `kind` always among them.

    >>> as_mapped("7", {"kind": "data", "short_fr": "Des cartes"}, date(2026, 1, 2)).short
    {'fr': 'Des cartes'}
    """
    return Mapped(
        external_id=external_id,
        name=said.get("name", ""),
        names=tuple(said.get("names", ())),
        lang=tuple(lang for lang in LANGS if said.get(f"short_{lang}") or said.get(f"long_{lang}")),
        short=_spoken(said, "short"),
        long=_spoken(said, "long"),
        kind=said["kind"],
        url=said.get("url", ""),
        repository=said.get("repository", ""),
        licence_raw=said.get("licence", ""),
        stage=said.get("stage", ""),
        themes=tuple(said.get("themes", ())),
        community={key: said[key] for key in COMMUNITY if said.get(key)},
        governance={key: said[key] for key in GOVERNANCE if said.get(key)},
        updated_on=on,
        raw={"said": dict(said)},
    )


def fingerprint(value: Any) -> str:
    """Short hash of a value of a field: what a form remembers of what its person saw.

    >>> fingerprint("a") == fingerprint("a ")
    False
    """
    return digest(value)[:12]


def _spoken(said: Mapping[str, Any], part: str) -> dict[str, str]:
    return {lang: said[f"{part}_{lang}"] for lang in LANGS if said.get(f"{part}_{lang}")}


def from_mapped(found: Mapped) -> dict[str, Any]:
    """What a file of the project says, as fields of the form: what it does not say is left out."""
    said: dict[str, Any] = {name: getattr(found, name) for name in (*PLAIN, "names")} | {"licence": found.licence_raw}
    said["names"] = list(found.names)
    said |= {f"{part}_{lang}": getattr(found, part).get(lang, "") for lang in LANGS for part in ("short", "long")}
    told = {**found.community, **found.governance}
    said |= {key: told[key] for key in (*COMMUNITY, *GOVERNANCE) if isinstance(told.get(key), str)}
    return {name: value for name, value in said.items() if value}
