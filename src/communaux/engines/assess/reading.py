"""Which files of a tree are worth reading: at most 60, the licences first, then what each kind of document has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from communaux.engines.assess.document_kinds import found
from communaux.engines.assess.licence_files import licence_files, listed, manifest_files

MOST: Final = 60
LISTED: Final = 20  # texts of LICENSES/
FIRST: Final = (
    "readme",
    "governance",
    "charter",
    "conduct",
    "contributing",
    "maintainers",
    "codeowners",
    "cla",
    "security",
)
ASIDE: Final = (".gitattributes", ".mailmap", "package.json", "composer.json", "funding.json")


def wanted(paths: Iterable[str], most: int = MOST) -> list[str]:
    """The files to read, the most telling first, each once; the same for the same tree.

    >>> wanted(["src/a.c", "README.md", "LICENSE", "package.json", "docs/governance/board.md"])
    ['README.md', 'LICENSE', 'package.json', 'docs/governance/board.md']
    """
    every = sorted(set(paths))
    kinds = found(every)
    licences = licence_files(every)
    root, apart = [one for one in licences if not listed(one)], [one for one in licences if listed(one)]
    first = [*kinds["readme"][:2], *root[:10], *manifest_files(every), *apart[:LISTED]]
    ordered = [kinds[kind] for kind in (*FIRST, *(one for one in kinds if one not in FIRST and one != "readme"))]
    rounds = [path for row in zip_longest(*ordered) for path in row if path]
    reuse = [one for one in every if one.endswith("/REUSE.toml")]
    return list(dict.fromkeys((*first, *(one for one in ASIDE if one in every), *rounds, *reuse)))[:most]
