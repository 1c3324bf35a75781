"""Open Resource Exchange of the Government of Canada (MIT), bilingual: software in use and code released.

`software.json` is keyed by software, `code.json` by administration; the native YAML files hold one of each. The id of a
release is its administration and the slug of its English name. Contacts are left out, of `raw` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from communaux.catalogue import stages
from communaux.catalogue.formats.mapped import Event, Link, Mapped, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, base_name, gather, json_rows, named, needed, shown, yaml_row
from communaux.catalogue.formats.values import address, day, line, lines, section, sections, slug, spoken, text, without
from communaux.catalogue.licences import together

PERSONAL = ("contact", "email")
DROPPED = ("schemaVersion", "contact", "downloadURL", "URL")


def read(files: Mapping[str, bytes]) -> Reading:
    return gather(entry_rows(files), to_mapped, DROPPED, PERSONAL)


def entry_rows(files: Mapping[str, bytes]) -> Rows:
    """Software first, then each release of each administration."""
    found: list[Row | Refused] = []
    for path, data in named(files, ".json"):
        found += json_rows(path, data)
    for path, data in named(files, ".yml", ".yaml"):
        if not base_name(path).startswith("schema"):
            found.append(native(path, data))
    yield from (row for row in found if not is_code(row))
    yield from (one for row in found if is_code(row) for one in releases(row))


def native(path: str, data: bytes) -> Row | Refused:
    row = yaml_row(path, data)
    return Row(row.where, row.content, base_name(path).rsplit(".", 1)[0]) if isinstance(row, Row) else row


def is_code(row: Row | Refused) -> bool:
    return isinstance(row, Row) and "releases" in row.content


def releases(row: Row | Refused) -> Rows:
    if isinstance(row, Refused):
        return
    owner = line(row.content.get("adminCode"))
    found = row.content.get("releases")
    if not isinstance(found, list):
        yield Refused(row.where, "A list is expected: releases", shown(without(row.content, PERSONAL)))
        return
    for number, one in enumerate(found, 1):
        where = f"{row.where}, release {number}"
        if not isinstance(one, Mapping):
            yield Refused(
                where, f"A record is expected here: {type(one).__name__} found", shown(without(one, PERSONAL))
            )
            continue
        yield Row(where, {**one, "adminCode": owner}, f"{owner}/{slug(said(one.get('name'), 'en'))}")


def said(value: object, lang: str) -> str:
    return line(section(value).get(lang))


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    french, english = said(content.get("name"), "fr"), said(content.get("name"), "en")
    texts = section(content.get("description"))
    return Mapped(
        external_id=needed(row.key, "id"),
        name=needed(french or english, "name"),
        names=(english,) if english and french and english != french else (),
        lang=tuple(spoken({lang: said(texts.get("whatItDoes"), lang) for lang in ("fr", "en")})),
        short=spoken({lang: said(texts.get("whatItDoes"), lang) for lang in ("fr", "en")}),
        long=spoken({lang: text(section(texts.get("howItWorks")).get(lang)) for lang in ("fr", "en")}),
        url=first_address(content.get("homepageURL"), warnings),
        repository=first_address(content.get("repositoryURL"), warnings),
        licence_raw=together(lines([one.get("spdxID") for one in sections(content.get("licences"))])),
        tags=lines([*lines(section(content.get("tags")).get("fr")), *lines(section(content.get("tags")).get("en"))]),
        platforms=lines(content.get("languages")),
        orgs=lines([one.get("adminCode") for one in (content, *sections(content.get("administrations")))]),
        stage=stages.ORE.get(line(content.get("status")).lower(), ""),
        events=created(content),
        links=related(content, warnings),
        community=community(content),
        updated_on=updated(content),
        warnings=tuple(warnings),
        raw=without(content, PERSONAL),
    )


def first_address(value: object, warnings: list[str]) -> str:
    found = section(value)
    return address(found.get("fr"), warnings) or address(found.get("en"), warnings)


def created(content: Mapping[str, Any]) -> tuple[Event, ...]:
    on = day(section(content.get("date")).get("created"))
    return (Event("created", on),) if on else ()


def related(content: Mapping[str, Any], warnings: list[str]) -> tuple[Link, ...]:
    """Related code is what the release is built on, told by address."""
    found = (first_address(one.get("URL"), warnings) for one in sections(content.get("relatedCode")))
    return tuple(Link("based_on", "url", one) for one in dict.fromkeys(found) if one)


def uses(content: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for one in sections(content.get("administrations")):
        for use in sections(one.get("uses")):
            yield line(one.get("adminCode")), use


def community(content: Mapping[str, Any]) -> dict[str, Any]:
    """Administrations that use it, their teams and the day they began; 1900-01-01 stands for unknown in the source."""
    told = []
    for owner, use in uses(content):
        since = day(section(use.get("date")).get("started"))
        team = {lang: said(use.get("team"), lang) for lang in ("fr", "en")}
        told.append(
            {"org": owner, "since": since.isoformat() if since and since.year > 1900 else "", "team": spoken(team)}
        )
    partners = lines([one.get("adminCode") for one in sections(content.get("partners"))])
    found: dict[str, Any] = {
        "declared_users": [{key: one for key, one in use.items() if one} for use in told],
        "team": spoken({lang: said(content.get("team"), lang) for lang in ("fr", "en")}),
        "partners": list(partners),
        "unspsc": line(content.get("category")),
    }
    return {key: one for key, one in found.items() if one}


def updated(content: Mapping[str, Any]) -> date | None:
    dates = [section(content.get("date")), *(section(use.get("date")) for _, use in uses(content))]
    return max((found for one in dates if (found := day(one.get("metadataLastUpdated")))), default=None)
