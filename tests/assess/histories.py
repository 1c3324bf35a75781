"""Small real repositories, written with `git fast-import`: a commit is a line of Python."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DAY = 86_400
EPOCH = 1_700_000_000
ADA = "Ada Lovelace <ada@x.org>"
BOB = "Bob Martin <bob@y.org>"
EVE = "Eve Durand <eve@gmail.com>"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "LC_ALL": "C",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


@dataclass(frozen=True, slots=True)
class Made:
    """A commit: `day` after the first of all, who wrote it, what it changes (None deletes), message; `merges` by number from 1."""

    day: float
    author: str | bytes = ADA
    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    message: str = "change"
    committer: str | bytes = ""
    zone: str = "+0000"
    authored: float | None = None
    parent: int | None = None
    merges: Sequence[int] = ()
    raw_time: str = ""

    def lines(self, number: int) -> bytes:
        at, written = (
            EPOCH + int(self.day * DAY),
            EPOCH + int((self.day if self.authored is None else self.authored) * DAY),
        )
        head = [
            b"commit refs/heads/main",
            b"mark :%d" % number,
            b"author %s %s"
            % (encoded(self.author), self.raw_time.encode() or b"%d %s" % (written, self.zone.encode())),
            b"committer %s %s"
            % (encoded(self.committer or self.author), self.raw_time.encode() or b"%d %s" % (at, self.zone.encode())),
            told(encoded(self.message)),
        ]
        if self.parent is not None:
            head.append(b"from :%d" % self.parent)
        head += [b"merge :%d" % one for one in self.merges]
        return b"\n".join([*head, *(change(path, text) for path, text in self.files.items())]) + b"\n"


def encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def told(text: bytes) -> bytes:
    return b"data %d\n%s" % (len(text), text)


def change(path: str, text: str | bytes | None) -> bytes:
    name = (
        b'"'
        + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").encode("utf-8", "surrogateescape")
        + b'"'
    )
    return b"D " + name if text is None else b"M 100644 inline %s\n%s" % (name, told(encoded(text)))


def git(folder: Path, *arguments: str, given: bytes | None = None, check: bool = True) -> bytes:
    """Plain git, as anybody would run it: the oracle of these tests."""
    command = ["git", "--no-replace-objects", "-C", str(folder), *arguments]
    return subprocess.run(command, input=given, env=ENVIRONMENT, check=check, capture_output=True).stdout


def repository(folder: Path, commits: Sequence[Made], *, form: str = "sha1") -> Path:
    """A bare repository with these commits on `main`; the git directory."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["git", "init", "-q", "--bare", f"--object-format={form}", "-b", "main", str(folder)],
        env=ENVIRONMENT,
        check=True,
    )
    stream = b"".join(made.lines(number) for number, made in enumerate(commits, 1))
    git(folder, "fast-import", "--quiet", "--force", "--date-format=raw-permissive", given=stream)
    return folder
