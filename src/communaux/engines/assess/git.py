"""Run git on a repository that nobody trusts: no configuration of the machine, no hook, no filter, no request of its own.

Only what prints is run, never a checkout. A stream counts only when git ends well; what it said else becomes AssessError.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from communaux.engines.assess.model import AssessError

BLOCK: Final = 1 << 20
SAFE: Final = (
    "--no-replace-objects",
    "--no-optional-locks",
    *(
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "log.mailmap=false",
        "-c",
        "log.showSignature=false",
    ),
    *("-c", "protocol.allow=never", "-c", "credential.helper=", "-c", "core.quotePath=false", "-c", "diff.external="),
    *("-c", "safe.directory=*", "-c", "core.alternateRefsCommand="),
)
ALONE: Final = {
    "LC_ALL": "C",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ATTR_NOSYSTEM": "1",
}
KNOWN: Final = {
    "not a git repository": "not_git",
    "unknown revision": "unknown_commit",
    "bad revision": "unknown_commit",
    "Needed a single revision": "unknown_commit",
    "bad object HEAD": "empty",
}


def environment() -> dict[str, str]:
    """PATH and nothing else of the machine's."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.devnull, **ALONE}


def blocks(git_dir: Path, *arguments: str, given: bytes = b"") -> Iterator[bytes]:
    """What git prints, in blocks of 1 MiB; raise AssessError when git does not end with status 0.

    Input and complaints go through files: nothing waits for a pipe that nobody empties.
    """
    command = ["git", *SAFE, "--git-dir", str(git_dir), *arguments]
    with TemporaryFile() as asked, TemporaryFile() as said:
        asked.write(given)
        asked.seek(0)
        with subprocess.Popen(command, env=environment(), stdin=asked, stdout=subprocess.PIPE, stderr=said) as process:
            assert process.stdout is not None
            try:
                while block := process.stdout.read(BLOCK):
                    yield block
            except BaseException:  # whoever leaves early, a signal included, leaves no process that goes on or blocks
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            raise refusal(said.read(4096).decode("utf-8", "replace"))


def output(git_dir: Path, *arguments: str, given: bytes = b"") -> bytes:
    """All of it, for what is known to be short."""
    return b"".join(blocks(git_dir, *arguments, given=given))


def refusal(said: str) -> AssessError:
    """What git complained of, as one of ours.

    >>> refusal("fatal: not a git repository: 'x'").code
    'not_git'
    >>> refusal("error: inflate: data stream error").code
    'corrupt'
    """
    code = next((code for words, code in KNOWN.items() if words in said), "corrupt")
    last = said.strip().splitlines()[-1:] or ["git ended without a word"]
    return AssessError(code, last[0][:200])


def git_dir_of(path: Path) -> Path:
    """The git directory of a folder: the folder itself when it is bare, else what its work tree names; raise AssessError."""
    if not path.is_dir():
        raise AssessError("not_git", str(path))
    inside = path / ".git"
    if inside.is_file() and (named := inside.read_text("utf-8", "replace")).startswith("gitdir: "):
        return path / named.removeprefix("gitdir: ").strip()
    return inside if inside.is_dir() else path


def top_of(path: Path) -> Path | None:
    """The top of the work tree that a folder lies in, as git finds it; None where the folder is one itself, bare, or in none."""
    if not path.is_dir() or (path / ".git").exists() or (path / "HEAD").is_file():
        return None
    return next((above for above in path.resolve().parents if (above / ".git").exists()), None)
