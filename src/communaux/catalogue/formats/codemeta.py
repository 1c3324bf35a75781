"""CodeMeta 3 and schema.org (JSON-LD) read: one document, a list of them, or an `@graph`.

Terms are read by their last part (`schema:name`, `https://schema.org/name` and `name` are one), without fetching a
context. Texts carry the language of the node (`@language`, `inLanguage`), else of their own value objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from communaux.catalogue import stages
from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.mapped import Event, Link, Mapped, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, gather, json_rows, named, needed, row_or_refused, shown
from communaux.catalogue.formats.values import (
    UNKNOWN_LANGUAGE,
    address,
    addresses,
    day,
    language,
    line,
    lines,
    spoken,
    text,
)
from communaux.catalogue.licences import together

KINDS = {
    "SoftwareSourceCode": "software",
    "SoftwareApplication": "software",
    "WebApplication": "software",
    "MobileApplication": "software",
    "Dataset": "data",
    "DataCatalog": "data",
    "CreativeWork": "content",
    "HowTo": "method",
    "WebAPI": "service",
    "Service": "service",
}
RELATIONS = {"hasPart": "composed_of", "softwareRequirements": "depends_on", "isBasedOn": "based_on"}
PLATFORMS = ("operatingSystem", "programmingLanguage", "runtimePlatform")
DROPPED = (
    "@context", "author", "contributor", "email", "downloadUrl", "fileSize", "readme", "contIntegration",
    "referencePublication",
)  # fmt: skip


def read(files: Mapping[str, bytes]) -> Reading:
    return gather(document_rows(files), to_mapped, DROPPED)


def document_rows(files: Mapping[str, bytes]) -> Rows:
    for path, data in named(files, ".json", ".jsonld"):
        plain = data.removeprefix(b"\xef\xbb\xbf").strip()
        for row in json_rows(path, plain if plain.startswith(b"[") else b"[" + plain + b"]"):
            yield from nodes(row) if isinstance(row, Row) else [row]


def nodes(row: Row) -> Rows:
    """The described things of a document; persons and organisations of a graph are no records."""
    graph = row.content.get("@graph")
    if not isinstance(graph, list):
        yield Row(row.where, short_keys(row.content))
        return
    found = [row_or_refused(f"{row.where}, item {number}", short_keys(one)) for number, one in enumerate(graph, 1)]
    described = [one for one in found if isinstance(one, Refused) or kind(one.content)]
    yield from described or [Refused(row.where, "Nothing is described: @graph", shown(graph))]


def short_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {re.split(r"[:/#]", key)[-1]: short_keys(one) for key, one in value.items()}
    return [short_keys(one) for one in value] if isinstance(value, list) else value


def kind(content: Mapping[str, Any]) -> str:
    return next((KINDS[one] for one in types(content) if one in KINDS), "")


def types(content: Mapping[str, Any]) -> list[str]:
    return [re.split(r"[:/#]", one)[-1] for one in lines(content.get("@type") or content.get("type"))]


def items(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def words(value: object) -> tuple[str, ...]:
    """Texts of strings, value objects, and things by their name or id."""
    found = []
    for one in items(value):
        if isinstance(one, Mapping):
            one = next((one[key] for key in ("@value", "name", "identifier", "url", "@id", "id") if one.get(key)), "")
        found.append(one[0] if isinstance(one, list) and one else one)
    return lines(found)


def links_of(value: object, warnings: list[str]) -> tuple[str, ...]:
    return addresses([place(one) if isinstance(one, Mapping) else one for one in items(value)], warnings)


def place(thing: Mapping[str, Any]) -> Any:
    return next((thing[key] for key in ("url", "@id", "id") if thing.get(key)), "")


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    repository = next(iter(links_of(content.get("codeRepository"), warnings)), "")
    url = next(iter(links_of(content.get("url"), warnings)), "")
    return Mapped(
        external_id=needed(identity(content, repository or url), "identifier"),
        name=needed(next(iter(words(content.get("name"))), ""), "name"),
        names=words(content.get("alternateName")),
        kind=kind(content) or "software",
        url=url,
        repository=repository,
        licence_raw=together(words(content.get("license"))),
        tags=tags(content),
        platforms=lines([one for key in PLATFORMS for one in words(content.get(key))]),
        orgs=organisations(content),
        stage=stage(content),
        events=created(content),
        identifiers=identifiers(content),
        links=relations(content),
        community=community(content, warnings),
        governance={"funded_by": list(words(content.get("funder")))} if content.get("funder") else {},
        warnings=tuple(warnings),
        raw=content,
        **written(content),
        **released(content),
    )


def written(content: Mapping[str, Any]) -> dict[str, Any]:
    """The first paragraph is the short line; the whole text is kept when it has more than one."""
    texts = dict(described(content, "description"))
    short = spoken({lang: line(found.split("\n\n")[0]) for lang, found in texts.items()})
    long = spoken({lang: found for lang, found in texts.items() if "\n\n" in found})
    return {"lang": tuple(texts), "short": short, "long": long, "features": features(content)}


def released(content: Mapping[str, Any]) -> dict[str, Any]:
    published, modified = day(content.get("datePublished")), day(content.get("dateModified"))
    return {
        "version": next(iter(words(content.get("softwareVersion") or content.get("version"))), ""),
        "released_on": published,
        "updated_on": modified,
        "last_sign_on": max((one for one in (published, modified) if one), default=None),
    }


def identity(content: Mapping[str, Any], found: str) -> str:
    own = words(content.get("identifier")) or lines(content.get("@id") or content.get("id"))
    return own[0] if own else normal_url(found)


def tags(content: Mapping[str, Any]) -> tuple[str, ...]:
    told = [*words(content.get("keywords")), *words(content.get("applicationCategory"))]
    return lines([part for one in told for part in one.split(",")])


def organisations(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of organisations: persons are not mapped."""
    told = [one for key in ("maintainer", "publisher", "copyrightHolder") for one in items(content.get(key))]
    return words([one for one in told if not is_person(one)])


def is_person(thing: object) -> bool:
    return isinstance(thing, Mapping) and "Person" in lines(thing.get("@type") or thing.get("type"))


def described(content: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    own = language(next(iter(words(content.get("@language") or content.get("inLanguage"))), ""))
    for one in reversed(items(content.get(key))):
        lang = language(one["@language"]) if isinstance(one, Mapping) and one.get("@language") else ""
        found = text(one.get("@value") if isinstance(one, Mapping) else one)
        if found:
            yield lang or own, found


def features(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    lang = next((one for one, _ in described(content, "description")), UNKNOWN_LANGUAGE)
    found = words(content.get("featureList"))
    return {lang: found} if found else {}


def stage(content: Mapping[str, Any]) -> str:
    """A word of repostatus.org, or its address."""
    status = next(iter(words(content.get("developmentStatus"))), "").rstrip("/").rsplit("/", 1)[-1].lstrip("#").lower()
    return stages.REPOSTATUS.get(status.rsplit("#", 1)[-1], "")


def created(content: Mapping[str, Any]) -> tuple[Event, ...]:
    on = day(content.get("dateCreated"))
    return (Event("created", on),) if on else ()


def identifiers(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for one in (*words(content.get("identifier")), *words(content.get("sameAs"))):
        if wikidata := re.search(r"wikidata\.org/(?:wiki|entity)/(Q\d+)", one):
            found.append(("wikidata", wikidata[1]))
        elif doi := re.search(r"(?:doi\.org/|^doi:)?(10\.\d{4,9}/\S+)", one):
            found.append(("doi", doi[1].lower()))
        elif one.startswith("swh:1:"):
            found.append(("swhid", one))
    return tuple(dict.fromkeys(found))


def relations(content: Mapping[str, Any]) -> tuple[Link, ...]:
    found = [(kind, one) for key, kind in RELATIONS.items() for one in words(content.get(key))]
    return tuple(Link(kind, "url" if re.match(r"https?://", one) else "name", one) for kind, one in found)


def community(content: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "maintainers": len(items(content.get("maintainer"))),
        "issues": address(content.get("issueTracker"), warnings),
        "documentation": list(links_of(content.get("softwareHelp"), warnings)),
        "languages": list(words(content.get("inLanguage"))),
        "software_type": "WebAPI" if "WebAPI" in types(content) else "",
    }
    return {key: one for key, one in found.items() if one}
