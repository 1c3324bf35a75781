"""Run an import from its files to the settled catalogue: read, check, slice by slice, close. Commands and tasks call this.

A slice is written whole; when it cannot be, its rows are written one by one and the one at fault is refused. Running the
same import again goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from communaux.catalogue import indexing, linking
from communaux.catalogue.formats import READERS, facts, refusals
from communaux.catalogue.formats.mapped import Mapped, Reading, Refused
from communaux.catalogue.formats.rows import shown
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.locking import one_import
from communaux.catalogue.models import Source, SourceRecord
from communaux.catalogue.services import attach_identified, close_import, import_slice, register_source
from communaux.catalogue.services.imports import Counts, check_loss
from communaux.catalogue.sources import Given, files_of, lone_file, sources, unpacked
from communaux.core import http
from communaux.core.errors import NotFound, Refusal
from communaux.core.models import Person

SLICE = 200
ARCHIVE = 200 * 1024 * 1024
CARD = ("title", "licence", "licence_url", "attribution", "share_alike", "address", "format", "priority")
NO_FAULT_OF_A_ROW: Final = (OperationalError, InterfaceError, MemoryError, Refusal)

log = logging.getLogger(__name__)
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
    kept: int = 0  # records that were not found again, but may stand in a refused line


def card(key: str) -> dict[str, Any]:
    if key not in sources():
        known = ", ".join(sorted(sources()))
        raise NotFound(
            "unknown_source", _("No source is named %(key)s. Known: %(known)s.") % {"key": key, "known": known}
        )
    return sources()[key]


def given(key: str, place: str = "") -> Given:
    """The files of one source: those of a folder of catalogues, a file, an address; without place, of its public address."""
    card(key)
    if not place:
        return from_address(key)
    if place.startswith(("https://", "http://")):
        name = PurePosixPath(urlsplit(place).path).name
        return lone_file(key, name, http.get(place, limit=ARCHIVE).body)
    path = Path(place)
    if path.is_file():
        return lone_file(key, path.name, path.read_bytes())
    if not path.is_dir():
        raise NotFound("no_such_place", _("%(place)s is no file, no folder and no address.") % {"place": place})
    if not (found := from_folder(key, path)):
        names = ", ".join(card(key)["files"])
        told = {"source": key, "place": place, "names": names}
        raise NotFound("no_file", _("No file of %(source)s is in %(place)s (%(names)s).") % told)
    return Given(found)


def from_folder(key: str, folder: Path) -> dict[str, bytes]:
    """The files of one source in a folder of catalogues, by path; empty when none is there."""
    card(key)
    return files_of(key, folder)


def from_address(key: str) -> Given:
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


def holds_more_than_facts(key: str) -> bool:
    """Whether the desk has read the full catalogue of a source: the shipped facts would take it back."""
    return SourceRecord.objects.filter(source=key, state="live").exclude(raw__has_key="shipped_facts").exists()


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


def read_given(key: str, given: Given) -> Reading:
    """Read the files of a source; those that were not taken are refused, and nothing at all is told rather than imported."""
    found = read(key, given.files)
    if not (found.records or found.refused or given.skipped):
        told = {"source": key, "names": ", ".join(sorted(given.files))}
        raise NotFound("nothing_read", _("Nothing of %(source)s was found in what was given (%(names)s).") % told)
    return replace(found, refused=(*found.refused, *given.skipped))


def run_import(
    by: Person,
    key: str,
    reading: Reading,
    *,
    etag: str,
    at: datetime,
    report: Report | None = None,
    accept_loss: bool = False,
    again: bool = False,
    part: bool = False,
) -> Outcome:
    """Bring a reading in. `etag` names its files: the same as last time are not worked through, unless `again`.

    What the source no longer holds is marked as gone, unless the reading is a `part` of it, or refused a line that may hold
    it; `accept_loss` says that it is gone all the same.
    """
    whole = not (part or card(key).get("one_by_one"))
    seen = {said.external_id for said in reading.records}
    with one_import(lambda: report and report(0, len(seen))):
        if whole:
            check_loss(key, seen, refused=len(reading.refused), accept_loss=accept_loss)
        facts = {name: value for name, value in card(key).items() if name in CARD}
        source = register_source(by, key=key, facts=facts, at=at)
        if etag and source.etag == etag and not again:
            return Outcome(key, Counts(unchanged=len(seen)), 0, reading.refused, skipped=True)
        counts, failed = _slices(by, source, reading.records, at, report)
        missing = _missing(source, seen) if whole else []
        gone = missing if accept_loss or not reading.refused else []
        etag = "" if failed or part else etag  # the next import tries again what failed
        counts = close_import(by, source, gone=gone, counts=counts, etag=etag, at=at)
    corrected = sum(bool(said.warnings) for said in reading.records)
    return Outcome(key, counts, corrected, (*reading.refused, *failed), kept=len(missing) - len(gone))


def _missing(source: Source, seen: set[str]) -> list[SourceRecord]:
    live = source.records.filter(state="live").only("external_id", "commons_id")
    return [record for record in live if record.external_id not in seen]


def _slices(
    by: Person, source: Source, records: tuple[Mapped, ...], at: datetime, report: Report | None
) -> tuple[Counts, list[Refused]]:
    indexing.keep_themes(by)
    ring = Keyring()
    ring.crowd(source.key, records)
    counts, failed = Counts(), list[Refused]()
    for start in range(0, len(records), SLICE):
        done, refused = _brought(by, source, records[start : start + SLICE], ring, at)
        counts, failed = counts + done, failed + refused
        if report:
            report(min(start + SLICE, len(records)), len(records))
    attach_identified(by, ring=ring, at=at)
    return counts, failed


def _brought(
    by: Person, source: Source, records: tuple[Mapped, ...], ring: Keyring, at: datetime
) -> tuple[Counts, list[Refused]]:
    """These records in one transaction; when that fails, each in its own, so that only the one at fault is refused."""
    try:
        with ring.tried():
            return import_slice(by, source, records, ring=ring, at=at), []
    except NO_FAULT_OF_A_ROW:
        raise
    except Exception as error:
        if len(records) == 1:
            return Counts(), [_not_stored(source, records[0], error)]
    counts, failed = Counts(), list[Refused]()
    for record in records:
        done, refused = _brought(by, source, (record,), ring, at)
        counts, failed = counts + done, failed + refused
    return counts, failed


def _not_stored(source: Source, said: Mapped, error: Exception) -> Refused:
    log.info("%s, %s could not be stored", source.key, said.external_id, exc_info=error)
    return Refused(f"{source.key}, {said.external_id}", f"Not stored: {type(error).__name__}", shown(said.raw))


def finish(by: Person) -> None:
    """After imports: the search index, then the relations and the pairs that may be the same."""
    with one_import():
        indexing.reindex(by)
        linking.link(by)


def keep_refused(outcome: Outcome, folder: Path) -> Path | None:
    """Write the file of refused lines, for a person to mend; None when there is none."""
    if not outcome.refused:
        return None
    path = folder / refusals.refusals_name(outcome.source)
    path.write_bytes(refusals.write(outcome.refused))
    return path


def importable(folder: Path | None) -> list[str]:
    """Sources that can be read from this folder (or from their address), highest priority first."""
    keys = sorted(sources(), key=lambda key: (-sources()[key]["priority"], key))
    if folder is None:
        return [key for key in keys if sources()[key].get("address")]
    return [key for key in keys if sources()[key].get("files") and from_folder(key, folder)]
