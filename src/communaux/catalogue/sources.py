"""The catalogues that are read, as `data/sources.toml` tells them, and their files: in a folder, alone, or in an archive."""

from __future__ import annotations

import gzip
import io
import tarfile
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.utils.translation import gettext as _

from communaux.catalogue.formats.mapped import Refused
from communaux.core.errors import Unavailable

LARGEST: Final = 20 * 1024 * 1024
UNPACKED: Final = 1024 * 1024 * 1024  # a whole repository, of which a part is taken
GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Given:
    """The files of a source, by path, and those of them that could not be taken."""

    files: Mapping[str, bytes]
    skipped: tuple[Refused, ...] = ()


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Key → title, licence, priority, files and the rest of its table."""
    return tomllib.loads(files("communaux.data").joinpath("sources.toml").read_text("utf-8"))


def files_of(key: str, folder: Path) -> dict[str, bytes]:
    """The files of a source found in the folder of catalogues, by their path in it."""
    found = sorted({path for pattern in sources()[key]["files"] for path in folder.glob(pattern)})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def lone_file(key: str, name: str, data: bytes) -> Given:
    """One file of a source, or an archive of them; a name without ending (an address of an API) gets that of its format."""
    if data.startswith(GZIP):
        return unpacked(key, data)
    ending = PurePosixPath(sources()[key]["files"][0]).suffix if sources()[key]["files"] else ""
    return Given({name if PurePosixPath(name).suffix else f"{name or key}{ending}": data})


def unpacked(key: str, archive: bytes) -> Given:
    """The files of a source in the archive of its repository (`address`), by their path in it.

    An archive has one top folder; only plain files under `paths` are taken, none over `LARGEST` bytes. Raise Unavailable
    for what is no archive, is cut, or unfolds to more than `UNPACKED` bytes.
    """
    try:
        with _Counted(fileobj=io.BytesIO(archive)) as opened, tarfile.open(fileobj=opened, mode="r|") as members:
            taken = _taken(key, members)
            while opened.read(LARGEST):  # its sum is checked at its end
                pass
            return taken
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise Unavailable(
            "bad_archive",
            _("What was received for %(source)s is not a whole archive (%(why)s): nothing was read of it.")
            % {"source": sources()[key]["title"], "why": str(error)[:200]},
        ) from error


def _taken(key: str, members: tarfile.TarFile) -> Given:
    found: dict[str, bytes] = {}
    skipped: list[Refused] = []
    for member in members:
        path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
        if member.isdir() or not is_wanted(path, sources()[key].get("paths", [])):
            continue
        if why := _unfit(member):
            skipped.append(Refused(path.as_posix(), why))
        elif opened := members.extractfile(member):
            found[path.as_posix()] = opened.read()
    return Given(found, tuple(skipped))


def _unfit(member: tarfile.TarInfo) -> str:
    if not member.isfile():
        return "Not read: it is no plain file"
    return f"Not read: larger than {LARGEST} bytes" if member.size > LARGEST else ""


class _Counted(gzip.GzipFile):
    """What is read of an archive, up to `UNPACKED` bytes: a small one may unfold without end."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if self.tell() > UNPACKED:
            raise tarfile.ReadError(f"it unfolds to more than {UNPACKED} bytes")
        return data


def is_wanted(path: PurePosixPath, patterns: list[str]) -> bool:
    """A pattern stands for a whole path: `*` never crosses a folder."""
    return any(path.match(one) and len(path.parts) == len(PurePosixPath(one).parts) for one in patterns)
