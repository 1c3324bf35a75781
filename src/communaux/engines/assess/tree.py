"""Files of the assessed commit, the few texts that are read of them, and the tags: short answers of git, each asked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from communaux.engines.assess.git import output
from communaux.engines.assess.model import AssessError, Tag, Tree

LARGEST: Final = 256 * 1024  # bytes of a text that is read
FILE_MODES: Final = (b"100644", b"100755")


def find_commit(git_dir: Path, revision: str) -> str:
    """The full id of the commit that a branch, tag or short id names; raise AssessError when there is none."""
    if not output(git_dir, "for-each-ref", "--count=1"):
        raise AssessError("empty", "no branch and no tag")
    try:
        asked = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        return output(git_dir, *asked).decode().strip()
    except AssessError as error:
        raise AssessError("unknown_commit", revision) from error


def is_shallow(git_dir: Path) -> bool:
    return output(git_dir, "rev-parse", "--is-shallow-repository").strip() == b"true"


def read_tree(git_dir: Path, head: str) -> Tree:
    """Paths, modes and ids of all files, without their texts; links and submodules stay in the list."""
    lines = output(git_dir, "ls-tree", "-r", "-z", "--full-tree", head).split(b"\0")[:-1]
    meta, paths = zip(*(line.split(b"\t", 1) for line in lines), strict=True) if lines else ((), ())
    modes, _kinds, blobs = zip(*(one.split(b" ") for one in meta), strict=True) if meta else ((), (), ())
    return Tree(tuple(paths), tuple(modes), tuple(blobs))


def read_texts(git_dir: Path, tree: Tree, wanted: Iterable[str]) -> Tree:
    """The same tree with the texts of these paths: ordinary files of at most 256 KiB that are there; a path is read as UTF-8."""
    return replace(tree, texts=contents(git_dir, ids_of(tree, wanted)))


def ids_of(tree: Tree, wanted: Iterable[str]) -> dict[str, bytes]:
    """The ids of what these paths hold, where they are ordinary files."""
    asked = {path.encode("utf-8", "surrogateescape"): path for path in wanted}
    rows = zip(tree.paths, tree.modes, tree.blobs, strict=True)
    return {asked[path]: blob for path, mode, blob in rows if path in asked and mode in FILE_MODES}


def contents(git_dir: Path, blobs: Mapping[str, bytes]) -> dict[str, bytes]:
    """What these objects hold, by path: sizes first, so that nothing large is ever unpacked."""
    sizes = output(git_dir, "cat-file", "--batch-check", given=b"".join(blob + b"\n" for blob in blobs.values()))
    small = [
        path
        for path, line in zip(blobs, sizes.splitlines(), strict=True)
        if (told := line.split())[1:2] == [b"blob"] and int(told[2]) <= LARGEST
    ]
    given = b"".join(blobs[path] + b"\n" for path in small)
    return dict(zip(small, _cut(output(git_dir, "cat-file", "--batch", given=given)), strict=True)) if small else {}


def _cut(answer: bytes) -> list[bytes]:
    """The objects of `cat-file --batch`: a line with the size, so many bytes, a line end."""
    found, at = [], 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        found.append(answer[end + 1 : end + 1 + size])
        at = end + size + 2
    return found


def read_tags(git_dir: Path) -> tuple[Tag, ...]:
    """All tags with their day, oldest first."""
    lines = output(git_dir, "for-each-ref", "--format=%(creatordate:unix) %(refname:strip=2)", "refs/tags").splitlines()
    named = (line.decode("utf-8", "replace").split(" ", 1) for line in lines)
    return tuple(sorted((Tag(name, int(at)) for at, name in named if at.isdigit()), key=lambda tag: (tag.at, tag.name)))
