"""The seeds: commons cited at Numérique en Commun[s], in our own words (`data/seeds/commons.toml` says its shape).

A table a commons, its key the id. What a table lists under `to_verify` is kept as a declared value and told in a
warning: nothing here counts as evidence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from communaux.catalogue.formats.mapped import Event, Link, Mapped, Part, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, base_name, gather, named, needed, row_or_refused, shown
from communaux.catalogue.formats.values import address, day, line, lines, section, sections, spoken, text

DROPPED: Final = ("seed",)
KNOWN: Final = frozenset(
    (
        *("name", "names", "kind", "licence", "url", "repository", "wikidata", "orgs", "themes", "is_commons", "stage"),
        *("seed", "same", "to_verify", "short", "long", "community", "governance", "relations", "parts", "events"),
    )
)


def read(files: Mapping[str, bytes]) -> Reading:
    """Every table of every TOML file, in the order they stand."""
    rows = (row for path, data in named(files, ".toml") for row in rows_of(base_name(path), data))
    return gather(rows, to_mapped, DROPPED)


def rows_of(name: str, data: bytes) -> Rows:
    try:
        tables = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        yield Refused(name, f"Not TOML: {error}", shown(data.decode("utf-8", "replace")))
    except UnicodeDecodeError:
        yield Refused(name, "Not UTF-8: save the file as UTF-8 and import it again", shown(repr(data[:200])))
    else:
        yield from (row_or_refused(f"{name}, table {key}", content, key) for key, content in tables.items())


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    warnings += [f"Field not known: {key}" for key in sorted(content.keys() - KNOWN)]
    warnings += [f"Still to verify: {word}" for word in lines(content.get("to_verify"))]
    short, long = texts(content.get("short")), texts(content.get("long"))
    wikidata = line(content.get("wikidata"))
    return Mapped(
        external_id=needed(row.key, "id"),
        name=needed(line(content.get("name")), "name"),
        names=lines(content.get("names")),
        lang=tuple(sorted({*short, *long}, key=("fr", "en").index)),
        short=short,
        long=long,
        kind=line(content.get("kind")) or "software",
        url=address(content.get("url"), warnings),
        repository=address(content.get("repository"), warnings),
        licence_raw=line(content.get("licence")),
        orgs=lines(content.get("orgs")),
        stage=line(content.get("stage")),
        events=tuple(event(one) for one in sections(content.get("events"))),
        identifiers=(("wikidata", wikidata),) if wikidata else (),
        links=links(section(content.get("relations"))),
        parts=tuple(part(one, warnings) for one in sections(content.get("parts"))),
        themes=lines(content.get("themes")),
        same=lines(content.get("same")),
        is_commons=line(content.get("is_commons")),
        community=facts(content.get("community")),
        governance=facts(content.get("governance")),
        warnings=tuple(warnings),
        raw=content,
    )


def texts(value: object) -> dict[str, str]:
    found = section(value)
    return spoken({lang: text(found.get(lang)) for lang in ("fr", "en")})


def facts(value: object) -> dict[str, Any]:
    return {key: one for key, one in section(value).items() if one}


def links(relations: Mapping[str, Any]) -> tuple[Link, ...]:
    """Each kind of relation names other tables of the same source."""
    return tuple(Link(kind, "record", key) for kind, keys in relations.items() for key in lines(keys))


def part(content: Mapping[str, Any], warnings: list[str]) -> Part:
    return Part(
        kind=line(content.get("kind")),
        name=line(content.get("name")),
        url=address(content.get("url"), warnings),
        repository=address(content.get("repository"), warnings),
        licence_raw=line(content.get("licence")),
    )


def event(content: Mapping[str, Any]) -> Event:
    """One event of a life, told in both languages."""
    return Event(
        kind=line(content.get("kind")),
        on=day(content.get("on")),
        precision=line(content.get("precision")) or "day",
        cause=line(content.get("cause")),
        text=texts(content.get("text")).get("fr", ""),
        text_en=texts(content.get("text")).get("en", ""),
        from_party=line(content.get("from_party")),
        to_party=line(content.get("to_party")),
        other=line(content.get("other")),
    )
