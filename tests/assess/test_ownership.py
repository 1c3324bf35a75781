"""Who knows which file: by hand, and what a rename keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from assess.histories import ADA, BOB, EVE, Made, repository

from communaux.engines.assess import inventory, ownership
from communaux.engines.assess.credit import Scope
from communaux.engines.assess.gitlog import read_log
from communaux.engines.assess.identities import identify
from communaux.engines.assess.model import Changes
from communaux.engines.assess.tree import find_commit, read_texts, read_tree


def read(folder: Path, commits: Sequence[Made]) -> tuple[Scope, Changes, set[bytes]]:
    git_dir = repository(folder, commits)
    history, changes = read_log(git_dir, "main")
    assert changes is not None
    tree = read_texts(git_dir, read_tree(git_dir, find_commit(git_dir, "main")), [".gitattributes"])
    return Scope(history, identify(history.people), int(history.ct[0])), changes, inventory.counted(tree)[0]


def authors(folder: Path, commits: Sequence[Made]) -> dict[str, set[str]]:
    scope, changes, files = read(folder, commits)
    owned = ownership.ownership(scope, changes, ownership.lineages(changes), files)
    names = {
        number: name.decode()
        for number, (name, _mail) in zip(
            scope.identities.canonical["default"].tolist(), scope.history.people, strict=True
        )
    }
    _numbers, at_head = ownership.lineages(changes)
    paths = {number: path.decode() for path, number in at_head.items()}
    found: dict[str, set[str]] = {paths[number]: set() for number in paths if paths[number].encode() in files}
    for file, person in zip(owned.file.tolist(), owned.person.tolist(), strict=True):
        found[paths[file]].add(names[person])
    return found


def doa(first: bool, own: float, others: float) -> float:
    return 3.293 + 1.098 * first + 0.164 * own - 0.321 * log(1 + others)


def test_four_files_by_hand(tmp_path: Path) -> None:
    """a: Ada alone. b: Ada made it, Bob rewrote it five times. c: Bob once, Eve made it. d: Ada and Bob alike."""
    ada, bob, eve = "Ada Lovelace", "Bob Martin", "Eve Durand"
    commits = [
        Made(0, ADA, {"a": "1", "b": "1", "d": "1"}),
        *(Made(number, BOB, {"b": str(number)}) for number in range(2, 7)),
        Made(8, EVE, {"c": "1"}),
        Made(9, BOB, {"c": "2", "d": "2"}),
    ]
    assert doa(True, 1, 5) / doa(False, 5, 1) > 0.75
    assert doa(True, 1, 5) >= 3.293
    assert doa(False, 1, 1) < 3.293
    assert authors(tmp_path, commits) == {"a": {ada}, "b": {ada, bob}, "c": {eve}, "d": {ada}}


def test_a_file_keeps_its_history_through_a_rename(tmp_path: Path) -> None:
    moved = [
        Made(0, ADA, {"z": "text\n"}),
        Made(1, BOB, {"a": "text\n", "z": None}),
        Made(2, EVE, {"m": "text\n", "a": None}),
        Made(3, BOB, {"z": "a new one"}),
    ]
    assert authors(tmp_path / "moved", moved) == {"m": {"Ada Lovelace"}, "z": {"Bob Martin"}}
    copied = [Made(0, ADA, {"z": "text\n"}), Made(1, BOB, {"a": "text\n", "b": "text\n", "z": None})]
    assert authors(tmp_path / "copied", copied) == {"a": {"Ada Lovelace"}, "b": {"Bob Martin"}}
    empty = [Made(0, ADA, {"z": ""}), Made(1, BOB, {"a": "", "z": None})]
    assert authors(tmp_path / "empty", empty) == {"a": {"Bob Martin"}}


def test_a_file_that_comes_back_is_a_new_one(tmp_path: Path) -> None:
    assert authors(tmp_path, [Made(0, ADA, {"a": "1"}), Made(1, ADA, {"a": None}), Made(2, BOB, {"a": "2"})]) == {
        "a": {"Bob Martin"}
    }


def test_factor_and_living_knowledge(tmp_path: Path) -> None:
    old = [
        Made(0, ADA, {f"a{number}": str(number) for number in range(5)}),
        Made(1, BOB, {f"b{number}": f"x{number}" for number in range(3)}),
    ]
    scope, changes, files = read(tmp_path, [*old, Made(800, BOB, {"b0": "new"}), Made(801, EVE, {"c": "1"})])
    tf, alive = ownership.indicators(scope, changes, files, 0.25)
    assert (tf.value, tf.low, tf.high, tf.n) == (1, 1, 1, 9)
    assert tf.detail == {"range": [1, 1], "without_author": 0.0, "excluded": 0.25}
    assert (alive.value, alive.n) == (4 / 9, 9)


def test_of_two_with_as_many_files_the_earlier_goes_first() -> None:
    owned = ownership.Ownership(4, np.array([0, 1, 2, 3, 1]), np.array([0, 0, 1, 1, 2]))
    assert ownership.truck_factor(owned, {0: 5, 1: 3, 2: 1}) == 2
    assert ownership.truck_factor(ownership.Ownership(2, np.zeros(0, np.int64), np.zeros(0, np.int64)), {}) == 0


def test_no_file_no_factor(tmp_path: Path) -> None:
    scope, changes, files = read(tmp_path, [Made(0, ADA, {"logo.png": "x", "yarn.lock": "y"})])
    assert [one.reason for one in ownership.indicators(scope, changes, files, 1.0)] == ["no_file", "no_file"]


def test_a_list_of_patterns_has_an_end() -> None:
    told = inventory.attributes(b"".join(b"f%d linguist-vendored\n" % number for number in range(5000)))
    assert (len(told), ("vendored", "f4999") in told) == (200, True)


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ("", {"a.py", "docs/b.md"}),
        ("docs/* linguist-vendored\n", {"a.py"}),
        ("*.py linguist-generated=true\n*.py -linguist-generated\n", {"a.py", "docs/b.md"}),
        ("vendor/** linguist-vendored=false\n", {"a.py", "docs/b.md", "vendor/c.py"}),
        ("a.py text eol=lf\n# a comment\n\n", {"a.py", "docs/b.md"}),
    ],
)
def test_files_that_count(tmp_path: Path, attributes: str, kept: set[str]) -> None:
    files: Mapping[str, str] = {
        "a.py": "1",
        "docs/b.md": "2",
        "vendor/c.py": "3",
        "d.png": "4",
        ".gitattributes": attributes,
    }
    _scope, _changes, found = read(tmp_path, [Made(0, ADA, files)])
    assert {path.decode() for path in found} == kept | {".gitattributes"}
