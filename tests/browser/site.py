"""A real desk in its own folder: data loaded by `communaux demo --check`, served by `communaux serve`, in other processes."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

REPOSITORY = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMUNAUX_SHARED", REPOSITORY.parent / "shared")) / "data" / "catalogues"
FILES = Path("publiccode", "files")
READY = 90  # seconds a shared machine may need to start the server
DESCRIBED = """publiccodeYmlVersion: "0.4"
name: "{name}"
url: "https://example.org/{name}.git"
description:
  fr:
    shortDescription: "Prêt de vélos entre deux écoles"
    longDescription: "Un registre partagé des vélos que deux écoles se prêtent."
legal:
  license: "EUPL-1.2"
"""


@dataclass(frozen=True, slots=True)
class Site:
    """`kind`: "shared" with the public catalogues, "shipped" with only what comes with the product."""

    url: str
    var: Path
    kind: str
    environment: dict[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the desk's own tables, to know which objects it has."""
        with closing(sqlite3.connect(f"file:{self.var}/communaux.sqlite3?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def describe(self, name: str) -> None:
        """Put one more file in the folder that the next import of `publiccode` reads."""
        path = self.var / "catalogues" / FILES / f"{name}.publiccode.yml"
        path.write_text(DESCRIBED.format(name=name), "utf-8")

    def command(self, *words: str, **given: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "communaux", *words], env=self.environment, cwd=self.var, **given
        )

    def drain(self) -> None:
        """Do all the work that waits."""
        assert self.command("work", "--batch").wait(timeout=300) == 0

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A real `communaux work` beside the server."""
        with stopped(self.command("work")):
            yield


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def opened(var: Path) -> Iterator[Site]:
    """Load the desk into the folder (what is there already costs nothing) and serve it on a free port."""
    site = described(var)
    loaded = site.command("demo", "--check", *(["--catalogues", str(SHARED)] if site.kind == "shared" else []))
    assert loaded.wait(timeout=300) == 0, "communaux demo --check failed: its message stands above"
    if site.kind == "shipped":
        site.describe("premier")
        assert site.command("import", "publiccode", "--from", str(var / "catalogues")).wait(timeout=120) == 0
    with stopped(site.command("serve", "--port", site.url.rpartition(":")[2])):
        ready(site)
        yield site


def described(var: Path) -> Site:
    port = free_port()
    (var / "catalogues" / FILES).mkdir(parents=True, exist_ok=True)
    if SHARED.is_dir():
        shutil.copytree(SHARED / FILES, var / "catalogues" / FILES, dirs_exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMMUNAUX_", "DATABASE_URL", "DJANGO_"))
    }
    own = {"COMMUNAUX_VAR": str(var), "COMMUNAUX_URL": url, "COMMUNAUX_DEMO": "1"}
    folder = {"COMMUNAUX_CATALOGUES": str(var / "catalogues")}
    return Site(url, var, "shared" if SHARED.is_dir() else "shipped", kept | own | folder)


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def ready(site: Site) -> None:
    until = time.monotonic() + READY
    while time.monotonic() < until:
        try:
            if httpx.get(f"{site.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"the desk did not become ready within {READY} s")
