"""The strict writer of publiccode.yml 0.7: a file that our own checker calls valid, or what is missing, by name.

Nothing is invented: no default, no text cut to fit, no deprecated key, no `usedBy`. What is known but breaks a rule is
left out where the standard does not ask for it, and named as missing where it does.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from communaux.catalogue import stages
from communaux.catalogue.formats.publiccode_rules import Finding
from communaux.catalogue.formats.publiccode_schema import NEEDED, RULES
from communaux.catalogue.formats.publiccode_strict import check_content
from communaux.catalogue.formats.publiccode_terms import CATEGORIES, CURRENT, SCOPES
from communaux.catalogue.formats.values import line, lines, text
from communaux.catalogue.licences import read_licence

PARTS: Final = ("shortDescription", "longDescription", "features")
CONTACT: Final = ("name", "email", "phone", "affiliation")
CONTRACTOR: Final = ("name", "until", "email", "website")
ANYWHERE: Final = frozenset(("description.longDescription", "description.features"))  # named by language instead
# What is not printable to Python, and is to YAML: the end of a line, the spaces of French, the joiner of emoji.
IN_BLOCKS: Final = frozenset("\n\u00a0\u202f\u200d")
WIDE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Texts:
    """What it says of itself in one language."""

    short: str = ""
    long: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of one software; empty, or None, means that nobody knows."""

    name: str = ""
    repository: str = ""
    landing: str = ""
    version: str = ""
    released_on: date | None = None
    platforms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # those of the lists of the standard are written
    stage: str = ""
    software_type: str = ""
    texts: Mapping[str, Texts] = field(default_factory=dict)  # by language
    licence: str = ""
    maintenance: str = ""
    contacts: tuple[Mapping[str, Any], ...] = ()  # with the keys of the standard
    contractors: tuple[Mapping[str, Any], ...] = ()
    translatable: bool | None = None
    languages: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    roadmap: str = ""
    organisation: Mapping[str, Any] = field(default_factory=dict)  # uri and name
    credits: tuple[str, ...] = ()  # whose words the descriptions are, and under which licence


class Incomplete(ValueError):
    """What keeps the file from being written: a sentence by key."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(one.sentence for one in findings))

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys, each once."""
        return tuple(dict.fromkeys(one.path for one in self.findings))


def write(known: Described) -> bytes:
    """The file, in UTF-8; Incomplete when one cannot be written."""
    content = content_of(known)
    if faults := (*faults_of(content), *texts_missing(content)):
        raise Incomplete(tuple(dict.fromkeys(faults)))
    return credited(known.credits) + dumped(content)


def credited(credits: tuple[str, ...]) -> bytes:
    """A comment before the file: texts of another catalogue keep its licence."""
    return "".join(f"# Descriptions: {line(one)}\n" for one in credits).encode()


def faults_of(content: Mapping[str, Any]) -> list[Finding]:
    return [one for one in check_content(content).findings if one.path not in ANYWHERE]


def content_of(known: Described) -> dict[str, Any]:
    """What is known, under the keys of the standard, in their order; an optional key that breaks its rule is left out."""
    said = {**named(known), **kept(known), "description": descriptions(known.texts)}
    wanted = {key for key, one in said.items() if key in NEEDED or (one and is_right(key, one))}
    return {key: said[key] for key in RULES if key in wanted}


def is_right(key: str, value: Any) -> bool:
    return not any(isinstance(one, Finding) for one in RULES[key](key, value))


def named(known: Described) -> dict[str, Any]:
    scope = [tag for tag in lines(list(known.tags)) if tag in SCOPES]
    return {
        "publiccodeYmlVersion": CURRENT,
        "name": line(known.name),
        "url": line(known.repository),
        "landingURL": line(known.landing),
        "isBasedOn": list(lines(list(known.based_on))),
        "softwareVersion": line(known.version),
        "releaseDate": known.released_on.isoformat() if known.released_on else "",
        "platforms": list(lines(list(known.platforms))),
        "categories": [tag for tag in lines(list(known.tags)) if tag in CATEGORIES],
        "roadmap": line(known.roadmap),
        "developmentStatus": stages.TO_PUBLICCODE.get(known.stage, ""),
        "softwareType": line(known.software_type),
        "organisation": tidied(known.organisation, ("uri", "name")),
        "intendedAudience": {"scope": scope} if scope else {},
    }


def kept(known: Described) -> dict[str, Any]:
    """Rights, maintenance, languages: who maintains is told as the type of maintenance wants it."""
    people = {"contacts": [tidied(one, CONTACT) for one in known.contacts]}
    if known.maintenance == "contract":
        people["contractors"] = [tidied(one, CONTRACTOR) for one in known.contractors]
    ready: dict[str, Any] = {} if known.translatable is None else {"localisationReady": known.translatable}
    return {
        "legal": filled({"license": read_licence(known.licence).spdx}),
        "maintenance": filled({"type": line(known.maintenance), **people}),
        "localisation": {**ready, **filled({"availableLanguages": list(lines(list(known.languages)))})},
    }


def filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in said.items() if one}


def tidied(said: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, str]:
    """These keys, each on one line."""
    return filled({key: line(said.get(key)) for key in keys})


def descriptions(texts: Mapping[str, Texts]) -> dict[str, Any]:
    """Languages without a fault; when none says all that is needed, those with one too, so that it is named."""
    said = {lang: filled(described(one)) for lang, one in texts.items()}
    said = {lang: one for lang, one in said.items() if one}
    right = {lang: one for lang, one in said.items() if not wrong_in(lang, one)}
    return right if any(set(PARTS) <= one.keys() for one in right.values()) else said


def described(one: Texts) -> dict[str, Any]:
    features = list(lines(list(one.features)))
    return {"shortDescription": line(one.short), "longDescription": text(one.long), "features": features}


def wrong_in(lang: str, one: Mapping[str, Any]) -> list[Finding]:
    """Those of one language; that another language must say the rest is no fault of it."""
    told = RULES["description"]("description", {lang: one})
    return [fault for fault in told if isinstance(fault, Finding) and fault.path not in ANYWHERE]


def texts_missing(content: Mapping[str, Any]) -> list[Finding]:
    """One language at least says it all: of the one that says most, what it does not."""
    said: Mapping[str, Mapping[str, Any]] = content.get("description", {})
    if not said:
        return []
    lang = max(said, key=lambda one: len(said[one]))
    paths = [f"description.{lang}.{part}" for part in PARTS if part not in said[lang]]
    return [Finding(path, f"Missing key: {path}") for path in paths]


def dumped(content: Mapping[str, Any]) -> bytes:
    yaml = YAML(typ="rt", pure=True)
    yaml.width, yaml.allow_unicode = WIDE, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.BytesIO()
    yaml.dump(quoted(content), out)
    return out.getvalue()


def quoted(value: Any) -> Any:
    """Every text between quotes or as a block: to older readers a bare `no` is a boolean, a bare 0.7 a number."""
    match value:
        case Mapping():
            return {key if len(key) > 2 else DoubleQuotedScalarString(key): quoted(one) for key, one in value.items()}
        case list():
            return [quoted(one) for one in value]
        case str() if "\n" in value and all(one in IN_BLOCKS or one.isprintable() for one in value):
            return LiteralScalarString(value)
        case str():
            return DoubleQuotedScalarString(value)
    return value
