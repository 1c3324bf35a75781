"""Files about one repository → one reading, whatever they hold: `communaux.forge/1`, or what GitHub, GitLab, Forgejo publish."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from communaux.engines.assess.forge import MOST, BadItems, Forge, Numbering, Span, Who, merge, ordered
from communaux.engines.assess.forge_accounts import mapping
from communaux.engines.assess.forge_forgejo import Rows, read_forgejo, whole
from communaux.engines.assess.forge_github import read_github
from communaux.engines.assess.forge_gitlab import read_gitlab
from communaux.engines.assess.forge_lines import is_lines, read_lines

SPACE: Final = re.compile(r"[\s\ufeff]*")
NAMES: Final = ("nameWithOwner", "fullPath", "full_name")  # by which a repository is known


@dataclass(slots=True)
class _Raw:
    """Pages of forges, from all files, in their order."""

    github: list[Mapping[str, Any]] = field(default_factory=list)
    gitlab: list[Mapping[str, Any]] = field(default_factory=list)
    forgejo: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))

    def forges(self) -> list[str]:
        return [name for name in ("github", "gitlab", "forgejo") if getattr(self, name)]


def read_items(contents: Sequence[tuple[str, bytes]], *, read_on: int | None = None, who: Who | None = None) -> Forge:
    """(name, bytes) of each file → one reading. Raise BadItems.

    `read_on`: the day (seconds UTC) when pages of a forge were fetched, which they do not tell themselves. `who`: makes tokens of
    names; by default numbers, and the names are gone.
    """
    tokens, raw, found = who or Numbering(), _Raw(), []
    for name, content in contents:
        text = _decoded(name, content)
        if is_lines(text):
            found.append(read_lines(text, lambda token: tokens(f"={token}"), name))
        else:
            _sort(raw, name, text)
    found += _parsed(raw, read_on, tokens)
    if not found:
        raise BadItems("empty")
    if sum(len(one.items) for one in found) > MOST:
        raise BadItems("too_many", what=str(MOST))
    return ordered(reduce(merge, found))


def _decoded(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadItems("not_text", name=name) from error
    if not text.strip("\ufeff \t\r\n"):
        raise BadItems("empty", name=name)
    return text


def documents(text: str, name: str = "") -> Iterator[Any]:
    """JSON after JSON, as paging commands write them; a list of GraphQL answers is its answers. Raise BadItems with the line."""
    decoder, at = json.JSONDecoder(), _word(text, 0)
    while at < len(text):
        try:
            one, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise BadItems("not_json", line=text.count("\n", 0, at) + 1, name=name) from error
        at = _word(text, at)
        yield from one if isinstance(one, list) and one and all("data" in mapping(page) for page in one) else [one]


def _word(text: str, at: int) -> int:
    """Where something stands again, from there on."""
    found = SPACE.match(text, at)
    assert found is not None  # it matches nothing too
    return found.end()


def _sort(raw: _Raw, name: str, text: str) -> None:
    """The pages of a file to those of its forge."""
    pages = []
    for one in documents(text, name):
        data = mapping(mapping(one).get("data"))
        if mapping(data.get("repository")):
            raw.github.append(data["repository"])
        elif mapping(data.get("project")):
            raw.gitlab.append(data["project"])
        elif mapping(one).keys() & {"data", "errors"}:
            raise BadItems("failed", name=name)
        else:
            pages.append(one)
    for kind, rows in whole(pages, name).items():
        raw.forgejo[kind] += rows


def _parsed(raw: _Raw, read_on: int | None, who: Who) -> list[Forge]:
    forges = raw.forges()
    if not forges:
        return []
    if len(forges) > 1:
        raise BadItems("other_forge", what=", ".join(forges))
    if read_on is None:
        raise BadItems("no_day")
    _one_repository(raw)
    if raw.github:
        found = read_github(raw.github, read_on, who)
    else:
        found = read_gitlab(raw.gitlab, read_on, who) if raw.gitlab else read_forgejo(raw.forgejo, read_on, who)
    return [_not_before(found, max((read_on, *_times(found))))]


def _one_repository(raw: _Raw) -> None:
    """Raise BadItems for pages of several."""
    rows = (*raw.github, *raw.gitlab, *raw.forgejo.get("repository", []))
    names = {str(row[key]) for row in rows for key in NAMES if row.get(key)}
    if len(names) > 1:
        raise BadItems("other_repository", what=", ".join(sorted(names))[:200])


def _times(found: Forge) -> Iterator[int]:
    """All that happened: a day says no hour, and they were read after it."""
    for one in found.items:
        yield from (at for at in (one.opened, one.ended, *(at for at, _who in one.answers)) if at is not None)


def _not_before(found: Forge, until: int) -> Forge:
    return replace(found, read={kind: Span(one.since, until) for kind, one in found.read.items()})
