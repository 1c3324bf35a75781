"""A programme as files for others, one module a format; what is read is somebody else's, and not believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from communaux.engines.programme.formats import calendar, schedule_json, schedule_xml, structured, tables
from communaux.engines.programme.formats.reading import MOST
from communaux.engines.programme.model import Programme


@dataclass(frozen=True, slots=True)
class Format:
    """`write(programme, instance=…, lang=…)`: `instance` is the host of the desk, `lang` that of the words that are ours."""

    media_type: str
    suffix: str
    write: Callable[..., bytes]


FORMATS: Final[Mapping[str, Format]] = {
    "ics": Format("text/calendar; charset=utf-8", "ics", calendar.write),
    "xml": Format("application/xml", "xml", schedule_xml.write),
    "json": Format("application/json", "json", schedule_json.write),
    "csv": Format("text/csv; charset=utf-8", "csv", tables.write_csv),
    "txt": Format("text/plain; charset=utf-8", "txt", tables.write_text),
    "jsonld": Format("application/ld+json", "jsonld", structured.write),
}


def read(content: bytes, timezone: str = "") -> Programme:
    """A schedule.xml or a schedule.json, told apart by how it begins; raise ProgrammeError.

    `timezone` is for a file that does not name its own.
    """
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return (schedule_json.read if begins == b"{" else schedule_xml.read)(content, timezone)


__all__ = ["FORMATS", "MOST", "Format", "read"]
