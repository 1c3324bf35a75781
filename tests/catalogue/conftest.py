"""The public catalogues that tests read, from `COMMUNAUX_SHARED` or the folder `shared` beside the repository."""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from communaux.catalogue.formats import READERS
from communaux.catalogue.formats.mapped import Reading
from communaux.catalogue.sources import files_of

SHARED = Path(os.environ.get("COMMUNAUX_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture(scope="session")
def catalogues() -> Path:
    folder = SHARED / "data" / "catalogues"
    if not folder.is_dir():
        pytest.skip(f"no public catalogues in {folder}: set COMMUNAUX_SHARED")
    return folder


@pytest.fixture(scope="session")
def entries() -> dict[str, dict]:
    path = SHARED / "data" / "search" / "entries.jsonl"
    if not path.is_file():
        pytest.skip(f"no {path}: set COMMUNAUX_SHARED")
    return {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}


@pytest.fixture(scope="session")
def reading(catalogues: Path) -> Callable[[str], Reading]:
    """A source read whole, once a session."""

    @cache
    def read(key: str) -> Reading:
        return READERS[key](files_of(key, catalogues))

    return read
