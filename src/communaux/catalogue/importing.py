"""Run an import from its files to the settled catalogue: read, check, slice by slice, close. Commands and tasks call this.

A slice is written whole or not at all; running the same import again goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from communaux.catalogue.formats import READERS, facts
from communaux.catalogue.formats.mapped import Mapped, Reading, Refused
from communaux.catalogue.indexing import keep_themes
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.models import Source
from communaux.catalogue.services import attach_identified, close_import, import_slice, register_source
from communaux.catalogue.services.imports import Counts, check_loss
from communaux.catalogue.sources import files_of, sources, unpacked
from communaux.core import http
from communaux.core.errors import NotFound
from communaux.core.models import Person

SLICE = 200
ARCHIVE = 200 * 1024 * 1024
CARD = ("title", "licence", "licence_url", "attribution", "share_alike", "address", "format", "priority")

type Report = Callable[[int, int | None], None]
type Read = Callable[[str, Mapping[str, bytes]], Reading]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of every line: accepted (created, updated, unchanged), corrected (with a warning), refused."""

    source: str
    counts: Counts
    corrected: int
    refused: tuple[Refused, ...]
    skipped: bool = False  # the same files as last time


def card(key: str) -> dict[str, Any]:
    if key not in sources():
        known = ", ".join(sorted(sources()))
        raise NotFound(
            "unknown_source", _("No source is named %(key)s. Known: %(known)s.") % {"key": key, "known": known}
        )
    return sources()[key]


def from_folder(key: str, folder: Path) -> dict[str, bytes]:
    """The files of one source in a folder of catalogues, by path; empty when none is there."""
    card(key)
    return files_of(key, folder)


def from_address(key: str) -> dict[str, bytes]:
    """The files of one source, out of the archive at its public address."""
    known = card(key)
    if not known.get("address"):
        raise NotFound("no_address", _("No public address is known for %(key)s: give its files.") % {"key": key})
    return unpacked(key, http.get(known["address"], limit=ARCHIVE).body)


def shipped_facts(key: str) -> dict[str, bytes]:
    """The facts of one source that come with the product; empty when none do."""
    folder = files("communaux.data") / "facts"
    name = f"{key}.tsv.xz"
    return {name: (folder / name).read_bytes()} if (folder / name).is_file() else {}


def digest(given: Mapping[str, bytes]) -> str:
    """One hash for a set of files."""
    total = hashlib.sha256()
    for name in sorted(given):
        total.update(hashlib.sha256(given[name]).digest())
    return total.hexdigest()


def read_facts(key: str, given: Mapping[str, bytes]) -> Reading:
    """Shipped facts, marked as such: every other source speaks before them."""
    reading = facts.read(given)
    marked = tuple(replace(said, raw={**said.raw, "shipped_facts": True}) for said in reading.records)
    return replace(reading, records=marked)


def demo_files(key: str, folder: Path | None) -> tuple[dict[str, bytes], Read]:
    """What a demonstration reads for a source, and how: the shipped commons, the full catalogue, or the shipped facts."""
    if key == "seeds":
        path = files("communaux.data") / "seeds" / "commons.toml"
        return {"commons.toml": path.read_bytes()}, read
    if folder and (given := from_folder(key, folder)):
        return given, read
    return shipped_facts(key), read_facts


def read(key: str, given: Mapping[str, bytes]) -> Reading:
    return READERS[key](given)


def run_import(
    by: Person,
    key: str,
    reading: Reading,
    *,
    etag: str,
    at: datetime,
    ring: Keyring | None = None,
    report: Report | None = None,
    accept_loss: bool = False,
) -> Outcome:
    """Bring a reading in. `etag` names its files; the same files as last time are not worked through again."""
    facts = {name: value for name, value in card(key).items() if name in CARD}
    seen = {said.external_id for said in reading.records}
    check_loss(key, seen, accept_loss=accept_loss)
    source = register_source(by, key=key, facts=facts, at=at)
    if etag and source.etag == etag:
        return Outcome(key, Counts(unchanged=len(reading.records)), 0, reading.refused, skipped=True)
    keep_themes(by)
    ring = ring or Keyring()
    ring.crowd(key, reading.records)
    counts = _slices(by, source, reading.records, ring, at, report)
    attach_identified(by, ring=ring, at=at)
    counts = close_import(by, source, seen=seen, counts=counts, etag=etag, at=at)
    corrected = sum(bool(said.warnings) for said in reading.records)
    return Outcome(key, counts, corrected, reading.refused)


def _slices(
    by: Person, source: Source, records: tuple[Mapped, ...], ring: Keyring, at: datetime, report: Report | None
) -> Counts:
    counts = Counts()
    for start in range(0, len(records), SLICE):
        counts += import_slice(by, source, records[start : start + SLICE], ring=ring, at=at)
        if report:
            report(min(start + SLICE, len(records)), len(records))
    return counts


def importable(folder: Path | None) -> list[str]:
    """Sources that can be read from this folder (or from their address), highest priority first."""
    keys = sorted(sources(), key=lambda key: (-sources()[key]["priority"], key))
    if folder is None:
        return [key for key in keys if sources()[key].get("address")]
    return [key for key in keys if sources()[key].get("files") and from_folder(key, folder)]
