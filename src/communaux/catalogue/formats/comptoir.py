"""Comptoir du Libre, its JSON export: software with the bodies that use it and those that serve it.

Trap: PHP writes an empty object `[]`, so `external_resources`, `wikidata` or `sill` may be a list that holds nothing.
Users are the edges no other source has; persons among them are left out, of `raw` too. Of a row that is refused nothing
of the users is shown, and of one that cannot be read nothing at all: their names cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communaux.catalogue.formats.mapped import Mapped, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, gather, json_rows, named, needed
from communaux.catalogue.formats.values import address, day, line, lines, section, sections

LIST = "softwares"
PERSON = "person"
DROPPED = ("framalibre",)
PERSONAL = ("users", "providers")


def read(files: Mapping[str, bytes]) -> Reading:
    return gather(software_rows(files), to_mapped, DROPPED, PERSONAL)


def software_rows(files: Mapping[str, bytes]) -> Rows:
    """The list itself, or the list under `softwares` in an envelope with a date and a count."""
    for path, data in named(files, ".json"):
        for row in json_rows(path, data, LIST):
            yield row if isinstance(row, Row) else Refused(row.where, row.reason)


def organisations(value: object) -> list[Mapping[str, Any]]:
    return [one for one in sections(value) if line(one.get("type")).lower() != PERSON]


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    outside = section(content.get("external_resources"))
    key = needed(line(content.get("id")), "id")
    users, providers = organisations(content.get("users")), organisations(content.get("providers"))
    return Mapped(
        external_id=key,
        name=needed(line(content.get("name")), "name"),
        url=address(outside.get("website"), warnings),
        repository=address(outside.get("repository"), warnings),
        licence_raw=line(content.get("licence")),
        orgs=lines([one.get("name") for one in providers]),
        identifiers=identifiers(key, outside),
        community=community(users, providers, section(outside.get("cnll"))),
        updated_on=day(content.get("modified")),
        warnings=tuple(warnings),
        raw={**content, "users": [dict(one) for one in users], "providers": [dict(one) for one in providers]},
    )


def identifiers(key: str, outside: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Its own id, and those it knows in Wikidata and the SILL."""
    found = [("comptoir", key)]
    found += [(scheme, line(section(outside.get(scheme)).get("id"))) for scheme in ("wikidata", "sill")]
    return tuple((scheme, one) for scheme, one in found if one)


def community(
    users: list[Mapping[str, Any]], providers: list[Mapping[str, Any]], cnll: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "declared_users": list(lines([one.get("name") for one in users])),
        "providers": list(lines([one.get("name") for one in providers])),
        "cnll": line(cnll.get("url")),
    }
    return {key: one for key, one in found.items() if one}
