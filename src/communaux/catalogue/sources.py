"""The catalogues that are read, as `data/sources.toml` tells them, and their files in a folder."""

from __future__ import annotations

import io
import tarfile
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final

LARGEST: Final = 20 * 1024 * 1024


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Key → title, licence, priority, files and the rest of its table."""
    return tomllib.loads(files("communaux.data").joinpath("sources.toml").read_text("utf-8"))


def files_of(key: str, folder: Path) -> dict[str, bytes]:
    """The files of a source found in the folder of catalogues, by their path in it."""
    found = sorted({path for pattern in sources()[key]["files"] for path in folder.glob(pattern)})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def unpacked(key: str, archive: bytes) -> dict[str, bytes]:
    """The files of a source in the archive of its repository (`address`), by their path in it.

    An archive has one top folder; only plain files under `paths` are taken, none over `LARGEST` bytes.
    """
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as members:
        for member in members:
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if is_wanted(path, sources()[key]["paths"]) and member.isfile() and member.size <= LARGEST:
                opened = members.extractfile(member)
                found[path.as_posix()] = opened.read() if opened else b""
    return found


def is_wanted(path: PurePosixPath, patterns: list[str]) -> bool:
    """A pattern stands for a whole path: `*` never crosses a folder."""
    return any(path.match(one) and len(path.parts) == len(PurePosixPath(one).parts) for one in patterns)
