"""Forgejo's (and Gitea's) lists of REST: pages one after the other, the last of them empty, which tells that the list is whole.

Lists of issues (which hold pull requests too), of comments, of reviews, of releases; the repository, its organisation, permissions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from communaux.engines.assess.forge import BadItems, Forge, Item, Kind, Member, Release, Span, Who
from communaux.engines.assess.forge_accounts import Account, Page, Word, item, mapping

NUMBER: Final = re.compile(r"/(\d{1,12})/?$")
GHOST: Final = -1  # id of the account that stands for those deleted
NOT_GIVEN: Final = frozenset({"PENDING", "REQUEST_REVIEW"})  # reviews that nobody has read yet
MAY_MERGE: Final = frozenset({"owner", "admin", "write"})
type Rows = list[Mapping[str, Any]]


def kind_of(row: Mapping[str, Any]) -> str:
    """What a row of a list is, by the keys that only it has; "" for none of ours."""
    marks = {
        "release": "tag_name" in row,
        "comment": "issue_url" in row,
        "review": "submitted_at" in row,
        "issue": "number" in row and "pull_request" in row,
        "repository": "full_name" in row and "default_branch" in row,
        "organisation": "repo_admin_change_team_access" in row,
        "permission": "permission" in row and "user" in row,
    }
    return next((kind for kind, here in marks.items() if here), "")


def whole(pages: Sequence[object], name: str = "") -> dict[str, Rows]:
    """The rows of one file by what they are. Raise BadItems where a list does not end with an empty page."""
    found: dict[str, Rows] = defaultdict(list)
    ended, last = True, ""
    for page in pages:
        rows = page if isinstance(page, list) else [page]
        kinds = [kind_of(mapping(row)) for row in rows]
        if "" in kinds:
            raise BadItems("not_forge", name=name)
        if not ended and isinstance(page, list) and kinds and kinds[0] != last:
            raise BadItems("no_end", name=name)
        for kind, row in zip(kinds, rows, strict=True):
            found[kind].append(row)
        if isinstance(page, list):
            ended, last = not rows, kinds[0] if kinds else ""
    if not ended:
        raise BadItems("no_end", name=name)
    return found


def read_forgejo(rows: Mapping[str, Rows], until: int, who: Who, name: str = "") -> Forge:
    """Everything of one repository, from as many files as there are. Raise BadItems."""
    page, about = Page(who, name), {key: value for row in rows.get("repository", []) for key, value in row.items()}
    read: dict[Kind, Span] = {}
    parts: tuple[tuple[Kind, str], ...] = (
        *(("repository", "repository"), ("issue", "issue"), ("change", "issue")),
        *(("release", "release"), ("member", "permission")),
    )
    for kind, of in parts:
        if rows.get(of):
            read[kind] = Span(0, until)
    archived = about.get("archived")
    return Forge(
        forge="forgejo",
        read=read,
        items=tuple(_items(page, rows)),
        members=tuple(_members(page, rows.get("permission", []))),
        releases=tuple(_releases(page, rows.get("release", []))),
        personal=False if rows.get("organisation") else None,
        archived=archived if isinstance(archived, bool) else None,
        archived_at=page.when(about, "archived_at") if archived else None,
    )


def _items(page: Page, rows: Mapping[str, Rows]) -> list[Item]:
    words: dict[int, list[Word]] = defaultdict(list)
    for row in rows.get("comment", []):
        words[_of(page, row)].append(Word(page.time(row, "created_at"), _account(page, row.get("user"))))
    for row in rows.get("review", []):
        if row.get("state") not in NOT_GIVEN and row.get("submitted_at"):
            words[_of(page, row)].append(Word(page.time(row, "submitted_at"), _account(page, row.get("user"))))
    items = [
        _item(page, row, words, rows)
        for row in {page.number(row, "number"): row for row in rows.get("issue", [])}.values()
    ]
    last = max((one.number for one in items), default=0)
    if items and all(one.ended is None for one in items) and len(items) < last:
        raise BadItems("only_open", what=f"{len(items)} / {last}", name=page.name)
    return items


def _item(page: Page, row: Mapping[str, Any], words: Mapping[int, list[Word]], rows: Mapping[str, Rows]) -> Item:
    """Where a list of those who wrote was not given, nothing is known of answers."""
    number, change, opened = page.number(row, "number"), mapping(row.get("pull_request")), page.time(row, "created_at")
    unread = not rows.get("comment") or (change and not rows.get("review"))
    return item(
        "change" if change else "issue",
        number,
        opened,
        _account(page, row.get("user")),
        [] if unread else words.get(number, []),
        closed=page.when(row, "closed_at"),
        merged=page.when(change, "merged_at"),
        cut_at=opened if unread else None,
    )


def _of(page: Page, row: Mapping[str, Any]) -> int:
    """The number of the item that somebody wrote under."""
    for key in ("pull_request_url", "issue_url"):
        if found := NUMBER.search(str(row.get(key) or "")):
            return int(found[1])
    raise page.odd("issue_url")


def _account(page: Page, row: object) -> Account:
    told = mapping(row)
    return Account() if told.get("id") == GHOST else page.account(told.get("login"))


def _releases(page: Page, rows: Rows) -> Iterable[Release]:
    public = [row for row in rows if not row.get("draft")]
    return [Release(page.time(row, "published_at"), row.get("prerelease") is True) for row in public]


def _members(page: Page, rows: Rows) -> Iterable[Member]:
    known = [(_account(page, row.get("user")), row.get("permission") in MAY_MERGE) for row in rows]
    return [Member(by.token, may) for by, may in known if by.token and not by.bot]
