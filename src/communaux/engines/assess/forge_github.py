"""GitHub's answers to GraphQL (`docs/engines/forge.md` has the question): `{"data": {"repository": {…}}}`, one or many pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from communaux.engines.assess.forge import Forge, Item, Kind, Member, Release, Span, Who
from communaux.engines.assess.forge_accounts import Account, Page, Word, connection, item, mapping, sequence

CORE: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
MAY_MERGE: Final = frozenset({"ADMIN", "MAINTAIN", "WRITE"})


def read_github(repositories: Sequence[Mapping[str, Any]], until: int, who: Who, name: str = "") -> Forge:
    """Pages of one repository, in the order they were asked for. Raise BadItems."""
    page = Page(who, name)
    read: dict[Kind, Span] = {"repository": Span(0, until)}
    items: list[Item] = []
    lists: tuple[tuple[Literal["issue", "change"], str], ...] = (("issue", "issues"), ("change", "pullRequests"))
    for kind, key in lists:
        if found := connection((one.get(key) for one in repositories), total="totalCount", key="number"):
            read[kind] = found.span([page.time(one, "updatedAt") for one in found.nodes], until, name)
            items += (_item(page, kind, one) for one in found.nodes)
    releases = _releases(page, repositories, read, until)
    members = _members(page, repositories, read, until)
    told = {key: value for one in repositories for key, value in one.items() if value is not None}
    return Forge(
        forge="github",
        read=read,
        items=tuple(items),
        members=(*members, *page.members()),
        releases=releases,
        personal=not told["isInOrganization"] if isinstance(told.get("isInOrganization"), bool) else None,
        archived=told["isArchived"] if isinstance(told.get("isArchived"), bool) else None,
        archived_at=page.when(told, "archivedAt"),
    )


def _item(page: Page, kind: Literal["issue", "change"], row: Mapping[str, Any]) -> Item:
    opened, author = page.time(row, "createdAt"), _account(page, row.get("author"))
    if author.token and row.get("authorAssociation") in CORE:
        page.core.add(author.token)
    words, cuts = [], []
    for key, at in (("comments", "createdAt"), ("reviews", "submittedAt")):
        written, cut_at = _words(page, mapping(row.get(key)), at, opened)
        words += written
        cuts += [] if cut_at is None else [cut_at]
    if (kind == "change" and "reviews" not in row) or "comments" not in row:
        cuts.append(opened)  # nobody asked who wrote
    return item(
        kind,
        page.number(row, "number"),
        opened,
        author,
        words,
        closed=page.when(row, "closedAt"),
        merged=page.when(row, "mergedAt"),
        merger=_account(page, row.get("mergedBy")),
        cut_at=min(cuts, default=None),
    )


def _words(page: Page, written: Mapping[str, Any], at: str, opened: int) -> tuple[list[Word], int | None]:
    """What was written, and when what was read of it ends, where there is more."""
    nodes = [node for node in sequence(written.get("nodes")) if isinstance(node, dict) and node.get(at) is not None]
    words = []
    for node in nodes:
        by = _account(page, node.get("author"))
        if by.token and node.get("authorAssociation") in CORE and not by.bot:
            page.core.add(by.token)
        words.append(Word(page.time(node, at), by))
    total = written.get("totalCount")
    cut = isinstance(total, int) and total > len(sequence(written.get("nodes")))
    return words, max((one.at for one in words), default=opened) if cut else None


def _account(page: Page, row: object) -> Account:
    told = mapping(row)
    return page.account(told.get("login"), bot=told.get("__typename") == "Bot")


def _releases(
    page: Page, repositories: Sequence[Mapping[str, Any]], read: dict[Kind, Span], until: int
) -> tuple[Release, ...]:
    found = connection((one.get("releases") for one in repositories), total="totalCount", key="tagName")
    if found is None:
        return ()
    public = [one for one in found.nodes if not one.get("isDraft")]
    read["release"] = found.span([page.time(one, "createdAt") for one in found.nodes], until, page.name)
    times = [(page.when(one, "publishedAt"), one) for one in public]
    return tuple(
        Release(page.time(one, "createdAt") if at is None else at, one.get("isPrerelease") is True) for at, one in times
    )


def _members(page: Page, repositories: Sequence[Mapping[str, Any]], read: dict[Kind, Span], until: int) -> list[Member]:
    """Only who may push sees them; a list that is cut tells nothing."""
    pages = [one["collaborators"] for one in repositories if isinstance(one.get("collaborators"), dict)]
    edges = [edge for one in pages for edge in sequence(one.get("edges")) if isinstance(edge, dict)]
    totals = [one["totalCount"] for one in pages if isinstance(one.get("totalCount"), int)]
    if not totals or len(edges) < max(totals):
        return []
    read["member"] = Span(0, until)
    known = [(_account(page, edge.get("node")), edge.get("permission") in MAY_MERGE) for edge in edges]
    return [Member(by.token, may) for by, may in known if by.token and not by.bot]
