"""awesome-selfhosted (CC-BY-SA 3.0: share-alike, imported and never shipped): `software.json`, or one YAML file each.

The source does not say what a list of licences means; it holds choices, parts under different licences, and licences
with a clause that closes them. It is read as all of them at once (`AND`), which promises no freedom that may be missing.
`Commons-Clause` and `⊘` stay in the raw licence, where the licence reader finds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from communaux.catalogue.formats.mapped import Link, Mapped, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, base_name, gather, json_rows, named, needed, yaml_row
from communaux.catalogue.formats.values import address, day, line, lines, section, spoken
from communaux.catalogue.licences import together

DROPPED = ("demo_url",)
OTHER_FILES = ("tags.json", "licenses.yml", "licenses-nonfree.yml", "markdown.yml")


def read(files: Mapping[str, bytes]) -> Reading:
    return gather(software_rows(files), to_mapped, DROPPED)


def software_rows(files: Mapping[str, bytes]) -> Rows:
    for path, data in named(files, ".json"):
        if base_name(path) not in OTHER_FILES:
            yield from json_rows(path, data)
    for path, data in named(files, ".yml", ".yaml"):
        if base_name(path) not in OTHER_FILES:
            yield keyed(base_name(path).rsplit(".", 1)[0], yaml_row(path, data))


def keyed(key: str, row: Row | Refused) -> Row | Refused:
    """In the native form the id is the name of the file."""
    return Row(row.where, row.content, key) if isinstance(row, Row) else row


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    release = section(content.get("current_release"))
    months = section(content.get("commit_history"))
    archived = content.get("archived") is True
    if content.get("depends_3rdparty") is True:
        warnings.append("Depends on a service outside the control of its users")
    return Mapped(
        external_id=needed(line(content.get("id")) or row.key, "id"),
        name=needed(line(content.get("name")), "name"),
        lang=("en",),
        short=spoken({"en": line(content.get("description"))}),
        url=address(content.get("website_url"), warnings),
        repository=address(content.get("source_code_url"), warnings),
        licence_raw=together(lines(content.get("licenses"))),
        tags=lines(content.get("tags")),
        platforms=lines(content.get("platforms")),
        stage="ended" if archived else "",
        links=related(content, warnings),
        community=community(content, months),
        version=line(release.get("tag")),
        released_on=day(release.get("published_at")),
        last_sign_on=last_sign(content, release, months),
        updated_on=day(content.get("updated_at")),
        warnings=tuple(warnings),
        raw=content,
    )


def related(content: Mapping[str, Any], warnings: list[str]) -> tuple[Link, ...]:
    found = address(content.get("related_software_url"), warnings)
    return (Link("interoperates_with", "url", found),) if found else ()


def community(content: Mapping[str, Any], months: Mapping[str, Any]) -> dict[str, Any]:
    """Commits of the last twelve months and stars, for display only: neither is a judgment."""
    counts = {month: count for month, count in months.items() if isinstance(count, int) and not isinstance(count, bool)}
    stars = content.get("stargazers_count")
    found: dict[str, Any] = {"commits_by_month": counts} if counts else {}
    return found | ({"stars": stars} if isinstance(stars, int) and not isinstance(stars, bool) else {})


def last_sign(content: Mapping[str, Any], release: Mapping[str, Any], months: Mapping[str, Any]) -> date | None:
    """The newest of: last update seen, release, first day of the last month with a commit."""
    active = [f"{month}-01" for month, count in months.items() if count]
    days = [day(content.get("updated_at")), day(release.get("published_at")), *map(day, active)]
    return max((one for one in days if one), default=None)
