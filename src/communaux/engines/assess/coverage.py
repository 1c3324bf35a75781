"""How many files of a tree say their own licence: which heads to read, and what counts as said (REUSE 3.3).

Out of many files a sample is read, the same for the same tree: files in the order of their folders, at even steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from communaux.engines.assess import toml
from communaux.engines.assess.licence_claims import IDENTIFIER
from communaux.engines.assess.licence_files import licence_files
from communaux.engines.assess.licence_names import mentioned
from communaux.engines.assess.words import decoded

STARS: Final = 3
NEVER: Final = re.compile(r"(?!)")
SAMPLE: Final = 400
HEAD: Final = 4096
APART: Final = re.compile(r"(?:^|/)(?:REUSE\.toml|[^/]+\.license)$|^\.reuse/|^LICENSES/")
GRANT: Final = re.compile(
    r"licen[cs]ed under|under the terms of|is part of|governed by|sous licence|licen[cs]e\s*:|r[eé]gie? par|free software",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `read` files, out of `files`, `declared` say their licence."""

    declared: int
    read: int
    files: int


def counted(paths: Iterable[str]) -> list[str]:
    """The files of which a licence is asked: not the licences themselves nor what declares for others.

    >>> counted(["src/a.c", "LICENSE", "LICENSES/MIT.txt", "logo.png.license", "REUSE.toml"])
    ['src/a.c']
    """
    every = sorted(set(paths))
    own = set(licence_files(every))
    return [path for path in every if path not in own and not APART.search(path)]


def sampled(paths: Iterable[str], most: int = SAMPLE) -> list[str]:
    """The files whose heads are to be read: all, or `most` of them in proportion to each folder.

    >>> sampled(["b/2", "a/1", "a/2", "b/1"], most=2)
    ['a/1', 'b/1']
    """
    every = counted(paths)
    if len(every) <= most:
        return every
    return [every[at * len(every) // most] for at in range(most)]


def coverage(paths: Sequence[str], heads: Mapping[str, bytes], texts: Mapping[str, bytes]) -> Coverage:
    """What the heads and the declarations for others say. `texts` holds REUSE.toml files and .reuse/dep5.

    >>> coverage(["a.c", "b.c"], {"a.c": b"// SPDX-License-Identifier: MIT", "b.c": b""}, {})
    Coverage(declared=1, read=2, files=2)
    """
    every = counted(paths)
    known, rules = frozenset(paths), _rules(texts)
    read = [path for path in every if path in heads]
    said = sum(_says(path, heads[path], known, rules) for path in read)
    return Coverage(said, len(read), len(every))


def _says(path: str, head: bytes, known: frozenset[str], rules: Sequence[Callable[[str], bool]]) -> bool:
    return f"{path}.license" in known or any(rule(path) for rule in rules) or declares(head)


def declares(head: bytes) -> bool:
    """Whether the head of a file has an SPDX header, or a notice that names a licence.

    >>> declares(b"# Licensed under the Apache License, Version 2.0"), declares(b"import mit")
    (True, False)
    """
    text = decoded(head[:HEAD])
    return bool(IDENTIFIER.search(text)) or bool(GRANT.search(text) and mentioned(re.sub(r"[#*/;]+", " ", text)))


def _rules(texts: Mapping[str, bytes]) -> list[Callable[[str], bool]]:
    rules: list[Callable[[str], bool]] = []
    for path in sorted(texts):
        if path == ".reuse/dep5":
            rules += _dep5(decoded(texts[path]))
        if path == "REUSE.toml" or path.endswith("/REUSE.toml"):
            rules += _reuse(decoded(texts[path]), path.removesuffix("REUSE.toml"))
    return rules


def _reuse(text: str, folder: str) -> list[Callable[[str], bool]]:
    """The annotations of a REUSE.toml that name a licence; one that cannot be read declares nothing."""
    try:
        told = toml.load(text).get("annotations")
    except (ValueError, RecursionError):
        return []
    annotations = told if isinstance(told, list) else []
    globs = [
        glob for one in annotations if isinstance(one, dict) and _licensed(one) for glob in _paths(one.get("path"))
    ]
    return [_matching(folder, _pattern(glob, "[^/]*")) for glob in globs]


def _licensed(annotation: Mapping[str, Any]) -> bool:
    return bool(annotation.get("SPDX-License-Identifier"))


def _paths(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _dep5(text: str) -> list[Callable[[str], bool]]:
    """The stanzas of a Debian copyright file that name files and a licence."""
    stanzas = re.split(r"\n[ \t]*\n", text)
    found = (
        re.search(r"^Files:[ \t]*((?:.|\n[ \t])*)", one, re.M) for one in stanzas if re.search(r"^License:", one, re.M)
    )
    return [_matching("", _pattern(glob, ".*")) for one in found if one for glob in one[1].split()]


def _pattern(glob: str, star: str) -> re.Pattern[str]:
    """`**` is anything, `*` what `star` says; a backslash takes the meaning from the next sign. One with more than STARS,
    which no tree needs and which may take for ever, matches nothing."""
    parts = re.findall(r"\\.|\*+|[^\\*]+|\\", glob[:300])
    if sum(one.startswith("*") for one in parts) > STARS:
        return NEVER
    told = (
        ".*" if one.startswith("**") else star if one == "*" else re.escape(re.sub(r"^\\(?=.)", "", one))
        for one in parts
    )
    return re.compile("".join(told), re.DOTALL)


def _matching(folder: str, pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda path: path.startswith(folder) and bool(pattern.fullmatch(path.removeprefix(folder)))
