"""What is read from a repository and what is told of it; frozen, and columns rather than one object a commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

METHOD_VERSION: Final = "2"

type Bytes = NDArray[np.uint8]
type Ints = NDArray[np.int64]
type Small = NDArray[np.int32]
type Axis = Literal["resource", "community", "governance"]
type Status = Literal["measured", "declared", "unknown", "not_applicable", "insufficient"]
type Outcome = Literal["met", "unmet", "unknown"]


class AssessError(Exception):
    """A repository that cannot be read: `code` has its sentence in `data/assess/indicators.toml`, `detail` says what it met."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Trailer(IntEnum):
    """Lines at the end of a message that name another person."""

    CO_AUTHORED = 1
    REVIEWED = 2
    SIGNED_OFF = 3


@dataclass(frozen=True, slots=True)
class History:
    """All commits reachable from one commit, newest first. `n` commits, `p` people as written (name, e-mail), raw bytes.

    `oid`, `tree` uint8[n, 20 or 32] · `ct`, `at` int64[n], seconds UTC, −1 where git gives none · `tz` int16[n], minutes of the
    author's clock · `author`, `committer` int32[n] into `people` · `parent_ptr` int32[n + 1], `parents` int32[m], −1 for one
    that is not there · `trailer_ptr` int32[n + 1], `trailer_kind` uint8[t], `trailer_who` int32[t] into `people`.
    """

    oid: Bytes
    tree: Bytes
    ct: Ints
    at: Ints
    tz: NDArray[np.int16]
    author: Small
    committer: Small
    parent_ptr: Small
    parents: Small
    trailer_ptr: Small
    trailer_kind: Bytes
    trailer_who: Small
    people: tuple[tuple[bytes, bytes], ...]

    def __len__(self) -> int:
        return len(self.ct)

    @property
    def single(self) -> NDArray[np.bool_]:
        """Commits that are no merges: one parent at most."""
        return np.diff(self.parent_ptr) <= 1

    @property
    def truncated(self) -> int:
        """Parents that are named but not there: the history was cut (a shallow copy)."""
        return int((self.parents < 0).sum())


@dataclass(frozen=True, slots=True)
class Changes:
    """Which commit changed which file: int32[c] `commit` into the history, int32[c] `path` into `paths`, uint8[c] `status`
    (the letter of git: A M D T), uint64[c] `old` and `new` (first 8 bytes of the ids of the contents, 0 for none)."""

    commit: Small
    path: Small
    status: Bytes
    old: NDArray[np.uint64]
    new: NDArray[np.uint64]
    paths: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """Files of the assessed commit: `paths` with their `modes` and `blobs` (ids, hex); `texts` of the few that are read."""

    paths: tuple[bytes, ...]
    modes: tuple[bytes, ...]
    blobs: tuple[bytes, ...]
    texts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tag:
    """A name given to a commit, with its day (seconds UTC): of the tag itself where it has one, else of its commit."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read: nothing here depends on the day it is asked.

    `heads`: the first 4 KiB of the files of which a licence is asked; `cloned`: copied without an account (None: not tried).
    """

    head: str
    history: History
    tree: Tree
    tags: tuple[Tag, ...]
    changes: Changes | None = None
    shallow: bool = False
    heads: Mapping[str, bytes] = field(default_factory=dict)
    cloned: bool | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure. `value` None is unknown, and `reason` says why; `low`, `high` bound it at `level`; `n` is what it rests on.

    `coverage` is the share of the matter that could be looked at, in [0, 1]; `by_policy` the same figure where people are told
    apart in other ways; `reproduce` a command that gives it.
    """

    code: str
    axis: Axis
    value: float | None
    unit: str
    n: int
    low: float | None = None
    high: float | None = None
    interval_kind: str = ""
    coverage: float | None = 1.0
    status: Status = "measured"
    reason: str = ""
    by_policy: Mapping[str, float | None] = field(default_factory=dict)
    detail: Mapping[str, object] = field(default_factory=dict)
    reproduce: str = ""
    level: float = 0.90
    version: str = METHOD_VERSION


@dataclass(frozen=True, slots=True)
class Warned:
    """Something odd in the repository, and how often."""

    code: str
    n: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the profile, and which indicators or facts decided it."""

    code: str
    axis: Axis
    essential: bool
    outcome: Outcome
    because: tuple[str, ...]
