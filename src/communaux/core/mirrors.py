"""Bare copies of repositories that nobody trusts, for as long as they are read. No Django: tasks and workers use it.

Only https, only public machines, no redirect; no hook, no submodule, no credential, never a checkout; so much time, so many bytes.
What is not needed is not fetched: a copy without contents of files, then the few that are read, in one request.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final
from urllib.parse import urlsplit

from communaux.core import hosts
from communaux.core.copies import PREFIX
from communaux.engines.assess.git import SAFE, environment, git_dir_of
from communaux.engines.assess.kernel import Told, silent, wanted
from communaux.engines.assess.model import AssessError, Tree
from communaux.engines.assess.tree import find_commit, ids_of, read_tree

LOOK_EVERY: Final = 0.2  # seconds
SLACK: Final = 64 << 20  # bytes that may come between two looks
SAID: Final = {
    "No space left on device": "disk_full",
    "Disk quota exceeded": "disk_full",
    "Authentication failed": "unreachable",
    "could not read Username": "unreachable",
    "not found": "unreachable",
    "does not appear to be a git repository": "not_git",
    "not valid: is this a git repository": "not_git",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that a copy may take."""

    seconds: float = 600
    bytes: int = 2 << 30


LIMITS: Final = Limits()
ASKED: Final = Limits(seconds=30, bytes=1 << 20)  # to ask, not to copy
ANSWER: Final = 8192  # bytes of an answer that are read
OID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@contextmanager
def mirror(
    url: str,
    *,
    told: Told = silent,
    limits: Limits = LIMITS,
    schemes: Collection[str] = ("https",),
    allowed: Collection[str] = (),
    within: Path | None = None,
) -> Generator[Path]:
    """The git directory of a copy of `url`, thrown away at the end; raise AssessError.

    `schemes` and `allowed` (host names that need not be public) open the door for servers of one's own; `within` is the
    folder it is made in, that of temporary files unless told.
    """
    options = door(url, schemes, allowed)
    with TemporaryDirectory(prefix=PREFIX, dir=within) as folder:
        copy = Path(folder) / "copy.git"
        told("fetch")
        clone = (
            "clone",
            "--quiet",
            "--bare",
            "--single-branch",
            "--template=",
            "--filter=blob:none",
            "--",
            url,
            str(copy),
        )
        run([*options, *clone], Path(folder), limits)
        bring(copy, options, limits, wanted)
        yield copy


@contextmanager
def opened(source: str, told: Told = silent, within: Path | None = None) -> Generator[tuple[Path, bool | None]]:
    """The git directory of a folder here, or of a copy for as long as it is read; may anybody copy it (None: not tried)?"""
    if "://" in source:
        with mirror(source, told=told, within=within) as copy:
            yield copy, True
    else:
        yield git_dir_of(Path(source)), None


def door(url: str, schemes: Collection[str], allowed: Collection[str]) -> list[str]:
    """Options of git that let it go to this address and nowhere else; raise AssessError for one where nobody may go."""
    parts = urlsplit(url)
    if parts.scheme not in schemes or parts.username or parts.password:
        raise AssessError("refused_host", url)
    options = [*SAFE, "-c", f"protocol.{parts.scheme}.allow=always", "-c", "http.followRedirects=false"]
    return options if parts.scheme == "file" else [*options, "-c", f"http.curloptResolve={pinned(url, allowed)}"]


def pinned(url: str, allowed: Collection[str]) -> str:
    """`host:port:address`, looked up and checked once."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if not hosts.NAME.fullmatch(host):
            raise hosts.UnknownHost(host)
        address = hosts.public_address(host, port, allowed)
    except ValueError as error:
        raise AssessError("refused_host", url) from error
    except hosts.UnknownHost as error:
        raise AssessError("unreachable", parts.hostname or url) from error
    except hosts.PrivateHost as error:
        raise AssessError("refused_host", parts.hostname or url) from error
    return f"{host}:{port}:{f'[{address}]' if ':' in address else address}"


def bring(copy: Path, options: list[str], limits: Limits, choose: Callable[[Tree], Iterable[str]]) -> None:
    """Fetch what the files to be read hold, in one request; a copy that has them already asks nothing."""
    try:
        tree = read_tree(copy, find_commit(copy, "HEAD"))
    except AssessError as error:  # git takes a page of a web site for an empty repository
        raise AssessError("nothing_there" if error.code == "empty" else error.code, str(error)) from error
    given = b"".join(blob + b"\n" for blob in sorted(set(ids_of(tree, choose(tree)).values())))
    plain = ("--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin")
    if given and is_partial(copy):
        fetch = ("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", *plain, "origin")
        run([*options, "--git-dir", str(copy), *fetch], copy, limits, given)


def is_partial(copy: Path) -> bool:
    """Did the server leave the contents out? One that does not know how sends everything."""
    return any((copy / "objects" / "pack").glob("*.promisor"))


def head_of(url: str, limits: Limits = ASKED, schemes: Collection[str] = ("https",)) -> str:
    """The commit that a repository offers today, without copying anything; raise AssessError."""
    with TemporaryDirectory(prefix=PREFIX) as folder:
        told = run([*door(url, schemes, ()), "ls-remote", "--quiet", "--", url, "HEAD"], Path(folder), limits)
    oid = told.decode("ascii", "replace").partition("\t")[0]
    if not OID.fullmatch(oid):
        raise AssessError("nothing_there", url)
    return oid


def run(arguments: list[str], folder: Path, limits: Limits, given: bytes = b"") -> bytes:
    """Run git within the limits and give the first of what it answered; raise AssessError with what it complained of."""
    with TemporaryFile() as asked, TemporaryFile() as said, TemporaryFile() as answered:
        asked.write(given)
        asked.seek(0)
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=folder,
            env=environment(),
            stdin=asked,
            stdout=answered,
            stderr=said,
            start_new_session=True,
        )
        try:
            watch(process, folder, limits)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            said.seek(0)
            raise refusal(said.read(8192).decode("utf-8", "replace"))
        answered.seek(0)
        return answered.read(ANSWER)


def watch(process: subprocess.Popen[bytes], folder: Path, limits: Limits) -> None:
    """Wait for its end; raise AssessError when it takes too long or too much. The system stops a file that outruns the look."""
    most = limits.bytes + SLACK
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
    until = time.monotonic() + limits.seconds
    while process.poll() is None:
        if time.monotonic() > until:
            raise AssessError("timeout", f"{limits.seconds:g} s")
        if weight(folder) > limits.bytes:
            raise AssessError("too_big", f"{limits.bytes} B")
        time.sleep(LOOK_EVERY)
    if weight(folder) > limits.bytes:
        raise AssessError("too_big", f"{limits.bytes} B")


def weight(folder: Path) -> int:
    """Bytes of the files below; one that goes away meanwhile weighs nothing."""
    found = 0
    for place, _folders, files in os.walk(folder):
        for name in files:
            try:
                found += os.lstat(os.path.join(place, name)).st_size
            except FileNotFoundError:
                continue
    return found


def refusal(said: str) -> AssessError:
    """What git complained of, as one of ours."""
    lines = [line for line in said.strip().splitlines() if line] or ["git ended without a word"]
    ours = "\n".join(line for line in lines if "remote:" not in line and "remote error:" not in line)
    code = next(
        (code for words, code in SAID.items() if words in (ours if code == "disk_full" else said)), "unreachable"
    )
    return AssessError(code, lines[-1][:200])
