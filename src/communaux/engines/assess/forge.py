"""What a forge tells beside git: issues, change requests and who first answered them, accounts with rights, releases.

Neutral: the same for every forge, without a name. Whoever wrote is a token; the same token is the same account.
`communaux.forge/1` is JSON lines of it, read and written by `forge_lines.py`; `forge_payloads.py` makes it of what forges publish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

type Kind = Literal["issue", "change", "member", "release", "repository"]
type Who = Callable[[str], str]
KINDS: Final[tuple[Kind, ...]] = ("issue", "change", "member", "release", "repository")
ANSWERERS: Final = 20  # people whose first answer to one item is kept
MOST: Final = 200_000  # items of one reading


class BadItems(ValueError):
    """Items that cannot be taken: `code` has its sentence in `data/assess/forge.toml`; `line` counts from 1, 0: none."""

    def __init__(self, code: str, *, line: int = 0, what: str = "", name: str = "") -> None:
        super().__init__(f"{code} {name} {line} {what}")
        self.code, self.line, self.what, self.name = code, line, what, name


@dataclass(frozen=True, slots=True)
class Item:
    """An issue or a change request; times in seconds UTC. `author` "" is an account that was deleted.

    `answers`: when each person other than the author, and no program, first answered. They were read up to `watched`; None: up to
    the reading. `moved`: it lives elsewhere since `closed`. `merger`: who merged it; "": nobody, or not told.
    """

    kind: Literal["issue", "change"]
    number: int
    opened: int
    author: str
    bot: bool = False
    closed: int | None = None
    merged: int | None = None
    answers: tuple[tuple[int, str], ...] = ()
    watched: int | None = None
    moved: bool = False
    merger: str = ""

    @property
    def ended(self) -> int | None:
        """When it was merged or closed."""
        return self.closed if self.merged is None else self.merged


@dataclass(frozen=True, slots=True)
class Member:
    """An account with a role; `may_merge` None: the forge says that it belongs to the project, and no more."""

    who: str
    may_merge: bool | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A version that the forge publishes; `early`: before it is ready."""

    at: int
    early: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Everything that changed after `since` was read; 0: all there is. It was read at `until`."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Forge:
    """A reading. A kind that `read` does not name was not read: unknown, never none.

    `personal`: whether the namespace is a person's own; `left_out`: confidential items, of which nothing is kept.
    """

    forge: str
    read: Mapping[Kind, Span]
    items: tuple[Item, ...] = ()
    members: tuple[Member, ...] = ()
    releases: tuple[Release, ...] = ()
    personal: bool | None = None
    archived: bool | None = None
    archived_at: int | None = None
    left_out: int = 0

    @property
    def read_at(self) -> int:
        return max((one.until for one in self.read.values()), default=0)

    def of(self, kind: str) -> list[Item]:
        return [one for one in self.items if one.kind == kind]


def ordered(found: Forge) -> Forge:
    """The same reading, whatever the order it came in."""
    return replace(
        found,
        items=tuple(sorted(found.items, key=lambda one: (one.kind, one.number))),
        members=tuple(sorted(set(found.members), key=lambda one: (one.who, str(one.may_merge)))),
        releases=tuple(sorted(set(found.releases), key=lambda one: (one.at, one.early))),
    )


@dataclass
class Numbering:
    """Names become numbers as they are met, and are forgotten with this object."""

    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        return self.known.setdefault(name, str(len(self.known) + 1))


def merge(first: Forge, second: Forge) -> Forge:
    """Two readings of one repository as one: what was read later wins, kind by kind. Raise BadItems for two forges.

    Where the later one begins before the earlier one ended, both are one reading; where a gap lies between, only the later
    one counts as read, and the earlier items were watched until their own reading. Of a whole list, what it has no more is gone.
    """
    if first.forge != second.forge:
        raise BadItems("other_forge", what=f"{first.forge}, {second.forge}")
    read = {kind: _span(kind, first, second) for kind in KINDS if kind in first.read or kind in second.read}
    told = _newer("repository", first, second)
    merged = replace(
        told,
        read=read,
        items=tuple(item for kind in ("issue", "change") for item in _items(kind, first, second)),
        members=tuple(_members(first, second)),
        releases=tuple(_releases(first, second)),
        left_out=max(first.left_out, second.left_out),
    )
    return ordered(merged)


def _until(one: Forge, kind: Kind) -> tuple[int, int]:
    """When a kind was read, and from when: the later and the more whole sorts last; (−1, 0) where it was not."""
    return (one.read[kind].until, -one.read[kind].since) if kind in one.read else (-1, 0)


def _newer(kind: Kind, first: Forge, second: Forge) -> Forge:
    return max((first, second), key=lambda one: (_until(one, kind), repr(one)))


def _older(kind: Kind, first: Forge, second: Forge) -> Forge:
    return second if _newer(kind, first, second) is first else first


def _touching(kind: Kind, older: Forge, newer: Forge) -> bool:
    """Whether nothing can have happened between two readings that neither saw."""
    return kind in older.read and newer.read[kind].since <= older.read[kind].until


def _span(kind: Kind, first: Forge, second: Forge) -> Span:
    older, newer = _older(kind, first, second), _newer(kind, first, second)
    span = newer.read[kind]
    return Span(min(span.since, older.read[kind].since), span.until) if _touching(kind, older, newer) else span


def _items(kind: Literal["issue", "change"], first: Forge, second: Forge) -> Iterable[Item]:
    older, newer = _older(kind, first, second), _newer(kind, first, second)
    later = {one.number: one for one in newer.of(kind)}
    if kind not in older.read or newer.read[kind].since == 0:
        return later.values()
    touching, until = _touching(kind, older, newer), older.read[kind].until
    kept = [one if touching else _seen_until(one, until) for one in older.of(kind) if one.number not in later]
    return [*kept, *later.values()]


def _seen_until(one: Item, until: int) -> Item:
    return replace(one, watched=until if one.watched is None else one.watched)


def _members(first: Forge, second: Forge) -> Iterable[Member]:
    """Rights of the later list; who once belonged to the project is still told to have."""
    listed = [one for one in _newer("member", first, second).members if one.may_merge is not None]
    return [*listed, *(one for forge in (first, second) for one in forge.members if one.may_merge is None)]


def _releases(first: Forge, second: Forge) -> Iterable[Release]:
    newer = _newer("release", first, second)
    whole = "release" in newer.read and newer.read["release"].since == 0
    return newer.releases if whole else (*first.releases, *second.releases)
