"""Repositories of French public bodies, code.gouv.fr (Licence Ouverte 2.0): one CSV of 19 columns.

Forks are skipped: they are copies. A row identifies a repository; it makes no sheet by itself. Where the source
repeats an address, the first row stands. Stars are for display only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.mapped import Event, Mapped, Reading
from communaux.catalogue.formats.rows import Row, Rows, base_name, csv_rows, gather, named, needed
from communaux.catalogue.formats.values import UNKNOWN_LANGUAGE, address, day, line, lines, spoken, text

YES = ("true", "1", "oui")
DROPPED = ("is_fork", "forks_count", "open_issues_count", "software_heritage_exists")


def read(files: Mapping[str, bytes]) -> Reading:
    """Files named `repositories…csv`; a row whose repository was met is passed over."""
    return gather(first_of_each(repository_rows(files)), to_mapped, DROPPED)


def repository_rows(files: Mapping[str, bytes]) -> Rows:
    for path, data in named(files, ".csv"):
        if base_name(path).startswith("repositor"):
            rows = csv_rows(path, data)
            yield from (row for row in rows if not isinstance(row, Row) or not told(row.content, "is_fork"))


def first_of_each(rows: Rows) -> Rows:
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, Row):
            key = normal_url(line(row.content.get("repository_url")))
            if key in seen:
                continue
            seen |= {key} - {""}
        yield row


def told(content: Mapping[str, Any], key: str) -> bool:
    return line(content.get(key)).lower() in YES


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    archived = told(content, "is_archived")
    last = day(content.get("last_update")) or day(content.get("last_modification"))
    return Mapped(
        external_id=needed(line(content.get("repository_url")), "repository_url"),
        name=needed(line(content.get("name")), "name"),
        short=spoken({UNKNOWN_LANGUAGE: text(content.get("description"))}),
        url=address(content.get("homepage"), warnings),
        repository=address(content.get("repository_url"), warnings),
        licence_raw=line(content.get("license")),
        tags=lines(line(content.get("topics")).split(",")),
        platforms=lines(content.get("language")),
        orgs=lines(content.get("organization_name")),
        stage="ended" if archived else "",
        events=life(content, archived),
        community=community(content),
        last_sign_on=last,
        updated_on=last,
        warnings=tuple(warnings),
        raw=content,
    )


def life(content: Mapping[str, Any], archived: bool) -> tuple[Event, ...]:
    """The day the repository was made; that it is archived, whose day the source does not tell."""
    on = day(content.get("creation_date"))
    made = (Event("created", on),) if on else ()
    return made + ((Event("archived"),) if archived else ())


def community(content: Mapping[str, Any]) -> dict[str, Any]:
    stars = line(content.get("stars_count"))
    found: dict[str, Any] = {
        "stars": int(stars) if stars.isdecimal() and len(stars) < 10 else 0,
        "platform": line(content.get("platform")),
        "software_heritage": line(content.get("software_heritage_url")),
    }
    return {key: one for key, one in found.items() if one}
