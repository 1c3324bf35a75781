"""Which files of a tree say under which licence it stands; those of dependencies and templates are none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

NAMED: Final = re.compile(
    r"licen[cs]e|^copying|^copyright$|^unlicen[cs]e|^(?:eupl|cecill|etalab)[-_. v]", re.IGNORECASE
)
ENDING: Final = re.compile(
    r"(?:^[^.]*|\.(?:txt|md|markdown|rst|html?|adoc|org|lesser|[a-z]{2}|mit|bsd|apache2?|a?gpl\w*|lgpl\w*|\d[\w-]*))$",
    re.IGNORECASE,
)
CODE: Final = re.compile(r"\.(?:py|js|ts|go|rs|rb|sh|c|h|cs|pl|ps|md5|vb|kt|hs|ml|mm|cc|hh)$", re.IGNORECASE)
FOREIGN: Final = re.compile(
    r"third|3rd|vendor|depend|bundled|notice|header|template|check|report|example|sample|tiers|binary", re.IGNORECASE
)
ROOT_README: Final = re.compile(
    r"(?:\.github/)?(?:readme|lisez[-_ ]?moi|lisezmoi)(?:[-_.](?:fr|en))?(?:\.(?:md|markdown|rst|txt|adoc|org))?", re.I
)
MANIFESTS: Final = frozenset(
    ("package.json", "composer.json", "pyproject.toml", "cargo.toml", "pom.xml", "description", "publiccode.yml",
     "publiccode.yaml", "reuse.toml", ".reuse/dep5")
)  # fmt: skip


def licence_files(paths: Iterable[str]) -> tuple[str, ...]:
    """The files at the root and in LICENSES/ that by their name hold a licence, in order.

    >>> licence_files(["LICENCE.fr.txt", "MIT-LICENSE", "license.py", "LICENSE-THIRD-PARTY", "LICENSES/MIT.txt", "x/LICENSE"])
    ('LICENCE.fr.txt', 'LICENSES/MIT.txt', 'MIT-LICENSE')
    """
    return tuple(sorted(path for path in paths if listed(path) or ("/" not in path and _named(path))))


def listed(path: str) -> bool:
    """Whether it stands in LICENSES/, where REUSE keeps the text of every licence that some file names.

    >>> listed("LICENSES/MIT.txt"), listed("LICENSE")
    (True, False)
    """
    folder, _, name = path.rpartition("/")
    return folder.lower() in ("licenses", "licences") and bool(ENDING.search(name)) and not CODE.search(name)


def _named(name: str) -> bool:
    told = NAMED.search(name) and ENDING.search(name)
    return bool(told) and not CODE.search(name) and not FOREIGN.search(name)


def manifest_files(paths: Iterable[str]) -> tuple[str, ...]:
    """The manifests at the root that may name a licence.

    >>> manifest_files(["Cargo.toml", "app/package.json", "publiccode.yml"])
    ('Cargo.toml', 'publiccode.yml')
    """
    return tuple(sorted(path for path in paths if path.lower() in MANIFESTS))


def readme_file(paths: Iterable[str]) -> str:
    """The README of the root, French or English, the plainest name first; "" without one.

    >>> readme_file(["README.fr.md", "README.md", "docs/README.md"]), readme_file([])
    ('README.md', '')
    """
    return min((path for path in paths if ROOT_README.fullmatch(path)), key=lambda one: (len(one), one), default="")
