"""Dumps of what the records say, one file for each licence of records: nothing of one licence stands in the file of another.

The unit is a record as it was read, never a merged sheet, so that no value is borrowed. A file `….about.json` beside each
dump names source, attribution, licence, day, counts and sha256. See `docs/decisions/0010-exports-by-licence.md`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from communaux.catalogue.formats import csv_writer, dcat_writer, json_writer
from communaux.catalogue.formats.exported import Exported
from communaux.catalogue.queries import exports, records
from communaux.core.canonical import plain
from communaux.core.errors import NotFound, Unavailable
from communaux.core.files import replacing

type Report = Callable[[int, int | None], None]
type Write = Callable[[dcat_writer.Desk, Iterable[Exported]], Iterator[str]]

ABOUT: Final = ".about.json"


def as_lines(desk: dcat_writer.Desk, views: Iterable[Exported]) -> Iterator[str]:
    return map(json_writer.row, views)


def as_table(desk: dcat_writer.Desk, views: Iterable[Exported]) -> Iterator[str]:
    yield csv_writer.head()
    yield from map(csv_writer.row, views)


FORMATS: Final[dict[str, tuple[str, Write]]] = {
    "json": ("jsonl", as_lines),
    "csv": ("csv", as_table),
    "dcat": ("ttl", dcat_writer.write_turtle),
}


@dataclass(frozen=True, slots=True)
class Dump:
    """A file that was written."""

    path: Path
    records: int
    size: int
    sha256: str


def folder() -> Path:
    """Where dumps stand unless told otherwise: those that the API gives."""
    return Path(settings.VAR) / "exports"


def export(into: Path, licences: Iterable[str], format: str, at: datetime, report: Report) -> Iterator[Dump]:
    """Write the dump of each licence, one after the other; each is whole before it takes the place of an older one."""
    chosen = list(licences)
    total, done = sum(records.count(licence) for licence in chosen), 0
    try:
        into.mkdir(parents=True, exist_ok=True)
        for licence in chosen:
            dump = _write(into, licence, format, at, lambda n, done=done: report(done + n, total))  # type: ignore[misc]
            done += dump.records
            yield dump
    except OSError as error:
        why = {"folder": str(into), "why": error.strerror or type(error).__name__}
        raise Unavailable(
            "not_written", _("%(folder)s: not written (%(why)s); what stood there stays.") % why
        ) from error


def _write(into: Path, licence: str, format: str, at: datetime, report: Callable[[int], None]) -> Dump:
    ending, write = FORMATS[format]
    path = into / f"{file_name(licence)}.{ending}"
    digest, size, counts = hashlib.sha256(), 0, dict[str, int]()
    views = _counted(records.records(licence), counts, report)
    with replacing(path) as file:
        for piece in write(exports.desk(), views):
            data = piece.encode()
            digest.update(data)
            size += file.write(data)
    dump = Dump(path, sum(counts.values()), size, digest.hexdigest())
    with replacing(into / f"{path.name}{ABOUT}") as file:
        file.write(json.dumps(about(dump, licence, format, at, counts), ensure_ascii=False, indent=1).encode())
    return dump


def _counted(views: Iterable[Exported], counts: dict[str, int], report: Callable[[int], None]) -> Iterator[Exported]:
    for number, view in enumerate(views, 1):
        source = view.origins[0].source
        counts[source] = counts.get(source, 0) + 1
        yield view
        if number % 100 == 0:
            report(number)
    report(sum(counts.values()))


def about(dump: Dump, licence: str, format: str, at: datetime, counts: dict[str, int]) -> dict[str, Any]:
    """What whoever reuses the file must know of it."""
    sources = records.sources_of(licence)
    return {
        "name": dump.path.name,
        "format": format,
        "licence": licence,
        "licence_url": next((source.licence_url for source in sources if source.licence_url), ""),
        "share_alike": any(source.share_alike for source in sources),
        "date": plain(at),
        "made_by": f"{settings.DESK_NAME}, {settings.DESK_URL}",
        "records": dump.records,
        "sources": [
            {"key": one.key, "title": one.title, "attribution": one.attribution, "records": counts.get(one.key, 0)}
            for one in sources
        ],
        "size": dump.size,
        "sha256": dump.sha256,
    }


def file_name(licence: str) -> str:
    """The licence as the name of a file; two licences never share one."""
    name = re.sub(r"[^A-Za-z0-9.+-]+", "-", licence).strip(".-")
    return name if name == licence else f"{name or 'licence'}-{hashlib.sha256(licence.encode()).hexdigest()[:6]}"


def chosen(licence: str) -> list[str]:
    """This licence, or all; raise NotFound for one that no record is under."""
    known = records.licences()
    if licence and licence not in known:
        told = ", ".join(known) or "—"
        raise NotFound("unknown_licence", _("No record is under %(licence)s. Licences: %(known)s.") % {
            "licence": licence, "known": told,
        })  # fmt: skip
    return [licence] if licence else known


def dumps() -> list[dict[str, Any]]:
    """What the files beside the dumps say, by licence and format; one that cannot be read, or without its dump, is not told."""
    return [told for path in sorted(folder().glob(f"*{ABOUT}")) if (told := _told(path))]


def _told(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text("utf-8"))
        whole = (
            told["name"] == path.name.removesuffix(ABOUT) and (folder() / told["name"]).stat().st_size == told["size"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if whole else None
