"""What is said of the licence elsewhere than in its text: manifests, publiccode.yml, headers of files, the README.

A claim that names no licence the SPDX list knows keeps its words, without an expression.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal

from communaux.engines.assess import toml, yaml
from communaux.engines.assess.licence_expression import Expression, parse, together
from communaux.engines.assess.licence_names import mentioned, named
from communaux.engines.assess.words import decoded, folded, plain, uncommented

type Source = Literal["pointer", "manifest", "publiccode", "header", "readme"]

WORD: Final = re.compile(r"\blicen(?:[cs]e|ci[eé])", re.IGNORECASE)
HEADING: Final = re.compile(
    r"^(?:#{1,6}\s*|=+\s*)?(?:\W{0,6})licen[cs]es?\W*\n(?:[=\-~]{3,}\n)?\s*(.{1,600})", re.I | re.M | re.S
)
MOST: Final = 100  # sentences of a README that are looked at
OTHERS: Final = re.compile(
    r"\b(?:third[ -]part|dependenc|dependanc|tiers?\b|font|icon|logo|dataset|jeux? de donnees|compatible)"
)
CHOICE: Final = re.compile(r"\b(?:or|ou|either|dual)\b")
IDENTIFIER: Final = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]{1,300})")
CLOSER: Final = re.compile(r"\s*(?:\*/|-->|--%>|#\}|%\}|\*\)|\"\"\"|'''|-\})?\s*$")
LATER: Final = re.compile(
    r"(?:version (\d(?:\.\d)?)|(\d(?:\.\d)?)) of the licen[cs]e,?\s*(?:\W{0,4})or\s*(?:\W{0,4})\(?at your option"
)
POM_NAME: Final = re.compile(r"<name>\s*([^<]{1,200}?)\s*</name>")
FIELD: Final = re.compile(r"^License:[ \t]*([^\n]{1,300}(?:\n[ \t]+[^\n]{1,300}){0,4})", re.MULTILINE)
CLASSIFIER: Final = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


@dataclass(frozen=True, slots=True)
class Claim:
    """What one file says. `said`: its words; `line`: where it cannot be read, when it cannot."""

    path: str
    source: Source
    said: str
    expression: Expression | None = None
    files: int = 1
    unreadable: bool = False
    line: int = 0


def manifests(texts: Mapping[str, bytes]) -> tuple[Claim, ...]:
    """The claims of the manifests at the root.

    >>> [str(one.expression) for one in manifests({"package.json": b'{"license": "MIT"}', "x/package.json": b"{}"})]
    ['MIT']
    """
    read = ((path, READERS[path.lower()]) for path in sorted(texts) if path.lower() in READERS)
    return tuple(claim for path, reader in read for claim in _claims(path, texts[path], reader))


def publiccode(texts: Mapping[str, bytes]) -> tuple[Claim, ...]:
    """The claim of the publiccode.yml at the root; one elsewhere is an example.

    >>> [str(one.expression) for one in publiccode({"publiccode.yml": b"legal: {license: eupl-1.2}"})]
    ['EUPL-1.2']
    """
    found = (path for path in sorted(texts) if path.lower() in ("publiccode.yml", "publiccode.yaml"))
    return tuple(claim for path in found for claim in _claims(path, texts[path], _publiccode, "publiccode"))


def _claims(path: str, content: bytes, reader: Callable[[str], list[str]], source: Source = "manifest") -> list[Claim]:
    try:
        said = reader(decoded(content))
    except yaml.Unreadable as error:
        return [Claim(path, source, "", unreadable=True, line=error.line)]
    except json.JSONDecodeError as error:
        return [Claim(path, source, "", unreadable=True, line=error.lineno)]
    except (ValueError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        return [Claim(path, source, "", unreadable=True, line=int(found[1]) if found else 0)]
    return [Claim(path, source, one[:300], named(one)) for one in said if one.strip()]


def _publiccode(text: str) -> list[str]:
    legal = _table(yaml.load(text)).get("legal")
    return _texts(_table(legal).get("license"))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else []


def _package(text: str) -> list[str]:
    """npm: a text, `{type}` or a list of either, of which one may be chosen; a file named is no licence."""
    told = _table(json.loads(text))
    value = told.get("license", told.get("licenses"))
    every = value if isinstance(value, list) else [value]
    found = [one for item in every for one in _texts(_table(item).get("type", item))]
    return [" OR ".join(found)] if found and not found[0].upper().startswith("SEE LICEN") else []


def _composer(text: str) -> list[str]:
    value = _table(json.loads(text)).get("license")
    return [" OR ".join(one for one in value if isinstance(one, str))] if isinstance(value, list) else _texts(value)


def _pyproject(text: str) -> list[str]:
    told = toml.load(text)
    project, poetry = _table(told.get("project")), _table(_table(told.get("tool")).get("poetry"))
    value = project.get("license", poetry.get("license"))
    found = _texts(_table(value).get("text", value))
    return [one for one in found if len(one) < 300] or _classified(project)


def _classified(project: Mapping[str, Any]) -> list[str]:
    every = project.get("classifiers")
    texts = (one for one in every if isinstance(one, str)) if isinstance(every, list) else ()
    return [found[1] for one in texts if (found := CLASSIFIER.fullmatch(one))]


def _cargo(text: str) -> list[str]:
    told = toml.load(text)
    package = _table(told.get("package"))
    return _texts(package.get("license")) or _texts(_table(_table(told.get("workspace")).get("package")).get("license"))


def _pom(text: str) -> list[str]:
    _, _, opened = uncommented(text).partition("<licenses>")
    return POM_NAME.findall(opened.partition("</licenses>")[0])


def _description(text: str) -> list[str]:
    """R: « GPL (>= 3) | file LICENSE »; a file named is no licence."""
    found = FIELD.search(text)
    return [re.sub(r"\s*[+|]\s*file LICEN[CS]E", "", " ".join(found[1].split()))] if found else []


READERS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "package.json": _package,
    "composer.json": _composer,
    "pyproject.toml": _pyproject,
    "cargo.toml": _cargo,
    "pom.xml": _pom,
    "description": _description,
}


def identifier(head: bytes) -> Expression | None:
    """The SPDX header of a file; None when it has none, or one that names no known licence.

    >>> str(identifier(b"/* SPDX-License-Identifier: GPL-2.0+ */"))
    'GPL-2.0-or-later'
    """
    found = IDENTIFIER.search(decoded(head))
    return parse(CLOSER.sub("", found[1])) if found else None


def headers(heads: Mapping[str, bytes]) -> tuple[Claim, ...]:
    """What the heads of files declare: one claim an expression, at its first path, with its number of files.

    >>> [(str(one.expression), one.files) for one in headers({"a.c": b"// SPDX-License-Identifier: MIT"})]
    [('MIT', 1)]
    """
    declared = {path: found for path in sorted(heads) if (found := identifier(heads[path]))}
    counted = Counter(declared.values())
    first = {found: path for path, found in reversed(declared.items())}
    ordered = sorted(counted, key=lambda one: (-counted[one], str(one)))
    return tuple(Claim(first[one], "header", str(one), one, counted[one]) for one in ordered)


def or_later(texts: Mapping[str, bytes]) -> frozenset[str]:
    """The numbers of versions whose notice, in the head of a file or the README, lets a later one be taken.

    >>> sorted(or_later({"a.c": b"either version 3 of the License, or (at your option) any later version"}))
    ['3.0']
    """
    found = (LATER.finditer(" ".join(re.sub(r"[#*/]+", " ", decoded(one)).lower().split())) for one in texts.values())
    numbers = {match[1] or match[2] for matches in found for match in matches}
    return frozenset(one if "." in one else f"{one}.0" for one in numbers)


def pointer(path: str, content: bytes) -> Claim:
    """What a licence file says that holds no known text: the licence whose notice or name stands there.

    >>> str(pointer("LICENSE", b"GNU Affero General Public License v3 or later").expression)
    'AGPL-3.0-or-later'
    """
    said = " ".join(plain(decoded(content[:4096])).split())
    found = [Expression(one) for one in mentioned(said)]
    return Claim(path, "pointer", said[:300], together(found, "AND") if found else None)


def readme(path: str, content: bytes) -> Claim | None:
    """The first sentence of a README that names a licence, not that of fonts, data or dependencies: weak evidence.

    >>> str(readme("README.md", b"Ce logiciel est sous licence AGPL-3.0.").expression)
    'AGPL-3.0'
    """
    text = plain(decoded(content))
    section = HEADING.search(text)
    told = [section[1].split("\n\n")[0]] if section else []
    told += [_around(text, one.start()) for one in islice(WORD.finditer(text), MOST)]
    own = [" ".join(one.split())[:300] for one in told if not OTHERS.search(folded(one))]
    return next((_weak(path, one) for one in own if mentioned(one)), None)


def _around(text: str, at: int) -> str:
    """The line in which a word stands, from the sentence before it; 200 characters before, 250 after."""
    begin, end = max(text.rfind("\n", 0, at), text.rfind(".", 0, at), at - 201) + 1, text.find("\n", at)
    return text[begin : min(end if end >= 0 else len(text), at + 250)]


def _weak(path: str, said: str) -> Claim:
    """Several names without a word of choice are no expression: they may hold for parts."""
    parts = [Expression(one) for one in mentioned(said)]
    sole = len(parts) == 1 or CHOICE.search(folded(said))
    return Claim(path, "readme", said, together(parts, "OR") if sole else None)
