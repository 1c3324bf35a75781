"""`git log` as columns: one commit is a few numbers, whatever its author wrote.

One run gives the commits and, when asked, what each changed against its only parent (merges change nothing here). With `-z` the
output is a row of words ended by a null byte: a header (lines in the order of FIELDS), then for each changed file a word that
begins with a colon and one with its path. A path may look like anything, but it always follows its colon: which word is what is
told by their order alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import compress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from communaux.engines.assess.git import blocks
from communaux.engines.assess.model import AssessError, Bytes, Changes, History, Ints, Small, Trailer

KEYS: Final = {
    b"co-authored-by": Trailer.CO_AUTHORED,
    b"reviewed-by": Trailer.REVIEWED,
    b"signed-off-by": Trailer.SIGNED_OFF,
}
TRAILERS = f"%(trailers:{','.join(f'key={key.decode()}' for key in KEYS)},separator=%x1f,unfold)"
FIELDS: Final = ("%H", "%T", "%P", "%ct", "%ad", "%an <%ae>", "%cn <%ce>", TRAILERS)
LATEST: Final = 253_402_300_800  # the end of the year 9999: later, no calendar of ours tells the day
NO_TIME = -1
HEX = np.full(256, 0, np.uint8)
HEX[list(b"0123456789abcdef")] = range(16)


class Numbers(dict[bytes, int]):
    """Each new word gets the next number."""

    def __missing__(self, word: bytes) -> int:
        self[word] = number = len(self)
        return number


class Trailers(dict[bytes, tuple[int, int]]):
    """Kind and person of each trailer, read once; kind 0 of one that names nobody."""

    def __init__(self, people: Numbers) -> None:
        super().__init__()
        self.people = people

    def __missing__(self, trailer: bytes) -> tuple[int, int]:
        kind, who = named(trailer)
        self[trailer] = found = (kind, self.people[who] if kind else 0)
        return found


@dataclass(slots=True)
class Columns:
    """What grows block by block."""

    people: Numbers = field(default_factory=Numbers)
    paths: Numbers = field(default_factory=Numbers)
    trailers: Trailers = field(init=False)
    commits: list[dict[str, NDArray[np.generic]]] = field(default_factory=list)
    changes: list[dict[str, NDArray[np.generic]]] = field(default_factory=list)
    read: int = 0

    def __post_init__(self) -> None:
        self.trailers = Trailers(self.people)


def read_log(git_dir: Path, head: str, *, changes: bool = True) -> tuple[History, Changes | None]:
    """All commits that lead to `head`, and what each changed; raise AssessError when git cannot tell them all."""
    columns = Columns()
    raw = (
        (
            "--topo-order",
            "--raw",
            "--no-renames",
            "--no-abbrev",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=none",
        )
        if changes
        else ()
    )
    asked = (
        "log",
        "-z",
        *raw,
        "--date=raw",
        "--encoding=UTF-8",
        f"--format={'%n'.join(FIELDS)}",
        head,
        "--",
    )
    for words in whole_words(blocks(git_dir, *asked)):
        take(columns, words)
    return history(columns), changed(columns) if changes else None


def whole_words(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut behind a header or a path: never inside a word, never between a colon and its path."""
    rest = b""
    for part in parts:
        rest += part
        end = rest.rfind(b"\0") + 1
        if end and _is_meta(rest, end):
            end = rest.rfind(b"\0", 0, end - 1) + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest:
        raise AssessError("corrupt", "git stopped in the middle of a commit")


def _is_meta(buffer: bytes, end: int) -> bool:
    """Is the last word of these one that begins with a colon and waits for its path?"""
    words = np.frombuffer(buffer, np.uint8, end)
    return bool(kinds(words, bounds(words)[0])[0][-1])


def bounds(buffer: Bytes) -> tuple[Ints, Ints]:
    """Where each word begins, and where its null byte stands."""
    ends = np.flatnonzero(buffer == 0)
    return np.concatenate(([0], ends[:-1] + 1)), ends


def kinds(buffer: Bytes, starts: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each word: does it describe a change, is it a path? What is neither is the header of a commit.

    In a row of words that begin with a colon (behind a header: with a line end) every second one is a path that looks so.
    """
    first = buffer[starts]
    looks = (first == ord(":")) | (first == ord("\n"))
    here = np.arange(len(starts))
    meta = looks & ((here - np.maximum.accumulate(np.where(looks, -1, here))) % 2 == 1)
    path = np.concatenate(([False], meta[:-1]))
    return meta, path


def take(columns: Columns, block: bytes) -> None:
    """Add the commits and changes of whole words."""
    buffer, words = np.frombuffer(block, np.uint8), block.split(b"\0")
    starts, ends = bounds(buffer)
    meta, path = kinds(buffer, starts)
    header = ~(meta | path)
    if meta.any():
        named = [columns.paths[word] for word in compress(words, path)]
        columns.changes.append(_changes(buffer, ends[meta], np.cumsum(header)[meta] - 1 + columns.read, named))
    if header.any():
        headers = list(compress(words, header))
        columns.commits.append(_commits(columns, headers))
        columns.read += len(headers)


def _changes(buffer: Bytes, ends: Ints, commit: Ints, paths: list[int]) -> dict[str, NDArray[np.generic]]:
    """The fields of a change stand at fixed places from its end: … old new letter."""
    size = len_of_ids(buffer, ends)
    return {
        "commit": commit.astype(np.int32),
        "path": np.array(paths, np.int32),
        "status": buffer[ends - 1],
        "old": _eight(buffer, ends - 2 * size - 3),
        "new": _eight(buffer, ends - size - 2),
    }


def len_of_ids(buffer: Bytes, ends: Ints) -> int:
    """Digits of an object's id: 40, or 64 of SHA-256, told by the space before the letter of the first change."""
    end = int(ends[0])
    return next(size for size in (40, 64) if buffer[end - size - 3] == ord(" ") == buffer[end - 2])


def _eight(buffer: Bytes, at: Ints) -> NDArray[np.uint64]:
    """The first 8 bytes of the ids that begin there, as numbers."""
    digits = HEX[buffer[at[:, None] + np.arange(16)]]
    pairs = (digits[:, 0::2] << 4) | digits[:, 1::2]
    return np.ascontiguousarray(pairs).view(">u8").ravel().astype(np.uint64)


def _commits(columns: Columns, headers: list[bytes]) -> dict[str, NDArray[np.generic]]:
    lines = b"\n".join(headers).split(b"\n")
    width = len(FIELDS)
    if len(lines) != width * len(headers):
        raise AssessError("corrupt", "git told a commit in other lines than it was asked")
    oid, tree, parents, committed, authored, author, committer, trailers = (lines[at::width] for at in range(width))
    at, zone = _dates(authored)
    return {
        "oid": ids(oid),
        "tree": ids(tree),
        "ct": _times(committed),
        "at": at,
        "tz": zone,
        "author": np.array([columns.people[one] for one in author], np.int32),
        "committer": np.array([columns.people[one] for one in committer], np.int32),
        "parents_of": np.array([(len(line) + 1) // (len(oid[0]) + 1) for line in parents], np.int32),
        "parents": ids(b" ".join(filter(None, parents)).split(), size=len(oid[0]) // 2),
        **_trailers(columns.trailers, trailers),
    }


def ids(words: list[bytes], size: int = 0) -> Bytes:
    """uint8[n, size] of hexadecimal words of one length."""
    return np.frombuffer(bytes.fromhex(b"".join(words).decode("ascii")), np.uint8).reshape(
        len(words), -1 if words else size
    )


def _times(words: list[bytes]) -> Ints:
    try:
        times = np.array([int(word) for word in words], np.float64)
    except ValueError:
        times = np.array([int(word) if word.isdigit() else NO_TIME for word in words], np.float64)
    return np.where((times >= 0) & (times < LATEST), times, NO_TIME).astype(np.int64)


def _dates(words: list[bytes]) -> tuple[Ints, NDArray[np.int16]]:
    """Seconds and minutes east of `seconds ±hhmm`; of anything else NO_TIME and 0."""
    return _times([word[:-6] for word in words]), np.array([_minutes(word[-5:]) for word in words], np.int16)


@cache
def _minutes(zone: bytes) -> int:
    """Minutes east of Greenwich.

    >>> _minutes(b"+0530"), _minutes(b"-0100"), _minutes(b"")
    (330, -60, 0)
    """
    try:
        hours, minutes = divmod(abs(int(zone)), 100)
    except ValueError:
        return 0
    return (hours * 60 + minutes) * (-1 if zone[:1] == b"-" else 1)


def _trailers(known: Trailers, lines: list[bytes]) -> dict[str, NDArray[np.generic]]:
    written = np.array([line.count(b"\x1f") + 1 if line else 0 for line in lines])
    found = np.array([known[one] for one in b"\x1f".join(filter(None, lines)).split(b"\x1f")], np.int32)
    of_commit, found = np.repeat(np.arange(len(lines)), written), found[: written.sum()]
    names = found[:, 0] > 0
    return {
        "trailers_of": np.bincount(of_commit[names], minlength=len(lines)).astype(np.int32),
        "trailer_kind": found[names, 0].astype(np.uint8),
        "trailer_who": found[names, 1],
    }


def named(trailer: bytes) -> tuple[int, bytes]:
    """Whom this line at the end of a message names, and as what; kind 0 where there is no address.

    >>> named(b"Reviewed-by: Ada <ada@x.org> # tested too")
    (<Trailer.REVIEWED: 2>, b'Ada <ada@x.org>')
    >>> named(b"Signed-off-by: nobody")
    (0, b'')
    """
    key, _colon, value = trailer.partition(b":")
    name, opened, after = value.partition(b"<")
    mail, closed, rest = after.partition(b">")
    kind = KEYS.get(key.strip().lower(), 0)
    whole = opened and closed and not {*b"<>"} & {*name, *mail, *rest}
    return (kind, b"%s <%s>" % (name.strip(), mail)) if kind and whole else (0, b"")


def person(written: bytes) -> tuple[bytes, bytes]:
    """Name and address of `name <address>`, as git joined them.

    >>> person(b"Ada <ada@x.org>")
    (b'Ada', b'ada@x.org')
    """
    name, _opened, mail = written.rpartition(b" <")
    return name, mail[:-1]


def history(columns: Columns) -> History:
    """All commits read; parents as numbers of commits."""
    whole = _joined(columns.commits)
    oid = whole["oid"].view(np.uint8)
    return History(
        oid=oid,
        tree=whole["tree"],
        ct=whole["ct"],
        at=whole["at"],
        tz=whole["tz"],
        author=whole["author"],
        committer=whole["committer"],
        parent_ptr=pointers(whole["parents_of"]),
        parents=positions(oid, whole["parents"]),
        trailer_ptr=pointers(whole["trailers_of"]),
        trailer_kind=whole["trailer_kind"],
        trailer_who=whole["trailer_who"],
        people=tuple(map(person, columns.people)),
    )


def changed(columns: Columns) -> Changes:
    if not columns.changes:
        nothing = np.zeros(0, np.int32)
        return Changes(nothing, nothing, np.zeros(0, np.uint8), np.zeros(0, np.uint64), np.zeros(0, np.uint64), ())
    return Changes(**_joined(columns.changes), paths=tuple(columns.paths))


def _joined(parts: list[dict[str, NDArray[np.generic]]]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def pointers(counts: Small) -> Small:
    """Where the share of each begins in a flat column, and where the last one ends.

    >>> pointers(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


def positions(oid: Bytes, wanted: Bytes) -> Small:
    """The number of the commit with each of these ids; −1 for one that is not there."""
    keys, asked = _keys(oid), _keys(wanted)
    order = np.argsort(keys, kind="stable")
    near = order[np.minimum(np.searchsorted(keys, asked, sorter=order), len(keys) - 1)]
    return np.where((oid[near] == wanted).all(axis=1), near, -1).astype(np.int32)


def _keys(oid: Bytes) -> NDArray[np.uint64]:
    return np.ascontiguousarray(oid[:, :8]).view(np.uint64).ravel()
