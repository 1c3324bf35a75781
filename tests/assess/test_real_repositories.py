"""Real repositories against a plain second reading: git's own commands and dictionaries, nothing of the engine's columns.

Ours always (a clone of the project is one), and those that BENCH_REPOS names (folders, colon between). Only what is a matter of
lists is taken from the engine: which names are programs, which paths are somebody's work.
"""

from __future__ import annotations

import math
import os
import random
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from assess.histories import Made, repository

from communaux.engines.assess import ownership
from communaux.engines.assess.bots import is_bot
from communaux.engines.assess.credit import Scope
from communaux.engines.assess.identities import identify
from communaux.engines.assess.inventory import counted
from communaux.engines.assess.kernel import Assessment, assess, read
from communaux.engines.assess.practice import is_release

ROOT = Path(__file__).parents[2]
DAY, YEAR = 86_400, 31_536_000
EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  # the blob of no byte
LIVELY = Path("lively")  # made here, for what ours does not show: we are few
BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
NAMED = [Path(one) for one in os.environ.get("BENCH_REPOS", "").split(":") if one]
GIT = ("--no-replace-objects", "-c", "log.mailmap=false", "-c", "core.quotePath=false", "-c", "safe.directory=*")


def git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(
        ["git", "-C", str(folder), *GIT, *arguments], input=given, check=True, capture_output=True
    ).stdout


@dataclass(frozen=True)
class Commit:
    time: int
    author: str
    credited: frozenset[str]
    changes: tuple[tuple[str, str, str, str], ...]  # letter, old, new, path


class Plain:
    """The same repository, read without haste."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        trailers = "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1f)"
        log = ("log", "--raw", "--no-renames", "--no-abbrev", "-z", "--no-merges", "--topo-order", "--encoding=UTF-8")
        told = git(folder, *log, f"--format=%x01%x01%ct%x02%an <%ae>%x02{trailers}", "HEAD")
        self.mailmap = self._mailmap(told)
        self.commits = [self._commit(part) for part in told.split(b"\1\1")[1:]]
        self.end = int(git(folder, "show", "-s", "--format=%ct", "HEAD"))

    def _mailmap(self, told: bytes) -> dict[bytes, bytes]:
        """Everybody named, through git's own check-mailmap."""
        heads = [part.split(b"\0")[0].split(b"\2") for part in told.split(b"\1\1")[1:]]
        named = {one.strip() for _ct, author, others in heads for one in (author, *others.rstrip(b"\n").split(b"\x1f"))}
        people = sorted(one for one in named if re.fullmatch(rb"[^<>]*<[^<>]*>", one))
        proper = git(
            self.folder, "-c", "mailmap.blob=HEAD:.mailmap", "check-mailmap", "--stdin", given=b"\n".join(people)
        )
        return dict(zip(people, proper.splitlines(), strict=True))

    def who(self, contact: bytes) -> str:
        """The default policy: `.mailmap`, then case, `+tag` and the number of a forge."""
        mail = self.mailmap[contact.strip()].rpartition(b"<")[2].rstrip(b">").decode("utf-8", "replace").strip().lower()
        local, _at, domain = mail.rpartition("@")
        if re.fullmatch(r"(users\.)?noreply\.[a-z0-9.-]+", domain):
            return f"{re.sub(r'^[0-9]+[+]', '', local)}@{domain}"
        return f"{local.partition('+')[0] or local}@{domain}" if domain else mail

    def _commit(self, part: bytes) -> Commit:
        head, *words = part.strip(b"\0").split(b"\0")
        ct, author, others = head.split(b"\2")
        team = [author, *(one for one in others.rstrip(b"\n").split(b"\x1f") if one.strip() in self.mailmap and one)]
        people = {self.who(one) for one in team} - self.bots
        rows = zip(words[::2], words[1::2], strict=True)
        changes = tuple(
            (meta.split()[4].decode(), *(x.decode() for x in meta.split()[2:4]), path.decode("utf-8", "replace"))
            for meta, path in rows
        )
        return Commit(int(ct), self.who(author), frozenset(people), changes)

    @cached_property
    def bots(self) -> set[str]:
        spelled = ((contact, *map(self.cut, (contact, proper))) for contact, proper in self.mailmap.items())
        return {self.who(contact) for contact, as_written, proper in spelled if is_bot(*as_written) or is_bot(*proper)}

    @staticmethod
    def cut(contact: bytes) -> tuple[bytes, bytes]:
        name, _open, mail = contact.rpartition(b"<")
        return name.strip(), mail.rstrip(b">")

    def within(self, start: int, end: int) -> list[Commit]:
        return [one for one in self.commits if start < one.time <= end]

    @property
    def window(self) -> list[Commit]:
        return self.within(self.end - YEAR, self.end)

    @property
    def times(self) -> list[int]:
        return sorted(one.time for one in self.commits if one.credited and one.time <= self.end)

    def first(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in self.commits:
            for who in one.credited:
                found[who] = min(found.get(who, one.time), one.time)
        return found


def people(commits: Iterable[Commit]) -> set[str]:
    return {who for one in commits for who in one.credited}


def absence(commits: Iterable[Commit]) -> int:
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for one in commits:
        for who in one.credited:
            shares[who] += Fraction(1, len(one.credited))
    total, so_far = sum(shares.values(), Fraction()), Fraction()
    for rank, share in enumerate(sorted(shares.values(), reverse=True), 1):
        so_far += share
        if 2 * so_far >= total:
            return rank
    return 0


def authorship(plain: Plain, files: set[str]) -> tuple[int, dict[str, set[str]]]:
    """Files that count, and the authors of each by Avelino's rule: dictionaries, oldest commit first."""
    number: dict[str, int] = {}
    creator: list[str] = []
    done: list[dict[str, float]] = []
    for one in reversed(plain.commits):
        gone: dict[str, list[str]] = defaultdict(list)
        for letter, old, _new, path in one.changes:
            if letter == "D":
                gone[old].append(path)
        taken = {path for paths in gone.values() for path in paths}
        moved = {
            path: gone[new].pop(0)
            for letter, _old, new, path in one.changes
            if letter == "A" and new != EMPTY and gone.get(new)
        }
        kept = {path: number[source] for path, source in moved.items() if source in number}
        number = {path: file for path, file in number.items() if path not in taken} | kept
        for letter, _old, _new, path in one.changes:
            if letter == "D":
                continue
            if path not in number:
                number[path] = len(creator)
                creator.append(one.author)
                done.append(defaultdict(float))
            for who in one.credited:
                done[number[path]][who] += 1 / len(one.credited)
    at_head = {path: number[path] for path in files if path in number}
    return len(at_head), {path: authors(done[n], creator[n]) for path, n in at_head.items()}


def authors(done: dict[str, float], creator: str) -> set[str]:
    total = sum(done.values())
    doa = {
        who: 3.293 + 1.098 * (who == creator) + 0.164 * mine - 0.321 * math.log1p(max(total - mine, 0))
        for who, mine in done.items()
    }
    best = max(doa.values(), default=0.0)
    return {who for who, one in doa.items() if one >= 3.293 and one / best > 0.75}


def lively(folder: Path) -> Path:
    """Four years of forty people who come and go, a program and a `.mailmap`: pairs, renames, files that go and come back."""
    chance = random.Random(5)
    named = [f"P{n} <p{n}@{'xyz'[n % 3]}.org>" for n in range(36)]
    who = [*named[:4], "p0 <p0@old.org>", BOT, *named[4:], "P35 <P35+git@z.org>"]
    seasons = [(max(0, n * 40 - 60), n * 40 + 40 + (n * 37) % 500) for n in range(len(who))]
    made = [Made(0, who[0], {".mailmap": "<p0@x.org> <p0@old.org>\n", ".gitattributes": "f3 linguist-vendored\n"})]
    texts: dict[str, str | bytes] = {}
    for turn in range(1, 1500):
        day = turn + chance.random()
        there = [one for one, (start, end) in zip(who, seasons, strict=True) if start <= day <= end] or who[:1]
        files: dict[str, str | bytes | None] = {f"f{int(60 * chance.random() ** 2)}": f"{turn}\n"}
        if texts and turn % 11 == 0:
            old = chance.choice(sorted(texts))
            files = {old: None, f"{old}-{turn}": texts[old]}
        elif texts and turn % 17 == 0:
            files = {chance.choice(sorted(texts)): None}
        for name, text in files.items():
            texts.pop(name, None)
            texts |= {name: text} if text is not None else {}
        words = f"c\n\nCo-authored-by: {chance.choice(there)}\n" if turn % 7 == 0 else "c"
        made.append(Made(day, chance.choice(there), files, words))
    return tagged(repository(folder, made))


def tagged(folder: Path) -> Path:
    for n, turn in enumerate((10, 200, 420)):
        subprocess.run(["git", "-C", str(folder), "tag", f"v1.{n}.0", f"main~{turn}"], check=True)
    return folder


def owners(folder: Path) -> list[int]:
    """How many authors each file has, as the engine sees it."""
    facts = read(folder / ".git" if (folder / ".git").exists() else folder)
    assert facts.changes is not None
    known = identify(facts.history.people, facts.tree.texts.get(".mailmap", b""))
    scope = Scope(facts.history, known, int(facts.history.ct[0]))
    lines = ownership.lineages(facts.changes)
    found = ownership.ownership(scope, facts.changes, lines, counted(facts.tree)[0])
    return sorted(Counter(found.file.tolist()).values())


def truck_factor(of_file: dict[str, set[str]], first: dict[str, int]) -> int:
    """How many leave, those with most files first (of equals, who came first), until fewer than half keep an author."""
    counts = Counter(who for those in of_file.values() for who in those)
    order = sorted(counts, key=lambda who: (-counts[who], first[who]))
    left, removed = {path: set(who) for path, who in of_file.items()}, 0
    while 2 * sum(map(bool, left.values())) >= len(left):
        gone = order[removed]
        left = {path: who - {gone} for path, who in left.items()}
        removed += 1
    return removed


@pytest.fixture(scope="module", params=[LIVELY, ROOT, *NAMED], ids=lambda path: path.name if path != ROOT else "ours")
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Plain, Assessment, set[str]]:
    folder: Path = request.param
    if folder == LIVELY:
        folder = lively(tmp_path_factory.mktemp("real") / "lively")
    if not (folder / ".git").exists() and not (folder / "HEAD").exists():
        pytest.skip(f"{folder.name} is no clone: the archive of a release has no history")
    plain = Plain(folder)
    git_dir = folder / ".git" if (folder / ".git").exists() else folder
    files = counted(read(git_dir).tree)[0]
    return plain, assess(git_dir, as_of=plain.end + 3 * DAY), {one.decode("utf-8", "replace") for one in files}


def test_commits_and_people(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, _files = pair
    assert found.commits == int(git(plain.folder, "rev-list", "--count", "HEAD"))
    assert found.non_merge == len(plain.commits) == int(git(plain.folder, "rev-list", "--count", "--no-merges", "HEAD"))
    assert found.last == plain.end


def test_the_command_that_is_told_gives_the_figure_that_is_told(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, _files = pair
    for code in ("caf_w", "caf_all"):
        one = found.indicator(code)
        told = subprocess.run(
            ["bash", "-c", one.reproduce], cwd=plain.folder, check=True, capture_output=True, text=True
        )
        assert float(told.stdout) == one.by_policy["as_committed+bots"]


def test_concentration(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, _files = pair
    assert found.indicator("caf_w").value == absence(plain.window)
    assert found.indicator("caf_all").value == absence(plain.commits)
    assert found.indicator("caf_w").detail["people"] == len(people(plain.window))


def test_who_comes_and_who_stays(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, _files = pair
    first, now, before = (
        plain.first(),
        people(plain.window),
        people(plain.within(plain.end - 2 * YEAR, plain.end - YEAR)),
    )
    came = {who for who, at in first.items() if plain.end - YEAR < at <= plain.end}
    assert (found.indicator("newcomers").value, found.indicator("newcomers").n) == (len(came), len(now))
    assert found.indicator("retention").detail == {"k": len(before & now), "n": len(before)}
    year_before = {who for who, at in first.items() if plain.end - 2 * YEAR < at <= plain.end - YEAR}
    theirs: dict[str, list[int]] = defaultdict(list)
    for one in plain.within(plain.end - 2 * YEAR, plain.end):
        for who in one.credited & year_before:
            theirs[who].append(one.time)
    stayed = [
        who
        for who, times in theirs.items()
        if len(times) >= 3 and len({datetime.fromtimestamp(at, UTC).strftime("%Y-%m") for at in times}) >= 2
    ]
    assert found.indicator("conversion").detail == {"k": len(stayed), "n": len(year_before)}


def test_silence_and_activity(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, _files = pair
    days = sorted({at // DAY for at in plain.times})
    gaps = [after - before for before, after in pairwise(days)]
    since = (plain.end + 3 * DAY) // DAY - days[-1]
    silence = found.indicator("silence")
    assert silence.detail["since_days"] == since
    if len(gaps) >= 20:
        assert silence.value == pytest.approx(since / max(7.0, float(np.percentile(gaps, 95))), abs=1e-12)
    start = plain.end - 24 * (YEAR // 12)
    months = {(at - start - 1) // (YEAR // 12) for at in plain.times if at > start}
    assert found.indicator("trend").detail["active_months"] == len(months)


def test_resource(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, _files = pair
    assert found.indicator("size").value == len(git(plain.folder, "ls-tree", "-r", "-z", "HEAD").split(b"\0")) - 1
    assert found.indicator("touches").value == sum(len(one.changes) for one in plain.window)
    tags = git(plain.folder, "for-each-ref", "--format=%(creatordate:unix) %(refname:strip=2)", "refs/tags").decode()
    days = {
        int(line.split()[0]) // DAY
        for line in tags.splitlines()
        if line[0] != " " and is_release(line.split(" ", 1)[1])
    }
    assert found.indicator("release").detail["releases"] == len(days)


def test_who_knows_the_files(pair: tuple[Plain, Assessment, set[str]]) -> None:
    plain, found, files = pair
    n, of_file = authorship(plain, files)
    assert owners(plain.folder) == sorted(len(who) for who in of_file.values() if who)
    active = people(plain.window)
    alive, tf = found.indicator("alive_coverage"), found.indicator("tf")
    assert (alive.n, tf.n) == (n, n)
    assert alive.value == pytest.approx(sum(bool(who & active) for who in of_file.values()) / n, abs=1e-12)
    assert tf.value == truck_factor(of_file, plain.first())
    assert tf.detail["without_author"] == pytest.approx(sum(not who for who in of_file.values()) / n, abs=1e-12)
