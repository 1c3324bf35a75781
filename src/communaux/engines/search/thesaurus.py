"""Reading the thesaurus of functions: TOML files by domain and the bilingual word list, each fault with its place."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from communaux.engines.search.model import Concept, Domain, Thesaurus, WordPair

AMBIGUOUS = "ambiguous.toml"
WORDS = "words.tsv"
_LISTS = ("fr", "en", "everyday_fr", "everyday_en", "acronyms", "brands", "broader", "related", "weak")
_KEYS = frozenset((*_LISTS, "id", "maps"))

_ID = re.compile(r"\s*id\s*=\s*[\"'](?P<id>[^\"']+)[\"']")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a thesaurus file, with the place an editor goes to."""

    file: str
    line: int | None
    concept: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.concept}: {self.message}" if self.concept else f"{place}: {self.message}"


class ThesaurusError(ValueError):
    """The thesaurus cannot be used; `problems` says why, fault by fault."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read, what could not, and where each concept stands."""

    thesaurus: Thesaurus
    problems: tuple[Problem, ...]
    places: Mapping[str, tuple[str, int | None]]
    ambiguous: Mapping[str, frozenset[str]]  # folded label -> the concepts that may share it


def parse(files: Mapping[str, bytes], words: bytes = b"") -> Parsed:
    """Read all files; bad concepts are left out and listed, good ones stay.

    `files` maps a file name to its TOML bytes; `ambiguous.toml` holds `[labels]`, label = [concept ids].
    """
    problems: list[Problem] = []
    domains: list[Domain] = []
    concepts: dict[str, Concept] = {}
    places: dict[str, tuple[str, int | None]] = {}
    ambiguous: Mapping[str, frozenset[str]] = {}
    for name in sorted(files):
        table = _toml(name, files[name], problems)
        if name == AMBIGUOUS:
            ambiguous = {_key(label): frozenset(ids) for label, ids in table.get("labels", {}).items()}
            continue
        if table:
            domain = _domain(name, table, problems)
            domains.append(domain)
            for concept, line in _concepts(name, files[name], table, domain.key, problems):
                if concept.id in concepts:
                    problems.append(Problem(name, line, concept.id, f"id already used in {places[concept.id][0]}"))
                    continue
                concepts[concept.id] = concept
                places[concept.id] = (name, line)
    pairs = tuple(_words(words, problems))
    thesaurus = Thesaurus(tuple(domains), tuple(concepts.values()), pairs, fingerprint(files, words))
    return Parsed(thesaurus, tuple(problems), places, ambiguous)


def _toml(name: str, content: bytes, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = re.search(r"line (\d+)", str(error))
        problems.append(Problem(name, int(found.group(1)) if found else None, "", f"not readable: {error}"))
        return {}


def _domain(name: str, table: Mapping[str, Any], problems: list[Problem]) -> Domain:
    key = str(table.get("key") or name.removesuffix(".toml"))
    problems.extend(
        Problem(name, None, "", f"no `{field}` at the top of the file")
        for field in ("key", "fr", "en")
        if not table.get(field)
    )
    return Domain(key, str(table.get("fr") or key), str(table.get("en") or key))


def _concepts(
    name: str, content: bytes, table: Mapping[str, Any], domain: str, problems: list[Problem]
) -> Iterator[tuple[Concept, int | None]]:
    lines = _lines(content.decode("utf-8"))
    rows = table.get("concept", [])
    for row in rows if isinstance(rows, list) else []:
        identifier = str(row.get("id", "")) if isinstance(row, dict) else ""
        line = lines.get(identifier)
        fault = _fault(row, identifier)
        if fault:
            problems.append(Problem(name, line, identifier, fault))
            continue
        lists = {key: tuple(row.get(key, ())) for key in _LISTS}
        maps = {key: tuple(tags) for key, tags in row.get("maps", {}).items()}
        yield Concept(id=identifier, domain=domain, maps=maps, **lists), line


def _fault(row: object, identifier: str) -> str:
    """What is wrong with the shape of one concept, or ''."""
    if not isinstance(row, dict) or not identifier:
        return "a concept without id"
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        return f"unknown key {', '.join(unknown)}"
    for key in _LISTS:
        if not _is_texts(row.get(key, [])):
            return f"`{key}` must be a list of non-empty texts"
    maps = row.get("maps", {})
    if not isinstance(maps, dict) or not all(_is_texts(tags) for tags in maps.values()):
        return "`maps` must give a list of tags for each vocabulary"
    return "" if row.get("fr") and row.get("en") else "needs at least one `fr` and one `en` label"


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _lines(text: str) -> dict[str, int]:
    """The line each id stands in, the first one when it stands twice."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _ID.match(line)
        if match:
            found.setdefault(match["id"], number)
    return found


def _words(content: bytes, problems: list[Problem]) -> Iterator[WordPair]:
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        problems.append(Problem(WORDS, None, "", f"not UTF-8: {error}"))
        return
    for number, line in enumerate(lines, 1):
        if number == 1 or not line.strip():
            continue
        cells = line.split("\t")
        english = tuple(word.strip() for word in cells[1].split("|") if word.strip()) if len(cells) > 1 else ()
        if not cells[0].strip() or not english:
            problems.append(Problem(WORDS, number, "", "needs a French word, a tab, and at least one English word"))
            continue
        yield WordPair(cells[0].strip(), english)


def _key(label: str) -> str:
    return " ".join(label.lower().split())


def fingerprint(files: Mapping[str, bytes], words: bytes) -> str:
    """The `sha256` of the thesaurus in these files, without reading them."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    digest.update(b"words\0" + hashlib.sha256(words).digest())
    return digest.hexdigest()
