"""GitLab's answers to GraphQL (`docs/engines/forge.md` has the question): `{"data": {"project": {…}}}`, one or many pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from communaux.engines.assess.forge import Forge, Item, Kind, Member, Release, Span, Who
from communaux.engines.assess.forge_accounts import Account, Page, Word, connection, item, mapping, sequence

MAINTAINER: Final = 40  # level of access from which a protected branch may be merged into


def read_gitlab(projects: Sequence[Mapping[str, Any]], until: int, who: Who, name: str = "") -> Forge:
    """Pages of one project, in the order they were asked for. Raise BadItems. Of confidential issues only how many is kept."""
    page, items, hidden = Page(who, name), [], 0
    read: dict[Kind, Span] = {"repository": Span(0, until)}
    lists: tuple[tuple[Literal["issue", "change"], str], ...] = (("issue", "issues"), ("change", "mergeRequests"))
    for kind, key in lists:
        if found := connection((one.get(key) for one in projects), total="count", key="iid"):
            read[kind] = found.span([page.time(one, "updatedAt") for one in found.nodes], until, name)
            public = [one for one in found.nodes if one.get("confidential") is not True]
            hidden += len(found.nodes) - len(public)
            items += [_item(page, kind, one) for one in public]
    told = {key: value for one in projects for key, value in one.items()}
    releases = _releases(page, projects, read, until)
    members = _members(page, projects, read, until)
    return Forge(
        forge="gitlab",
        read=read,
        items=tuple(items),
        members=tuple(members),
        releases=releases,
        personal=told["group"] is None if "group" in told else None,
        archived=told["archived"] if isinstance(told.get("archived"), bool) else None,
        left_out=hidden,
    )


def _item(page: Page, kind: Literal["issue", "change"], row: Mapping[str, Any]) -> Item:
    opened, closed, merged = page.time(row, "createdAt"), page.when(row, "closedAt"), page.when(row, "mergedAt")
    if closed is None and row.get("state") == "closed":
        closed = page.time(row, "updatedAt")  # it was closed by then: an older GitLab tells no more
    words, cut_at = _words(page, mapping(row.get("notes")), opened)
    return item(
        kind,
        page.number(row, "iid"),
        opened,
        _account(page, row.get("author")),
        words,
        closed=closed,
        merged=merged,
        merger=_account(page, row.get("mergeUser")),
        moved=row.get("moved") is True,
        cut_at=cut_at if "notes" in row else opened,
    )


def _words(page: Page, notes: Mapping[str, Any], opened: int) -> tuple[list[Word], int | None]:
    """What people wrote for all to read; lines of the system itself are no words."""
    nodes = [node for node in sequence(notes.get("nodes")) if isinstance(node, dict)]
    written = [(page.time(node, "createdAt"), node) for node in nodes]
    said = [(at, node) for at, node in written if not node.get("system") and not node.get("internal")]
    words = [Word(at, _account(page, node.get("author"))) for at, node in said]
    cut = mapping(notes.get("pageInfo")).get("hasNextPage") is not False
    return words, max((at for at, _node in written), default=opened) if cut else None


def _account(page: Page, row: object) -> Account:
    told = mapping(row)
    return page.account(told.get("username"), bot=told.get("bot") is True)


def _releases(
    page: Page, projects: Sequence[Mapping[str, Any]], read: dict[Kind, Span], until: int
) -> tuple[Release, ...]:
    found = connection((one.get("releases") for one in projects), total="count", key="tagName")
    if found is None:
        return ()
    times = [page.time(one, "releasedAt") for one in found.nodes]
    read["release"] = found.span(times, until, page.name)
    return tuple(Release(at) for at, one in zip(times, found.nodes, strict=True) if not one.get("upcomingRelease"))


def _members(page: Page, projects: Sequence[Mapping[str, Any]], read: dict[Kind, Span], until: int) -> list[Member]:
    """Only a signed-in reader sees them; a list that is cut tells nothing."""
    pages = [one["projectMembers"] for one in projects if isinstance(one.get("projectMembers"), dict)]
    if not any(mapping(one.get("pageInfo")).get("hasNextPage") is False for one in pages):
        return []
    read["member"] = Span(0, until)
    rows = [row for one in pages for row in sequence(one.get("nodes")) if isinstance(row, dict)]
    known = [(_account(page, row.get("user")), mapping(row.get("accessLevel")).get("integerValue")) for row in rows]
    return [
        Member(by.token, level >= MAINTAINER)
        for by, level in known
        if by.token and not by.bot and isinstance(level, int)
    ]
