"""One made-up story of a repository, told as three forges publish it. Nobody in it exists, and nothing was copied from a forge.

The shapes follow what each forge publishes:
- GitHub: GraphQL, public schema (docs.github.com/public/fpt/schema.docs.graphql; it bears no version, fields as in 2026):
  Repository, Issue, PullRequest, IssueComment, PullRequestReview, Release, Actor, PageInfo.
- GitLab: GraphQL reference of GitLab 18 (docs.gitlab.com/api/graphql/reference): Project, Issue, MergeRequest, Note,
  Release, ProjectMember, UserCore.
- Forgejo: REST v1 (swagger of Forgejo 11, `/swagger.v1.json`): Repository, Issue, PullRequestMeta, Comment, PullReview,
  Release, RepoCollaboratorPermission, Organization.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

DAY = 86_400
END = 1_790_000_000  # when the assessed commit was made
START = END - 365 * DAY
READ = END + 10 * DAY
CORE = ("mona", "otto")  # who belongs to the project
NAMES = ("mona", "otto", "lena", "ali", "zoe", "max", "ines", "hugo")


@dataclass(frozen=True)
class Told:
    """An item: days after the start of the year; `words`: (day, login); None is an account that was deleted."""

    kind: str
    number: int
    day: float
    author: str | None
    words: tuple[tuple[float, str | None], ...] = ()
    closed: float | None = None
    merged: bool = False
    merger: str | None = None
    reviewed: bool = False  # the words are reviews
    locked: bool = False
    confidential: bool = False
    moved: bool = False

    @property
    def updated(self) -> float:
        return max([self.day, *(day for day, _who in self.words), self.closed or self.day])


def story() -> list[Told]:
    """Twenty issues and ten change requests, with all that is odd."""
    told = [Told("issue", 1, -30, "lena", ((-29, "mona"),), closed=20)]  # opened before the year, closed in it
    for n in range(2, 14):  # answered after n days
        told.append(Told("issue", n, 10 * n, NAMES[2 + n % 6], ((10 * n + n, CORE[n % 2]),), closed=10 * n + 2 * n))
    told += [
        Told("issue", 14, 150, "zoe", ((150.5, "dependabot[bot]"), (151, "zoe"), (155, "max"), (160, "mona"))),
        Told("issue", 15, 160, "ali", ((161, "ali"),)),  # talks to nobody
        Told("issue", 16, 170, None, ((171, None), (178, "otto")), closed=200),
        Told("issue", 17, 180, "max", (), locked=True),
        Told("issue", 18, 190, "renovate[bot]", ((191, "mona"),)),
        Told("issue", 19, 340, "ines"),
        Told("issue", 20, 345, "hugo", ((346, "ghost"),)),
    ]
    for n in range(21, 28):  # newcomers and regulars, reviewed by those of the core
        author = NAMES[2 + n % 6]
        told.append(
            Told(
                "change",
                n,
                10 * n - 100,
                author,
                ((10 * n - 99, CORE[n % 2]),),
                closed=10 * n - 98,
                merged=n % 3 > 0,
                merger=CORE[n % 2] if n % 3 else None,
                reviewed=True,
            )
        )
    return [
        *told,
        Told("change", 28, 200, "dependabot[bot]", (), closed=201, merged=True, merger="mona"),
        Told("change", 29, 210, "mona", ((215, "otto"),), closed=220, merged=True, merger="mona", reviewed=True),
        Told("change", 30, 300, "otto"),
    ]  # fmt: skip


RELEASES = ((-100.0, False), (50.0, False), (200.0, True), (300.0, False))


def at(day: float) -> str:
    return datetime.fromtimestamp(START + int(day * DAY), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def or_none(day: float | None) -> str | None:
    return None if day is None else at(day)


def newest_first(told: Iterable[Told], kind: str) -> list[Told]:
    return sorted((one for one in told if one.kind == kind), key=lambda one: -one.updated)


def paged[T](rows: Sequence[T], size: int) -> Iterator[list[T]]:
    for first in range(0, len(rows), size):
        yield list(rows[first : first + size])


def stream(pages: Iterable[object]) -> bytes:
    """One after the other, as `gh api --paginate` writes them."""
    return "\n".join(json.dumps(page, ensure_ascii=False) for page in pages).encode()


# GitHub


def github(told: Iterable[Told], *, size: int = 7, most: int = 1000, members: bool = False) -> list[dict[str, Any]]:
    """Answers to the question of `docs/engines/forge.md`, a page each; of each list only the `most` newest."""
    about = {"nameWithOwner": "demo/velos", "isArchived": False, "archivedAt": None, "isInOrganization": True}
    rights = [{"permission": "WRITE", "node": _actor(one)} for one in CORE]
    rights += [{"permission": "READ", "node": _actor("lena")}, {"permission": "WRITE", "node": _actor("renovate[bot]")}]
    about |= {"collaborators": {"totalCount": 4, "edges": rights} if members else None}
    releases = [
        {"tagName": f"v{n}", "createdAt": at(day), "publishedAt": at(day), "isPrerelease": early, "isDraft": False}
        for n, (day, early) in enumerate(RELEASES)
    ]
    about |= {"releases": {"totalCount": len(releases), "nodes": releases, "pageInfo": {"hasNextPage": False}}}
    pages: list[dict[str, Any]] = [about]
    for kind, key, node in (("issue", "issues", _issue), ("change", "pullRequests", _pull)):
        rows = newest_first(told, kind)
        read = [node(one) for one in rows[:most]]
        for page in paged(read, size):
            last = page[-1] is read[-1] and len(read) == len(rows)
            pages.append({key: {"totalCount": len(rows), "nodes": page, "pageInfo": {"hasNextPage": not last}}})
    return [{"data": {"repository": page}} for page in pages]


def _actor(login: str | None) -> dict[str, str] | None:
    if login is None or login == "ghost":
        return None
    bot = login.endswith("[bot]")
    return {"__typename": "Bot" if bot else "User", "login": login.removesuffix("[bot]") if bot else login}


def _written(day: str, words: Sequence[tuple[float, str | None]]) -> dict[str, Any]:
    nodes = [
        {day: at(when), "author": _actor(who), "authorAssociation": "MEMBER" if who in CORE else "NONE"}
        for when, who in words
    ]
    return {"totalCount": len(words), "nodes": nodes}


def _issue(one: Told) -> dict[str, Any]:
    return {
        "number": one.number,
        "createdAt": at(one.day),
        "updatedAt": at(one.updated),
        "closedAt": or_none(one.closed),
        "locked": one.locked,
        "author": _actor(one.author),
        "authorAssociation": "MEMBER" if one.author in CORE else "NONE",
        "comments": _written("createdAt", () if one.reviewed else one.words),
    }


def _pull(one: Told) -> dict[str, Any]:
    return _issue(one) | {
        "mergedAt": or_none(one.closed if one.merged else None),
        "mergedBy": _actor(one.merger),
        "reviews": _written("submittedAt", one.words if one.reviewed else ()),
    }


# GitLab


def gitlab(told: Iterable[Told], *, size: int = 7, members: bool = False) -> list[dict[str, Any]]:
    releases = [
        {"tagName": f"v{n}", "releasedAt": at(day), "upcomingRelease": False}
        for n, (day, _early) in enumerate(RELEASES)
    ]
    about = {"fullPath": "demo/velos", "archived": False, "group": {"id": "gid://gitlab/Group/1"}}
    about |= {"releases": {"count": len(releases), "nodes": releases[::-1], "pageInfo": {"hasNextPage": False}}}
    rows = [
        {"accessLevel": {"integerValue": level}, "user": _user(who)}
        for who, level in (("mona", 50), ("otto", 40), ("lena", 30))
    ]
    about |= {"projectMembers": {"nodes": rows, "pageInfo": {"hasNextPage": False}} if members else None}
    pages: list[dict[str, Any]] = [about]
    for kind, key in (("issue", "issues"), ("change", "mergeRequests")):
        nodes = [_node(one) for one in newest_first(told, kind)]
        pages += [{key: {"count": len(nodes), "nodes": page}} for page in paged(nodes, size)]
    return [{"data": {"project": page}} for page in pages]


def _user(login: str | None) -> dict[str, Any]:
    bot = login is not None and login.endswith("[bot]")
    return {"username": login or "ghost", "bot": bot}


def _node(one: Told) -> dict[str, Any]:
    notes = [{"createdAt": at(day), "system": False, "internal": False, "author": _user(who)} for day, who in one.words]
    notes.append({"createdAt": at(one.day), "system": True, "internal": False, "author": _user("max")})
    notes.append({"createdAt": at(one.day), "system": False, "internal": True, "author": _user("mona")})
    row = {
        "iid": str(one.number),
        "createdAt": at(one.day),
        "updatedAt": at(one.updated),
        "closedAt": or_none(None if one.merged else one.closed),
        "state": "merged" if one.merged else "closed" if one.closed is not None else "opened",
        "discussionLocked": one.locked,
        "author": _user(one.author),
        "notes": {"nodes": notes, "pageInfo": {"hasNextPage": False}},
    }
    merged = {
        "mergedAt": or_none(one.closed if one.merged else None),
        "mergeUser": _user(one.merger) if one.merger else None,
    }
    return row | (merged if one.kind == "change" else {"confidential": one.confidential, "moved": one.moved})


# Forgejo


def forgejo(told: Iterable[Told], *, size: int = 7, members: bool = False) -> dict[str, list[Any]]:
    """Pages by file; each list ends with an empty one."""
    told = list(told)
    repository = {
        "full_name": "demo/velos",
        "default_branch": "main",
        "archived": False,
        "archived_at": "1970-01-01T00:00:00Z",
    }
    words = [(one, day, who) for one in told for day, who in one.words]
    reviews = [_review(one, day, who) for one, day, who in words if one.reviewed]
    waiting = {"state": "PENDING", "submitted_at": at(1), "user": _login("otto"), "pull_request_url": _url("pulls", 30)}
    releases = [
        {"tag_name": f"v{n}", "created_at": at(day), "published_at": at(day), "prerelease": early, "draft": False}
        for n, (day, early) in enumerate(RELEASES)
    ]
    organisation = {"username": "demo", "repo_admin_change_team_access": True}
    rights = [
        {"permission": level, "user": _login(who)}
        for who, level in (("mona", "owner"), ("otto", "write"), ("lena", "read"))
    ]
    return {
        "repository": [repository, organisation],
        "issues": [*paged([_row(one) for one in told], size), []],
        "comments": [*paged([_comment(one, day, who) for one, day, who in words if not one.reviewed], size), []],
        "reviews": [*paged([*reviews, waiting], size), []],
        "releases": [*paged(releases, size), []],
        **({"rights": rights} if members else {}),
    }


def _login(login: str | None) -> dict[str, Any]:
    return {"id": -1, "login": "Ghost"} if login is None else {"id": 7, "login": login}


def _url(part: str, number: int) -> str:
    return f"https://forge.example/demo/velos/{part}/{number}"


def _row(one: Told) -> dict[str, Any]:
    meta = {"merged": one.merged, "merged_at": or_none(one.closed if one.merged else None)}
    return {
        "number": one.number,
        "user": _login(one.author),
        "created_at": at(one.day),
        "updated_at": at(one.updated),
        "closed_at": or_none(one.closed),
        "is_locked": one.locked,
        "pull_request": meta if one.kind == "change" else None,
    }


def _comment(one: Told, day: float, who: str | None) -> dict[str, Any]:
    on = {"issue_url": "", "pull_request_url": _url("pulls", one.number)}
    on = on if one.kind == "change" else {"issue_url": _url("issues", one.number), "pull_request_url": ""}
    return on | {"created_at": at(day), "user": _login(who)}


def _review(one: Told, day: float, who: str | None) -> dict[str, Any]:
    return {
        "state": "APPROVED",
        "submitted_at": at(day),
        "user": _login(who),
        "pull_request_url": _url("pulls", one.number),
    }


def hidden(told: Iterable[Told]) -> list[Told]:
    """The same with an issue that few may see, and one that went elsewhere, as only GitLab tells them."""
    more = Told("issue", 31, 100, "lena", confidential=True), Told("issue", 32, 110, "ali", closed=115, moved=True)
    return [*told, *more]


def answered_by(told: Sequence[Told], number: int, day: float, who: str) -> list[Told]:
    return [replace(one, words=(*one.words, (day, who))) if one.number == number else one for one in told]
