"""SILL, the free software recommended to French administrations (Licence Ouverte 2.0): `docs/sill.json` and its CSV
forms.

Three spellings of one row are read: the short keys of 2022 (`i`, `f`, `l`), the long ones of 2020 (`nom`, `fonction`,
`licence`) and those of the present API (`name`, `description`, `license`). Trap: the Wikidata id (`w`) is empty in
all rows of the JSON of 2022; 157 stand in `sill-2020.csv`, which completes a row of the same id when both files are
given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communaux.catalogue.formats.mapped import Link, Mapped, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, base_name, csv_rows, gather, json_rows, named, needed
from communaux.catalogue.formats.values import address, line, lines, section, sections, slug, spoken, text

# The keys of one field, in the order they are asked: present API, 2022, 2020.
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "ID"),
    "name": ("name", "i", "nom"),
    "function": ("description", "f", "fonction"),
    "licence": ("license", "l", "licence"),
    "website": ("url", "website"),
    "sources": ("codeRepositoryUrl", "sources"),
    "component": ("c", "composant"),
    "sector": ("se", "secteur"),
    "group": ("g", "groupe"),
    "status": ("st", "statut"),
    "parent": ("p", "parent"),
    "similar": ("si", "similaire-a"),
    "context": ("u", "contexte-usage"),
    "comptoir": ("comptoirDuLibreId", "co", "comptoir-du-libre"),
    "wikidata": ("wikidataId", "w", "wikidata"),
    "version": ("v+", "version"),
    "version_min": ("versionMin", "v-"),
    "public": ("isFromFrenchPublicServices", "a", "public"),
    "support": ("su", "support"),
    "label": ("la", "label"),
    "years": ("y", "annees"),
    "documentation": ("doc", "documentation"),
}
DROPPED = ("logo", "frama")
TOLD_YES = ("oui", "yes", "true", "1")


def read(files: Mapping[str, bytes]) -> Reading:
    """JSON files make the records; a CSV completes a record of the same id, or makes it where there is no JSON."""
    main = [row for path, data in named(files, ".json") if is_list_of_software(path) for row in json_rows(path, data)]
    older = [row for path, data in named(files, ".csv") for row in csv_rows(path, data)]
    if not any(isinstance(row, Row) for row in main):
        return gather([*main, *older], to_mapped, DROPPED)
    ids = {line(row.content.get("ID")): row.content for row in older if isinstance(row, Row)}
    refused = [row for row in older if isinstance(row, Refused)]
    return gather([*completed(main, ids), *refused], to_mapped, DROPPED)


def is_list_of_software(path: str) -> bool:
    """`sill-updates.json` is a change log and `sill-stats.json` holds counts."""
    return not base_name(path).startswith(("sill-updates", "sill-stats"))


def completed(rows: list[Row | Refused], older: Mapping[str, Mapping[str, Any]]) -> Rows:
    """Each row with what only the older file says: its Wikidata id and its former name."""
    for row in rows:
        found = older.get(line(row.content.get("id"))) if isinstance(row, Row) else None
        if isinstance(row, Row) and found:
            extra = {key: found[key] for key in ("wikidata", "nom") if found.get(key)}
            yield Row(row.where, {**row.content, **extra}, row.key, row.warnings)
        else:
            yield row


def value(content: Mapping[str, Any], field: str) -> Any:
    """The first key of a field that holds something, whatever the age of the file."""
    return next((content[key] for key in NAMES[field] if content.get(key)), "")


def told(value: object) -> bool:
    return value is True or line(value).lower() in TOLD_YES


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    name = needed(line(value(content, "name")), "name")
    repository = address(value(content, "sources"), warnings)
    return Mapped(
        external_id=needed(line(value(content, "id")), "id"),
        name=name,
        names=tuple(one for one in lines([content.get("nom")]) if one != name),
        lang=("fr",),
        short=spoken({"fr": line(value(content, "function"))}),
        long=spoken(long_texts(content)),
        url=address(value(content, "website"), warnings),
        repository=repository,
        licence_raw=line(value(content, "licence")),
        tags=tags(content),
        orgs=lines([one.get("name") for one in sections(content.get("providers"))]),
        identifiers=identifiers(content),
        links=links(content),
        recommendation=recommendation(content),
        community=community(content),
        version=line(value(content, "version")),
        warnings=tuple(warnings),
        raw=content,
    )


def long_texts(content: Mapping[str, Any]) -> dict[str, str]:
    french = [text(content.get("fr-desc")), text(value(content, "context"))]
    return {"fr": "\n\n".join(one for one in french if one), "en": text(content.get("en-desc"))}


def tags(content: Mapping[str, Any]) -> tuple[str, ...]:
    present = content.get("applicationCategories")
    old = [value(content, "component"), value(content, "sector"), value(content, "group")]
    return lines([*old, *(present if isinstance(present, list) else [])])


def identifiers(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = (
        ("sill", line(value(content, "id"))),
        ("comptoir", line(value(content, "comptoir"))),
        ("wikidata", line(value(content, "wikidata"))),
    )
    return tuple((scheme, one) for scheme, one in found if one)


def links(content: Mapping[str, Any]) -> tuple[Link, ...]:
    """A parent is what a plug-in extends, told by name; similar ones are told by id."""
    parent = line(value(content, "parent"))
    similar = line(value(content, "similar")).replace(";", " ").split()
    extends = (Link("extends", "name", parent),) if parent else ()
    return extends + tuple(Link("alternative_to", "record", one) for one in dict.fromkeys(similar))


def recommendation(content: Mapping[str, Any]) -> str:
    """R recommended, O observed, FR French; a software taken off the present list says so."""
    if section(content.get("dereferencing")):
        return "dereferenced"
    return line(value(content, "status"))


def community(content: Mapping[str, Any]) -> dict[str, Any]:
    users = section(content.get("userAndReferentCountByOrganization"))
    found: dict[str, Any] = {
        "from_public_sector": told(value(content, "public")),
        "support_market": told(value(content, "support")),
        "label": line(value(content, "label")),
        "listed_years": list(lines(line(value(content, "years")).split(";"))),
        "documentation": address(value(content, "documentation"), []),
        "minimal_version": line(value(content, "version_min")),
        "declared_users": sorted(slug(one) for one in users),
    }
    return {key: one for key, one in found.items() if one}
