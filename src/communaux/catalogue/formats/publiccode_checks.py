"""What a publiccode.yml says wrongly, told leniently: errors (a mandatory key is missing or wrong) and warnings
(repaired).

The strict checks of the standard, those that need files or the network included, are in `publiccode_strict`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from communaux.catalogue.formats.publiccode_terms import (
    COUNTRY_SECTION,
    DEPRECATED,
    KEYS,
    LONG_MAX,
    LONG_MIN,
    MAINTENANCE,
    SHORT,
    STATUSES,
    TYPES,
    VERSION,
)
from communaux.catalogue.formats.values import ADDRESS, characters, day, line, lines, section, sections, text
from communaux.catalogue.licences import read_licence


@dataclass(frozen=True, slots=True)
class Checked:
    """Errors and warnings of one file, and the grade they make."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    grade: str


def check(content: Mapping[str, Any]) -> Checked:
    """Grade A without a word, B with warnings only, C with errors but a name and an address, else D."""
    errors = (*missing(content), *wrong(content), *texts(content), *maintenance(content))
    warnings = (*repairs(content), *unknown(content))
    usable = bool(line(content.get("name"))) and bool(ADDRESS.fullmatch(line(content.get("url"))))
    grade = "D" if not usable else "C" if errors else "B" if warnings else "A"
    return Checked(errors, warnings, grade)


def missing(content: Mapping[str, Any]) -> list[str]:
    words = section(content.get("localisation"))
    given = {
        "publiccodeYmlVersion": content.get("publiccodeYmlVersion") is not None,
        "name": bool(line(content.get("name"))),
        "url": bool(ADDRESS.fullmatch(line(content.get("url")))),
        "platforms": bool(lines(content.get("platforms"))),
        "developmentStatus": bool(line(content.get("developmentStatus"))),
        "softwareType": bool(line(content.get("softwareType"))),
        "description": bool(section(content.get("description"))),
        "legal.license": bool(line(section(content.get("legal")).get("license"))),
        "maintenance.type": bool(line(section(content.get("maintenance")).get("type"))),
        "localisation.localisationReady": words.get("localisationReady") is not None,
        "localisation.availableLanguages": bool(lines(words.get("availableLanguages"))),
    }
    return [f"Missing key: {key}" for key, there in given.items() if not there]


def wrong(content: Mapping[str, Any]) -> list[str]:
    ready = section(content.get("localisation")).get("localisationReady")
    status, kind = line(content.get("developmentStatus")), line(content.get("softwareType"))
    licence, released = line(section(content.get("legal")).get("license")), content.get("releaseDate")
    told = [
        (status and status not in STATUSES, f"Unknown developmentStatus: {status}"),
        (kind and kind not in TYPES, f"Unknown softwareType: {kind}"),
        (ready is not None and not isinstance(ready, bool), f"Neither true nor false: localisationReady {line(ready)}"),
        (licence and not read_licence(licence).spdx, f"Licence not recognised: {licence}"),
        (released and not day(released), f"Not a date: {line(released)}"),
    ]
    return [sentence for found, sentence in told if found]


def texts(content: Mapping[str, Any]) -> list[str]:
    """A short text in each language; a long text and features in one at least."""
    found = {lang: section(one) for lang, one in section(content.get("description")).items()}
    told = [
        f"Missing key: description.{lang}.shortDescription"
        for lang, one in found.items()
        if not line(one.get("shortDescription"))
    ]
    if found and not any(
        LONG_MIN <= characters(text(one.get("longDescription"))) <= LONG_MAX for one in found.values()
    ):
        told.append(f"No longDescription of {LONG_MIN} to {LONG_MAX} characters")
    if found and not any(lines(one.get("features")) for one in found.values()):
        told.append("Missing key: description.*.features")
    return told


def maintenance(content: Mapping[str, Any]) -> list[str]:
    found = section(content.get("maintenance"))
    kind = line(found.get("type"))
    if kind and kind not in MAINTENANCE:
        return [f"Unknown maintenance.type: {kind}"]
    contacts = [one for one in sections(found.get("contacts")) if line(one.get("name"))]
    if kind in ("internal", "community") and not contacts:
        return ["Missing key: maintenance.contacts"]
    contractors = [one for one in sections(found.get("contractors")) if line(one.get("name"))]
    return ["Missing key: maintenance.contractors"] if kind == "contract" and not contractors else []


def repairs(content: Mapping[str, Any]) -> list[str]:
    """What is understood although it is written otherwise than the standard says."""
    version, licence = content.get("publiccodeYmlVersion"), line(section(content.get("legal")).get("license"))
    spdx = read_licence(licence).spdx
    countries = lines(section(content.get("intendedAudience")).get("countries"))
    short = [line(section(one).get("shortDescription")) for one in section(content.get("description")).values()]
    told = [
        (version is not None and not isinstance(version, str), f"Version written as a number: {version}"),
        (not VERSION.fullmatch(line(version)), f"Unknown version of the standard: {line(version)}"),
        (spdx and spdx != licence, f"Licence rewritten as {spdx}: {licence}"),
        (any(one != one.upper() for one in countries), f"Country not in capitals: {', '.join(countries)}"),
        (any(one.get("url") for one in sections(content.get("fundedBy"))), "Written url for uri: fundedBy"),
        (any(characters(one) > SHORT for one in short), f"shortDescription longer than {SHORT} characters"),
        (isinstance(content.get("platforms"), str), "A list is expected: platforms"),
    ]
    return [sentence for found, sentence in told if found]


def unknown(content: Mapping[str, Any]) -> list[str]:
    keys = [key for key in content if key not in KEYS and not COUNTRY_SECTION.fullmatch(key)]
    old = [key for key in DEPRECATED if key in content]
    return [f"Unknown key: {key}" for key in keys] + [f"Deprecated key: {key}" for key in old]
