"""The register of facts still to verify (`data/to_verify.toml`): nothing unverified reaches a page as if it were known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Row:
    """A claim, the value the code uses, where, and the official source wanted; `read_on` and `read_at` once verified."""

    key: str
    area: str
    claim: str
    value: str
    used_in: str
    source_wanted: str
    state: str  # to_verify or verified
    read_on: date | None = None
    read_at: str = ""


@cache
def register() -> dict[str, Row]:
    """All rows, by key."""
    text = files("communaux.data").joinpath("to_verify.toml").read_text("utf-8")
    return {key: Row(key=key, **fields) for key, fields in tomllib.loads(text).items()}


def printable(key: str) -> Row | None:
    """The row if it is verified, else None: a page then leaves the claim out or says that it is being checked."""
    row = register()[key]
    return row if row.state == "verified" else None
