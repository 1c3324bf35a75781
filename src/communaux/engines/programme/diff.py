"""What changed from one programme to another, in the words of who reads it; applied to the old one it gives the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import Programme, Session, Slot, Version

type Kind = Literal[
    "added", "removed", "cancelled", "restored", "placed", "unplaced", "moved", "room", "renamed", "edited"
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A session and where it stands."""

    session: Session
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class Change:
    """One session before and after, and which kinds of change that is; before None: added; after None: removed."""

    guid: UUID
    kinds: tuple[Kind, ...]
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Diff:
    """`changes` by session; `frame`: old and new of all that is no session, where that differs. Another version alone is no change:
    a diff is false where there is nothing to publish."""

    changes: tuple[Change, ...] = ()
    frame: tuple[Programme, Programme] | None = None
    version: Version | None = None

    def __bool__(self) -> bool:
        return bool(self.changes or self.frame)

    def of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if kind in one.kinds)


def diff(old: Programme, new: Programme) -> Diff:
    """What makes the new programme of the old one; false where that is nothing."""
    before, after = entries(old), entries(new)
    guids = sorted(before.keys() | after.keys())
    changes = (compared(guid, before.get(guid), after.get(guid)) for guid in guids)
    frames = (framed(old), framed(new))
    changed = tuple(one for one in changes if one.kinds)
    return Diff(changed, frames if frames[0] != frames[1] else None, new.version)


def apply(old: Programme, changes: Diff) -> Programme:
    """The new programme; raise ProgrammeError where the changes are not about this old one."""
    found = entries(old)
    for one in changes.changes:
        if found.get(one.guid) != one.before:
            raise ProgrammeError("other_programme", what=one.guid)
        found.pop(one.guid, None)
        if one.after is not None:
            found[one.guid] = one.after
    frame = framed(old)
    if changes.frame is not None:
        if changes.frame[0] != frame:
            raise ProgrammeError("other_programme", what=old.edition.title)
        frame = changes.frame[1]
    slots = (entry.slot for entry in found.values() if entry.slot is not None)
    sessions = (entry.session for entry in found.values())
    return replace(frame, sessions=tuple(sessions), slots=tuple(slots), version=changes.version)


def entries(programme: Programme) -> dict[UUID, Entry]:
    placed = programme.placed
    return {one.guid: Entry(one, placed.get(one.guid)) for one in programme.sessions}


def framed(programme: Programme) -> Programme:
    """Edition, rooms, themes, availabilities: the programme without its sessions."""
    return replace(programme, sessions=(), slots=(), version=None)


def compared(guid: UUID, before: Entry | None, after: Entry | None) -> Change:
    if before is None or after is None:
        return Change(guid, ("added",) if before is None else ("removed",), before, after)
    kinds = (*of_state(before.session, after.session), *of_place(before.slot, after.slot))
    return Change(guid, (*kinds, *of_text(before.session, after.session)), before, after)


def of_state(before: Session, after: Session) -> Iterator[Kind]:
    if (before.state == "cancelled") != (after.state == "cancelled"):
        yield "cancelled" if after.state == "cancelled" else "restored"


def of_place(before: Slot | None, after: Slot | None) -> Iterator[Kind]:
    if before is None or after is None:
        if before is not after:
            yield "placed" if before is None else "unplaced"
        return
    if (before.start, before.end) != (after.start, after.end):
        yield "moved"
    if before.room != after.room:
        yield "room"


def of_text(before: Session, after: Session) -> Iterator[Kind]:
    if before.title != after.title:
        yield "renamed"
    state = after.state if any(of_state(before, after)) else before.state
    if replace(before, title=after.title, state=state) != after:
        yield "edited"


def holders_to_tell(changes: Diff, starred: Iterable[UUID]) -> tuple[Change, ...]:
    """Of the sessions somebody starred, what they have to know: not what was merely worded anew."""
    mine = set(starred)
    return tuple(one for one in changes.changes if one.guid in mine and set(one.kinds) - {"edited", "added"})
