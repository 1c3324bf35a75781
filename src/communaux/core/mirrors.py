"""Copies of repositories, for as long as they are read. Of this machine only."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from communaux.engines.assess.git import SAFE, environment
from communaux.engines.assess.kernel import Told, silent
from communaux.engines.assess.model import AssessError


@contextmanager
def mirror(url: str, *, told: Told = silent) -> Generator[Path]:
    """The git directory of a copy, thrown away at the end; raise AssessError."""
    told("fetch")
    if urlsplit(url).scheme not in ("", "file"):
        raise AssessError("unreachable", url)
    with TemporaryDirectory() as folder:
        clone = ["git", *SAFE, "clone", "--quiet", "--bare", "--", url, f"{folder}/copy.git"]
        subprocess.run(clone, env=environment(), check=True, capture_output=True)
        yield Path(folder) / "copy.git"
