"""Columns of a history against a plain reading of each object by git."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from assess.histories import ADA, BOB, EPOCH, EVE, Made, git, repository
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.assess.git import blocks
from communaux.engines.assess.gitlog import Columns, bounds, kinds, read_log, take, whole_words
from communaux.engines.assess.model import AssessError, History, Trailer

BRANCHED = [
    Made(0, ADA, {"a.py": "1\n", "b.py": "2\n"}, zone="+0530"),
    Made(
        1, BOB, {"a.py": "1\n2\n"}, "fix\n\nCo-authored-by: Eve Durand <eve@gmail.com>\nReviewed-by: Ada <ada@x.org>\n"
    ),
    Made(2, EVE, {"c.py": "3\n"}, parent=1),
    Made(3, BOB, {"d.py": "4\n"}, parent=1, zone="-0100"),
    Made(4, ADA, {"c.py": "3\n", "d.py": "4\n"}, parent=2, merges=(3, 4)),
    Made(5, ADA, {"b.py": None}, committer=BOB, authored=4.5),
]


def people(history: History, who: np.ndarray) -> list[bytes]:
    return [b"%s <%s>" % history.people[one] for one in who]


def read_objects(git_dir: Path) -> dict[str, dict[str, list[bytes]]]:
    """Each commit by its lines, read by `git cat-file` and split here: shares nothing with the engine."""
    found = {}
    for oid in git(git_dir, "rev-list", "--all").decode().split():
        head = git(git_dir, "cat-file", "commit", oid).split(b"\n\n", 1)[0]
        lines: dict[str, list[bytes]] = {}
        for line in head.split(b"\n"):
            key, _space, value = line.partition(b" ")
            lines.setdefault(key.decode(), []).append(value)
        found[oid] = lines
    return found


def same_as_objects(git_dir: Path) -> None:
    history, _changes = read_log(git_dir, git(git_dir, "rev-parse", "main").decode().strip())
    objects = read_objects(git_dir)
    oids = [one.tobytes().hex() for one in history.oid]
    assert sorted(oids) == sorted(objects)
    for at, oid in enumerate(oids):
        lines = objects[oid]
        parents = history.parents[history.parent_ptr[at] : history.parent_ptr[at + 1]]
        assert [oids[one] for one in parents] == [one.decode() for one in lines.get("parent", [])]
        assert history.tree[at].tobytes().hex() == lines["tree"][0].decode()
        author, committer = lines["author"][0], lines["committer"][0]
        assert people(history, history.author[at : at + 1]) == [author.rsplit(b" ", 2)[0]]
        assert people(history, history.committer[at : at + 1]) == [committer.rsplit(b" ", 2)[0]]
        assert history.at[at] == int(author.split()[-2])
        assert history.ct[at] == int(committer.split()[-2])
        hours, minutes = divmod(abs(int(author.split()[-1])), 100)
        assert abs(history.tz[at]) == hours * 60 + minutes


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_columns_are_the_objects(tmp_path: Path, form: str) -> None:
    same_as_objects(repository(tmp_path, BRANCHED, form=form))


NAMES = st.text(st.characters(exclude_characters="<>\n\0", exclude_categories=["Cs"]), min_size=1, max_size=8).map(
    lambda name: f"x{name}x"
)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, NAMES, st.integers(0, 500), st.sampled_from(["+0000", "-0800", "+1345"])),
        min_size=1,
        max_size=6,
    )
)
def test_any_history_is_read_as_it_is(tmp_path_factory: pytest.TempPathFactory, commits: list) -> None:
    made = [Made(day, f"{name} <{name.strip()}@{path}>", {path: name}, zone=zone) for name, path, day, zone in commits]
    same_as_objects(repository(tmp_path_factory.mktemp("any"), made))


def test_trailers_name_others(tmp_path: Path) -> None:
    message = (
        "why\n\nSigned-off-by: Ada <ada@x.org>\nco-AUTHORED-by: Eve <eve@y.org> (pair)\nReviewed-by: nobody\nFixes: #1\n"
        "Co-authored-by: Long\n  Name <long@y.org>\n"
    )
    history, _changes = read_log(
        repository(tmp_path, [Made(0, ADA, {"a": "1"}, message), Made(1, ADA, {"a": "2"})]), "main"
    )
    assert history.trailer_ptr.tolist() == [0, 0, 3]
    assert history.trailer_kind.tolist() == [Trailer.SIGNED_OFF, Trailer.CO_AUTHORED, Trailer.CO_AUTHORED]
    assert people(history, history.trailer_who) == [b"Ada <ada@x.org>", b"Eve <eve@y.org>", b"Long Name <long@y.org>"]


def test_changes_are_those_of_git(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, BRANCHED)
    history, changes = read_log(git_dir, "main")
    assert changes is not None
    found = [
        (history.oid[commit].tobytes().hex(), chr(status), f"{old:016x}", f"{new:016x}", changes.paths[path].decode())
        for commit, status, old, new, path in zip(
            changes.commit, changes.status, changes.old.tolist(), changes.new.tolist(), changes.path, strict=True
        )
    ]
    expected = []
    for oid in git(git_dir, "rev-list", "--no-merges", "main").decode().split():
        for line in (
            git(git_dir, "diff-tree", "--root", "-r", "--no-renames", "--no-commit-id", oid).decode().splitlines()
        ):
            meta, path = line.split("\t")
            _old_mode, _new_mode, old, new, letter = meta.split(" ")
            expected.append((oid, letter, old[:16], new[:16], path))
    assert sorted(found) == sorted(expected)
    assert len(found) == 6


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_path_may_look_like_anything(tmp_path: Path, form: str) -> None:
    hostile = f":100644 100644 {'0' * 40} {'1' * 40} M"
    paths = [hostile, "line\nend", "é" * 80, "0" * 40, '"quoted"', " space", "\udcff\udcfe"]
    git_dir = repository(tmp_path, [Made(day, files={path: str(day)}) for day, path in enumerate(paths)], form=form)
    _history, changes = read_log(git_dir, "main")
    assert changes is not None
    assert sorted(changes.paths) == sorted(path.encode("utf-8", "surrogateescape") for path in paths)
    assert len(changes.commit) == len(paths)


def test_without_changes_only_commits_are_asked(tmp_path: Path) -> None:
    history, changes = read_log(repository(tmp_path, BRANCHED), "main", changes=False)
    assert changes is None
    assert history.single.tolist() == [True, False, True, True, True, True]


def test_commits_that_change_nothing_have_no_changes(tmp_path: Path) -> None:
    history, changes = read_log(repository(tmp_path, [Made(0, message="")]), "main")
    assert changes is not None
    assert (len(history), len(changes.commit), changes.paths) == (1, 0, ())


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("0 +0000", (0, 0)),
        (f"{2**40} +0000", (-1, 0)),
        ("253402300800 +0000", (-1, 0)),  # the year 10000
        ("253402300799 +0000", (253402300799, 0)),
        (f"{EPOCH} +9999", (EPOCH, 6039)),
        (f"{EPOCH} -0000", (EPOCH, 0)),
    ],
)
def test_odd_times(tmp_path: Path, time: str, expected: tuple[int, int]) -> None:
    history, _changes = read_log(repository(tmp_path, [Made(0, raw_time=time)]), "main")
    assert (int(history.ct[0]), int(history.tz[0])) == expected


def corrupted(git_dir: Path, author: bytes) -> str:
    """A commit whose author line is this one, which no command of git would write."""
    tree = git(git_dir, "rev-parse", "main^{tree}").strip()
    text = b"tree %s\nauthor %s\ncommitter Bob <bob@y.org> %d +0000\n\nodd\n" % (tree, author, EPOCH)
    return git(git_dir, "hash-object", "-w", "--literally", "-t", "commit", "--stdin", given=text).decode().strip()


@pytest.mark.parametrize(
    "author", [b"Ada ada@x.org 1700000000 +0000", b"Ada <ada@x.org>", b"", b"Ada <ada@x.org> soon +0000"]
)
def test_a_broken_author_line_is_no_end(tmp_path: Path, author: bytes) -> None:
    git_dir = repository(tmp_path, [Made(0, files={"a": "1"})])
    history, _changes = read_log(git_dir, corrupted(git_dir, author))
    assert len(history) == 1
    assert int(history.ct[0]) == EPOCH


def test_an_unknown_encoding_and_latin_1(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, [Made(0, b"Zo\xeb Durand <zoe@x.org>")])
    history, _changes = read_log(git_dir, "main")
    assert history.people == ((b"Zo\xeb Durand", b"zoe@x.org"),)


def test_parents_that_are_not_there_are_counted(tmp_path: Path) -> None:
    whole = repository(tmp_path / "whole", BRANCHED)
    git(tmp_path, "clone", "-q", "--bare", "--depth=2", f"file://{whole}", str(tmp_path / "cut"))
    history, changes = read_log(tmp_path / "cut", "main")
    assert changes is not None
    assert (len(history), history.truncated) == (2, 0)  # git itself hides the parents of where it was cut
    (tmp_path / "cut" / "shallow").unlink()
    with pytest.raises(AssessError) as refused:
        read_log(tmp_path / "cut", "main")
    assert refused.value.code == "corrupt"


def test_replaced_and_grafted_commits_are_read_as_they_were_written(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, BRANCHED)
    git(git_dir, "replace", "main", "main~2")
    same_as_objects(git_dir)


def test_no_commit_no_repository(tmp_path: Path) -> None:
    with pytest.raises(AssessError) as refused:
        list(blocks(tmp_path / "nowhere", "log"))
    assert refused.value.code == "not_git"
    columns = Columns()
    with pytest.raises(AssessError, match="other lines"):
        take(columns, b"a\nb\0")
    with pytest.raises(AssessError, match="in the middle"):
        list(whole_words([b"no end"]))


def test_words_are_never_cut_before_their_path(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, BRANCHED)
    whole = b"".join(blocks(git_dir, "log", "-z", "--raw", "--no-renames", "--no-abbrev", "--format=%H", "main"))
    meta = re.compile(rb"\n?:[0-7]{6} .* [AMD]\Z")
    for size in range(1, 300, 7):
        parts = [whole[at : at + size] for at in range(0, len(whole), size)]
        cut = list(whole_words(parts))
        assert b"".join(cut) == whole
        assert not [part for part in cut if meta.fullmatch(part.split(b"\0")[-2])]


def test_a_block_may_hold_nothing_but_changes() -> None:
    columns = Columns()
    take(columns, b":100644 100644 " + b"0" * 40 + b" " + b"1" * 40 + b" M\0path\0")
    assert (columns.read, list(columns.paths)) == (0, [b"path"])


def test_a_reader_that_stops_leaves_no_process(tmp_path: Path) -> None:
    stream = blocks(repository(tmp_path, BRANCHED), "log")
    assert next(stream)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)


def test_rows_of_colons() -> None:
    """A header, then a change whose path looks like a change, then one whose path does not, then a header."""
    words = b"".join(word + b"\0" for word in (b"head", b"\n:meta", b":path", b":meta", b"path", b"head"))
    buffer = np.frombuffer(words, np.uint8)
    meta, path = kinds(buffer, bounds(buffer)[0])
    assert meta.tolist() == [False, True, False, True, False, False]
    assert path.tolist() == [False, False, True, False, True, False]
