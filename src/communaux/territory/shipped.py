"""The millésimes shipped with the product: a table and, beside it, where it comes from and what it must hash to."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from communaux import data
from communaux.territory.cog import BadCog

YEAR = re.compile(r"cog-(\d{4})")


@dataclass(frozen=True, slots=True)
class Given:
    """A file of codes, its millésime and the hash of its bytes."""

    millesime: int
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def newest(millesime: int | None = None) -> Given:
    """The newest one shipped, or that of one year."""
    found = {year(one.name): one for one in (files(data) / "cog").iterdir() if one.name.endswith(".tsv.xz")}
    chosen = millesime or max(found)
    if chosen not in found:
        held = ", ".join(map(str, sorted(found)))
        raise BadCog(
            f"no codes of {chosen} are shipped (there are: {held}); make them with `communaux territory build`"
        )
    return Given(chosen, _checked(found[chosen]))


def _checked(path: Traversable) -> bytes:
    content = path.read_bytes()
    told = about(path.name.removesuffix(".tsv.xz"))["sha256"]
    if hashlib.sha256(content).hexdigest() != told:
        raise BadCog(f"{path.name} is not the file that its description names")
    return content


def about(name: str) -> dict[str, Any]:
    return tomllib.loads((files(data) / "cog" / f"{name}.toml").read_text("utf-8"))


def of_file(path: Path, millesime: int | None = None) -> Given:
    """A file of one's own; its name says the year when nobody does."""
    try:
        return Given(millesime or year(path.name), path.read_bytes())
    except OSError as error:
        raise BadCog(f"{path} cannot be read: {error.strerror}") from error


def year(name: str) -> int:
    found = YEAR.search(name)
    if not found:
        raise BadCog(f"{name} does not say its year: give it with --millesime")
    return int(found[1])
