"""publiccode.yml, the file a public repository describes itself with (standard 0 to 0.7): the lenient reader.

It never raises and never refuses what can be repaired: each repair is a warning. The grade says how far one may rely
on the file: A valid, B warnings, C usable (a name and an address), D identity only, X unreadable. Names and mails of
contacts stay in `raw`, which is what a writer would have to give back; they are mapped nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from communaux.catalogue import stages
from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.mapped import Event, Link, Mapped, Reading, Refused
from communaux.catalogue.formats.publiccode_checks import check
from communaux.catalogue.formats.rows import Row, base_name, gather, named, needed, yaml_row
from communaux.catalogue.formats.values import (
    address,
    addresses,
    day,
    language,
    line,
    lines,
    section,
    sections,
    slug,
    spoken,
    text,
)

DROPPED = (
    "publiccodeYmlVersion", "logo", "monochromeLogo", "inputTypes", "outputTypes", "it", "fr", "IT",
)  # fmt: skip
PERSONAL = ("contacts",)


@dataclass(frozen=True, slots=True)
class Graded:
    """One file read: its grade and, unless it is X, its record."""

    grade: str
    record: Mapped | None
    refused: Refused | None = None


def read(files: Mapping[str, bytes]) -> Reading:
    """Many files; the id of `owner-name.publiccode.yml` is its name, of a plain `publiccode.yml` its address."""
    rows = [identified(path, yaml_row(path, data)) for path, data in named(files, ".yml", ".yaml")]
    return gather(rows, to_mapped, DROPPED, PERSONAL)


def read_one(path: str, data: bytes) -> Graded:
    """One file with its grade."""
    row = identified(path, yaml_row(path, data))
    if isinstance(row, Refused):
        return Graded("X", None, row)
    reading = gather([row], to_mapped)
    if not reading.records:
        return Graded("X", None, reading.refused[0])
    return Graded(check(row.content).grade, reading.records[0])


def identified(path: str, row: Row | Refused) -> Row | Refused:
    if isinstance(row, Refused):
        return row
    stem = base_name(path).lower().removesuffix(".yaml").removesuffix(".yml")
    own = stem.removesuffix(".publiccode").removesuffix("_publiccode")
    key = normal_url(line(row.content.get("url"))) if own == "publiccode" else slug(own)
    return Row(row.where, row.content, key)


def to_mapped(row: Row) -> Mapped:
    content = row.content
    checked = check(content)
    warnings = [*checked.errors, *checked.warnings]
    texts = descriptions(content)
    localised = lines([one.get("localisedName") for one in texts.values()])
    name = line(content.get("name")) or next(iter(localised), "")
    repository = address(content.get("url"), warnings)
    return Mapped(
        external_id=needed(row.key, "url"),
        name=needed(name or repository, "name"),
        names=tuple(one for one in localised if one != name),
        url=address(content.get("landingURL"), warnings),
        repository=repository,
        licence_raw=line(section(content.get("legal")).get("license")),
        tags=tags(content, texts),
        platforms=lines(content.get("platforms")),
        orgs=organisations(content),
        stage=stages.PUBLICCODE.get(line(content.get("developmentStatus")), ""),
        events=created(content),
        links=links(content),
        community=community(content),
        governance=governance(content, warnings),
        warnings=tuple(dict.fromkeys(warnings)),
        raw=content,
        **written(texts),
        **released(content),
    )


def written(texts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    short = spoken({lang: line(one.get("shortDescription")) for lang, one in texts.items()})
    long = spoken({lang: text(one.get("longDescription")) for lang, one in texts.items()})
    features = {lang: found for lang, one in texts.items() if (found := lines(one.get("features")))}
    return {"lang": tuple(dict.fromkeys([*short, *long])), "short": short, "long": long, "features": features}


def released(content: Mapping[str, Any]) -> dict[str, Any]:
    """Version and day, as the standard says them or as the French catalogue did (`latestRelease`)."""
    french = section(content.get("latestRelease"))
    on = day(content.get("releaseDate")) or day(french.get("date"))
    version = line(content.get("softwareVersion")) or line(french.get("version"))
    return {"version": version, "released_on": on, "last_sign_on": on}


def descriptions(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Texts by language; of two that are one language (`fr` and `fr-FR`, `en` and `eng`) the first speaks."""
    found: dict[str, Mapping[str, Any]] = {}
    for lang, one in section(content.get("description")).items():
        found.setdefault(language(lang), section(one))
    return found


def tags(content: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Categories, fields of use, and the generic names of older versions ("web analytics platform")."""
    scope = section(content.get("intendedAudience")).get("scope")
    generic = [one.get("genericName") for one in texts.values()]
    return lines([*lines(content.get("categories")), *lines(scope), *generic])


def organisations(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Publisher, owner of the repository, main holder of the rights."""
    legal = section(content.get("legal"))
    publisher = section(content.get("organisation")).get("name")
    return lines([publisher, legal.get("repoOwner"), legal.get("mainCopyrightOwner")])


def created(content: Mapping[str, Any]) -> tuple[Event, ...]:
    on = day(content.get("creationDate"))
    return (Event("created", on),) if on else ()


def links(content: Mapping[str, Any]) -> tuple[Link, ...]:
    """What it is a variant of, the open software it needs to run, its suite."""
    needs = sections(section(content.get("dependsOn")).get("open"))
    based = [Link("based_on", "repository", one) for one in addresses(lines(content.get("isBasedOn")), [])]
    return (*based, *(Link("depends_on", "name", one) for one in lines([need.get("name") for need in needs])))


def community(content: Mapping[str, Any]) -> dict[str, Any]:
    maintenance, words = section(content.get("maintenance")), section(content.get("localisation"))
    audience = section(content.get("intendedAudience"))
    found: dict[str, Any] = {
        "maintenance": line(maintenance.get("type")),
        "maintainers": len(sections(maintenance.get("contacts"))),
        "contractors": list(lines([one.get("name") for one in sections(maintenance.get("contractors"))])),
        "declared_users": list(lines(content.get("usedBy"))),
        "languages": [one.lower() for one in lines(words.get("availableLanguages"))],
        "translatable": words.get("localisationReady") is True,
        "countries": [one.upper() for one in lines(audience.get("countries"))],
        "software_type": line(content.get("softwareType")),
        "suite": line(content.get("applicationSuite")),
    }
    return {key: one for key, one in found.items() if one}


def governance(content: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    funders = sections(content.get("fundedBy"))
    texts = descriptions(content).values()
    found: dict[str, Any] = {
        "funded_by": list(lines([one.get("name") for one in funders])),
        "roadmap": address(content.get("roadmap"), warnings),
        "documentation": list(addresses([one.get("documentation") for one in texts], warnings)),
        "supports": list(lines([one.get("id") for one in sections(content.get("supports"))])),
    }
    return {key: one for key, one in found.items() if one}
