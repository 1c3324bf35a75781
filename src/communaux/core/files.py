"""Files that are whole or not there: written beside, then put in place at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Generator[BinaryIO]:
    """A file to write; at the end it takes the place of `path`. On any error (a full disk, Ctrl-C) the old one stays.

    A link is followed, and the rights of the old file are kept.
    """
    place = path.resolve()
    if place.exists() and not place.is_file():  # a device, a pipe: nothing to keep whole; a folder refuses here
        with place.open("wb") as direct:
            yield direct
        return
    number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:100]}.", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(place))
        os.replace(name, place)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _mode(place: Path) -> int:
    """Those of the file replaced, else what any new file of this process gets."""
    with suppress(FileNotFoundError):
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
