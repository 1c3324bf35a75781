"""Open Sustainable Technology (CC-BY 4.0): `projects.json`, or the README list it is converted from.

In the list a line `- [name](address) - description` stands under `## category` and `### sub-category`; the id is the
slug of the name, numbered when it was taken by an earlier line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from communaux.catalogue.addresses import is_owner_page, on_forge
from communaux.catalogue.formats.mapped import Mapped, Reading
from communaux.catalogue.formats.rows import (
    Row,
    Rows,
    base_name,
    decoded,
    gather,
    json_rows,
    named,
    needed,
    row_or_refused,
)
from communaux.catalogue.formats.values import address, line, lines, slug, spoken

HEADING = re.compile(r"(#{2,4})\s+(.*?)\s*#*$")
PROJECT = re.compile(r"[-*]\s+\[([^\]]+)\]\((\S+?)\)\s*(?:[-–—:]\s*)?(.*)$")
OTHER_FILES = ("organizations.json",)
DROPPED: tuple[str, ...] = ()
LONGEST_ID = 300


def read(files: Mapping[str, bytes]) -> Reading:
    return gather(project_rows(files), to_mapped, DROPPED)


def project_rows(files: Mapping[str, bytes]) -> Rows:
    for path, data in named(files, ".json"):
        if base_name(path) not in OTHER_FILES:
            yield from json_rows(path, data)
    for path, data in named(files, ".md"):
        yield from listed(base_name(path), decoded(data))


def listed(name: str, found: str) -> Rows:
    """The projects of a README; a line of the list without address is no project."""
    category = sub_category = ""
    seen: dict[str, int] = {}
    for number, one in enumerate(found.splitlines(), 1):
        if heading := HEADING.match(one):
            category, sub_category = (heading[2], "") if len(heading[1]) == 2 else (category, heading[2])
        elif (project := PROJECT.match(one.strip())) and not project[2].startswith("#"):
            content = {"name": project[1], "url": project[2], "description": project[3]}
            content |= {"id": numbered(project[1], seen), "category": category, "sub_category": sub_category}
            yield row_or_refused(f"{name}, line {number}", content)


def numbered(name: str, seen: dict[str, int]) -> str:
    key = slug(name, LONGEST_ID)
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def to_mapped(row: Row) -> Mapped:
    """The address listed is both home and repository on a forge; elsewhere it is the home page only."""
    content, warnings = row.content, row.warnings
    url = address(content.get("url"), warnings)
    return Mapped(
        external_id=needed(line(content.get("id")), "id"),
        name=needed(line(content.get("name")), "name"),
        lang=("en",),
        short=spoken({"en": line(content.get("description"))}),
        url=url,
        repository=url if on_forge(url) and not is_owner_page(url) else "",
        tags=lines([content.get("category"), content.get("sub_category")]),
        warnings=tuple(warnings),
        raw=content,
    )
