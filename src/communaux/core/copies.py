"""Folders for copies under way, each told in a note: what a killed process leaves is thrown away later. No Django."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory, gettempdir
from typing import IO, Final

PREFIX: Final = "communaux-mirror-"


@contextmanager
def folder_told_in(notes: Path) -> Generator[Path]:
    """A temporary folder, gone at the end; a note in `notes` names it, locked as long as the process that made it lives."""
    notes.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=notes, suffix=".json") as note, TemporaryDirectory(prefix=PREFIX) as made:
        fcntl.flock(note, fcntl.LOCK_EX)
        json.dump({"machine": socket.gethostname(), "folder": made}, note)
        note.flush()
        yield Path(made)


def throw_away_left(notes: Path) -> None:
    """Folders that `notes` tell of and that nobody works in any more. Those of other machines wait for a start there."""
    for path in notes.glob("*.json"):
        with suppress(OSError), path.open("r+") as note:  # one that lives, or that another start throws away
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _thrown_away(note):
                path.unlink()


def _thrown_away(note: IO[str]) -> bool:
    """Whether nothing is left of it. A note may have come with a folder of somebody else: only our own copies are touched."""
    try:
        told = json.load(note)
        machine, folder = str(told["machine"]), Path(told["folder"])
    except (ValueError, KeyError, TypeError):
        return True
    if machine != socket.gethostname() or not folder.exists():
        return machine == socket.gethostname()
    if folder.parent == Path(gettempdir()) and folder.name.startswith(PREFIX) and folder.lstat().st_uid == os.getuid():
        shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
