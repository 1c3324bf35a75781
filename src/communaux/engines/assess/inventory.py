"""What the files of the assessed commit are, and which of them somebody wrote here: vendored, generated and binary ones apart."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatchcase
from typing import Final

import numpy as np

from communaux.data import assess_table
from communaux.engines.assess.credit import Scope
from communaux.engines.assess.model import Changes, Indicator, Tree

LISTS = assess_table("people_and_files")
CODE, DATA, TEXT, BINARY = (frozenset(LISTS[name]) for name in ("code", "data", "documents", "binary"))
# Folders and names of what others wrote or a program made; the habit of each language.
VENDORED = re.compile(
    r"(?:^|/)(?:vendor|vendors|vendored|third[-_]?party|node_modules|bower_components|dist|Godeps|\.yarn)/"
)
GENERATED = re.compile(
    r"(?:^|/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|Cargo\.lock|composer\.lock|Gemfile\.lock|go\.sum)$"
    r"|\.min\.(?:js|css)$|\.pb\.go$|_pb2\.py$|\.bundle\.js$|\.map$"
)
ATTRIBUTE = re.compile(r"(-|!)?linguist-(vendored|generated)(?:=(\w+))?")
HABITS: Final = {"vendored": VENDORED, "generated": GENERATED}
MOST_RULES: Final = 200  # each is asked of each file: a list without end would never be done
type Rules = dict[tuple[str, str], bool]


def extension(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].casefold() if "." in name.lstrip(".") else ""


def group(path: str) -> str:
    """code, data, documents or other, by the end of the name.

    >>> group("src/a.py"), group("a.geojson"), group("README.md"), group("LICENSE")
    ('code', 'data', 'documents', 'other')
    """
    end = extension(path)
    return "code" if end in CODE else "documents" if end in TEXT else "data" if end in DATA else "other"


def counted(tree: Tree) -> tuple[set[bytes], float]:
    """Files that somebody wrote here, and the share of the others, in [0, 1]; links and submodules count as others."""
    rules = attributes(tree.texts.get(".gitattributes", b""))
    kept = {
        path
        for path, mode in zip(tree.paths, tree.modes, strict=True)
        if mode in (b"100644", b"100755") and is_ours(path.decode("utf-8", "replace"), rules)
    }
    return kept, 1 - len(kept) / len(tree.paths) if tree.paths else 0.0


def is_ours(path: str, rules: Rules) -> bool:
    """What the project says of the file in `.gitattributes`, else the list of habits above; binaries never count."""
    if extension(path) in BINARY:
        return False
    return not any(_is(kind, path, rules) for kind in HABITS)


def _is(kind: str, path: str, rules: Rules) -> bool:
    said = [told for (about, pattern), told in rules.items() if about == kind and matches(path, pattern)]
    return said[-1] if said else bool(HABITS[kind].search(path))


def attributes(text: bytes) -> Rules:
    """Of `.gitattributes`: is what a pattern stands for vendored, is it generated; the last one that matches wins.

    >>> attributes(b"docs/* linguist-vendored\\nlib/a.js -linguist-vendored linguist-generated=false")
    {('vendored', 'docs/*'): True, ('vendored', 'lib/a.js'): False, ('generated', 'lib/a.js'): False}
    """
    found: Rules = {}
    for line in text.decode("utf-8", "replace").splitlines():
        pattern, *words = line.split() or [""]
        for word in words:
            if told := ATTRIBUTE.fullmatch(word):
                key = told[2], pattern
                found.pop(key, None)
                found[key] = not told[1] and (told[3] or "true") == "true"
    return dict(list(found.items())[-MOST_RULES:])


def matches(path: str, pattern: str) -> bool:
    """As in `.gitignore`: without a slash a pattern stands for a name anywhere, with one for a path from the root.

    >>> matches("a/b/c.js", "*.js"), matches("a/b/c.js", "b/*.js"), matches("a/b/c.js", "/a/**")
    (True, False, True)
    """
    if "/" not in pattern:
        return fnmatchcase(path.rpartition("/")[2], pattern)
    return fnmatchcase(path, pattern.lstrip("/").replace("**", "*"))


def size(tree: Tree) -> Indicator:
    """Files of the assessed commit, by group and by the ends of their names."""
    paths = [path.decode("utf-8", "replace") for path in tree.paths]
    groups, ends = Counter(map(group, paths)), Counter(map(extension, paths))
    detail = {"groups": dict(sorted(groups.items())), "ends": dict(ends.most_common(12))}
    return Indicator("size", "resource", len(paths), "files", len(paths), detail=detail)


def touches(scope: Scope, changes: Changes | None) -> Indicator:
    """Changes of files in the last year, and the folders that had most of them."""
    if changes is None:
        return Indicator(
            "touches", "resource", None, "changes", 0, status="unknown", reason="changes_not_read", coverage=0.0
        )
    of_window = changes.path[scope.window[changes.commit]]
    paths, counts = np.unique(of_window, return_counts=True)
    folders: Counter[str] = Counter()
    for path, count in zip(paths.tolist(), counts.tolist(), strict=True):
        folders[changes.paths[path].decode("utf-8", "replace").partition("/")[0]] += count
    return Indicator(
        "touches",
        "resource",
        len(of_window),
        "changes",
        len(of_window),
        detail={"folders": dict(folders.most_common(8))},
    )
