"""Many repositories, read by whichever hands there are: processes here, or a cluster. No Django.

Each repository that was read leaves one file of its own, put in place in one piece. Whatever is killed or unplugged, what is
done stays done, and the next start reads the rest. At the end the files are put together in the order of the list.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final
from urllib.parse import urlsplit

from communaux.core.copies import folder_told_in
from communaux.core.mirrors import opened
from communaux.engines.assess import report
from communaux.engines.assess.kernel import Assessment, assess
from communaux.engines.assess.model import METHOD_VERSION, AssessError

log = logging.getLogger(__name__)
FORMAT: Final = "communaux.survey/1"
COLUMNS: Final = (
    *("url", "head", "as_of", "method", "code", "value", "low", "high", "n", "coverage", "status", "reason"),
)
AT_ONCE: Final = 2  # copies from one host at the same time
LOOK_EVERY: Final = 0.05  # seconds between two looks whether a host is free
FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT))
type Lease = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Ended:
    """How the reading of one repository ended: `code` empty when its part is there."""

    url: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of every repository: where its part goes, the day in seconds UTC, whether what commits changed is read.

    `table`: the form of the table of measures at the end.
    """

    folder: Path
    as_of: int
    changes: bool = True
    table: str = "jsonl"

    def settings(self) -> dict[str, object]:
        """What two starts must agree on to share a folder."""
        tiers = "t0,t1" if self.changes else "t0"
        day = report.day(self.as_of).isoformat()
        return {"format": FORMAT, "method": METHOD_VERSION, "as_of": day, "tiers": tiers, "table": self.table}

    @property
    def copies(self) -> Path:
        """Where copies under way are told, which are made in the temporary folder of the machine that reads them."""
        return self.folder / "copies"

    def part(self, url: str) -> Path:
        return self.folder / "parts" / f"{sha256(url.encode()).hexdigest()[:32]}.jsonl"


def survey_one(url: str, order: Order, lease: Lease) -> Ended:
    """Copy, read, measure, leave the part: the work that every kind of hand does. Never raises: a fault is told as `internal`."""
    try:
        with ExitStack() as kept:
            with lease(host_of(url)):
                within = kept.enter_context(folder_told_in(order.copies)) if host_of(url) else None
                git_dir, cloned = kept.enter_context(opened(url, within=within))
            found = assess(git_dir, as_of=order.as_of, url=url, changes=order.changes, cloned=cloned)
        write(order.part(url), part_of(found))
    except AssessError as error:
        return Ended(url, error.code, str(error))
    except Exception as error:  # one repository must not end the survey of thousands: told, with its trace in the log
        full = isinstance(error, OSError) and error.errno in FULL
        if not full:
            log.exception("survey of %s", url)
        return Ended(url, "disk_full" if full else "internal", f"{type(error).__name__}: {error}"[:200])
    return Ended(url)


def host_of(url: str) -> str:
    """The machine that is asked; empty for a folder of this one.

    >>> host_of("https://Example.org:8443/a.git"), host_of("clones/a.git")
    ('example.org:8443', '')
    """
    return urlsplit(url).netloc.lower() if "://" in url else ""


def nobody() -> None:
    """Nobody wants to know that one waits."""


@dataclass(frozen=True, slots=True)
class FileLease:
    """At most AT_ONCE copies from one host at the same time, over all processes of this machine: a lock dies with its holder.

    `waits` is called while the host is busy.
    """

    folder: Path
    waits: Callable[[], None] = nobody

    def __call__(self, host: str) -> AbstractContextManager[None]:
        return self._held(host) if host else nullcontext()

    @contextmanager
    def _held(self, host: str) -> Generator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = sha256(host.encode()).hexdigest()[:32]
        with ExitStack() as kept:
            locks = [kept.enter_context((self.folder / f"{name}-{n}").open("w")) for n in range(AT_ONCE)]
            while not any(map(_taken, locks)):
                self.waits()
                time.sleep(LOOK_EVERY)
            yield


def _taken(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def part_of(found: Assessment) -> Iterator[dict[str, object]]:
    """First what is said of the run, then a row for each measure."""
    told = report.as_dict(found)
    subject = {"url": found.url, "head": found.head, "as_of": told["as_of"], "method": told["method"]}
    yield {
        **subject,
        "head_at": found.last if found.last >= 0 else None,
        "commits": found.commits,
        "non_merge": found.non_merge,
        "licence": found.licence.expression,
        "conditions": {one.code: one.outcome for one in found.conditions},
        "readings": told["readings"],
        "warnings": [asdict(one) for one in found.warnings],
    }
    for one in told["indicators"]:
        yield {**subject, **{name: one[name] for name in COLUMNS if name not in subject}}


def write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """One row a line, put in place in one piece: a file that is there is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".tmp", delete=False) as made:
        try:
            for row in rows:
                made.write(json.dumps(row, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n")
            made.flush()
            os.fsync(made.fileno())
        except BaseException:
            Path(made.name).unlink()
            raise
    Path(made.name).replace(path)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
