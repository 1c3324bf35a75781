"""What the payloads of all forges have in common: accounts, times, who answered first, whether a list is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from communaux.engines.assess.bots import is_bot
from communaux.engines.assess.forge import ANSWERERS, BadItems, Item, Member, Span, Who
from communaux.engines.assess.forge_lines import time_of

GHOSTS: Final = frozenset({"ghost"})  # accounts that stand for those deleted


@dataclass(frozen=True, slots=True)
class Account:
    """`token` "" : deleted."""

    token: str = ""
    bot: bool = False


NOBODY: Final = Account()


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody wrote under an item."""

    at: int
    by: Account


@dataclass(slots=True)
class Page:
    """Where a parser is: who makes tokens, and the accounts that the forge counts to the project."""

    who: Who
    name: str = ""
    core: set[str] = field(default_factory=set)

    def account(self, login: object, *, bot: bool = False) -> Account:
        """Names end here."""
        if not isinstance(login, str) or not login or login.casefold() in GHOSTS:
            return Account()
        return Account(self.who(f"@{login.casefold()}"), bot or is_bot(login.encode("utf-8", "replace"), b""))

    def time(self, row: Mapping[str, Any], key: str) -> int:
        """Raise BadItems."""
        try:
            return time_of(row.get(key))
        except (ValueError, OverflowError) as error:
            raise self.odd(key) from error

    def when(self, row: Mapping[str, Any], key: str) -> int | None:
        return None if row.get(key) is None else self.time(row, key)

    def number(self, row: Mapping[str, Any], key: str) -> int:
        """GitLab writes them as texts."""
        found = row.get(key)
        if isinstance(found, bool) or not isinstance(found, int | str) or not str(found).isdecimal():
            raise self.odd(key)
        return int(str(found)[:12])

    def odd(self, key: str) -> BadItems:
        return BadItems("odd_key", what=key, name=self.name)

    def members(self) -> list[Member]:
        return [Member(one) for one in sorted(self.core)]


def item(
    kind: Literal["issue", "change"],
    number: int,
    opened: int,
    author: Account,
    words: Iterable[Word],
    *,
    closed: int | None,
    merged: int | None = None,
    merger: Account = NOBODY,
    moved: bool = False,
    cut_at: int | None = None,
) -> Item:
    """`cut_at`: there is more written than was read, which ends then."""
    return Item(
        kind=kind,
        number=number,
        opened=opened,
        author=author.token,
        bot=author.bot,
        closed=closed,
        merged=merged,
        answers=first_words(words, author, opened),
        watched=None if cut_at is None else max(opened, cut_at),
        moved=moved,
        merger="" if merger.bot else merger.token,
    )


def first_words(words: Iterable[Word], author: Account, opened: int) -> tuple[tuple[int, str], ...]:
    """When each person but the author first wrote. Of a deleted account nobody knows whether it was another's: it is no answer."""
    first: dict[str, int] = {}
    for one in sorted(words, key=lambda word: word.at):
        if one.by.token and not one.by.bot and one.by.token != author.token:
            first.setdefault(one.by.token, max(opened, one.at))
    return tuple(sorted((at, who) for who, at in first.items())[:ANSWERERS])


def mapping(row: object) -> Mapping[str, Any]:
    """What stands there, where it is an object; else an empty one."""
    return row if isinstance(row, dict) else {}


def sequence(row: object) -> list[Any]:
    return row if isinstance(row, list) else []


@dataclass(frozen=True, slots=True)
class Connection:
    """The pages of one list of GraphQL as one: its nodes in the order read, how many there are, whether it has a last page."""

    nodes: tuple[Mapping[str, Any], ...]
    total: int | None
    ended: bool

    def span(self, updated: Sequence[int], until: int, name: str) -> Span:
        """From when all was read: the whole list, or, newest change first, what changed after the last one read. Raise BadItems."""
        if (self.total is not None and len(self.nodes) >= self.total) or (self.total is None and self.ended):
            return Span(0, until)
        if not updated or list(updated) != sorted(updated, reverse=True):
            raise BadItems("not_newest_first", name=name, what=f"{len(self.nodes)} / {self.total or '?'}")
        return Span(updated[-1], until)


def connection(pages: Iterable[object], *, total: str, key: str) -> Connection | None:
    """None: the list was not asked for. A node that is told twice counts once, as it is told last."""
    read = [page for page in pages if isinstance(page, dict)]
    if not read:
        return None
    nodes = {
        str(node.get(key)): node for page in read for node in sequence(page.get("nodes")) if isinstance(node, dict)
    }
    hidden = sum(node is None for page in read for node in sequence(page.get("nodes")))
    totals = [page[total] for page in read if isinstance(page.get(total), int)]
    ended = any(mapping(page.get("pageInfo")).get("hasNextPage") is False for page in read)
    return Connection(tuple(nodes.values()), max(totals) - hidden if totals else None, ended)
