"""A whole reading: files, texts, tags, oddities; the same bytes whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, git, repository

from communaux.engines.assess.credit import Scope
from communaux.engines.assess.git import environment, refusal
from communaux.engines.assess.identities import identify
from communaux.engines.assess.inventory import size, touches
from communaux.engines.assess.kernel import indicators, read
from communaux.engines.assess.model import AssessError, Facts, Warned
from communaux.engines.assess.oddities import oddities, out_of_date
from communaux.engines.assess.tree import LARGEST, find_commit, is_shallow, read_tags, read_texts, read_tree

FILES = {
    "README.md": "# Hello\n",
    "src/a.py": "1\n",
    "data/b.csv": "x\n",
    "big.txt": "x" * (LARGEST + 1),
    "LICENSE": "MIT",
}


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    return repository(
        tmp_path / "made", [Made(0, ADA, FILES), Made(1, BOB, {"src/a.py": "2\n"}), Made(2, EVE, {"src/c.py": "3\n"})]
    )


def measured(facts: Facts) -> list[object]:
    scope = Scope(facts.history, identify(facts.history.people), EPOCH + 10 * DAY)
    return [*indicators(facts, scope)]


def test_each_stage_is_told_and_everything_is_there(git_dir: Path) -> None:
    stages: list[str] = []
    facts = read(git_dir, told=stages.append)
    assert stages == ["history", "files"]
    assert facts.head == git(git_dir, "rev-parse", "main").decode().strip()
    assert [path.decode() for path in facts.tree.paths] == git(
        git_dir, "ls-tree", "-r", "--name-only", "main"
    ).decode().split()
    codes = [one.code for one in indicators(facts, Scope(facts.history, identify(facts.history.people), EPOCH))]
    assert len(codes) == len(set(codes)) == 18


def test_the_same_day_gives_the_same_and_so_does_another_process(git_dir: Path) -> None:
    assert measured(read(git_dir)) == measured(read(git_dir))


def test_without_changes_it_is_said(git_dir: Path) -> None:
    facts = read(git_dir, changes=False)
    found = {one.code: one for one in indicators(facts, Scope(facts.history, identify(facts.history.people), EPOCH))}
    assert {code for code, one in found.items() if one.reason == "changes_not_read"} == {
        "touches",
        "tf",
        "alive_coverage",
    }


def test_size_and_touches(git_dir: Path) -> None:
    facts = read(git_dir)
    found = size(facts.tree)
    assert (found.value, found.detail["groups"]) == (6, {"code": 2, "data": 1, "documents": 2, "other": 1})
    scope = Scope(facts.history, identify(facts.history.people), EPOCH)
    assert (touches(scope, facts.changes).value, touches(scope, facts.changes).detail) == (
        7,
        {"folders": {"src": 3, "LICENSE": 1, "README.md": 1, "big.txt": 1, "data": 1}},
    )


def test_only_small_ordinary_files_are_read(git_dir: Path) -> None:
    tree = read_tree(git_dir, find_commit(git_dir, "main"))
    found = read_texts(git_dir, tree, ["README.md", "big.txt", "not/there", "src/a.py"])
    assert dict(found.texts) == {"README.md": b"# Hello\n", "src/a.py": b"2\n"}
    assert dict(read_texts(git_dir, tree, []).texts) == {}


def test_links_and_submodules_are_never_followed(tmp_path: Path) -> None:
    link = b"commit refs/heads/main\ncommitter A <a@x> 1 +0000\ndata 0\nM 120000 inline README.md\ndata 11\n/etc/passwd\nM 160000 "
    git_dir = repository(tmp_path, [])
    git(git_dir, "fast-import", "--quiet", given=link + b"1" * 40 + b" sub\n")
    tree = read_texts(git_dir, read_tree(git_dir, find_commit(git_dir, "main")), ["README.md", "sub"])
    assert (tree.paths, dict(tree.texts)) == ((b"README.md", b"sub"), {})


def test_an_empty_commit_has_no_files(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, [Made(0)])
    assert read_tree(git_dir, "main").paths == ()
    assert size(read_tree(git_dir, "main")).value == 0


def test_tags_with_their_day(git_dir: Path) -> None:
    git(git_dir, "tag", "v1.0", "main~1")
    git(git_dir, "-c", "user.name=A", "-c", "user.email=a@x", "tag", "-a", "-m", "x", "v0.9", "main")
    git(git_dir, "tag", "blob", git(git_dir, "rev-parse", "main:LICENSE").decode().strip())
    assert [tag.name for tag in read_tags(git_dir)] == ["v1.0", "v0.9"]
    assert read_tags(git_dir)[0].at == EPOCH + DAY


@pytest.mark.parametrize("revision", ["nothing", "--all", "", "main:LICENSE", "main^{tree}"])
def test_what_is_no_commit_is_refused(git_dir: Path, revision: str) -> None:
    with pytest.raises(AssessError) as refused:
        find_commit(git_dir, revision)
    assert refused.value.code == "unknown_commit"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("fatal: not a git repository", "not_git"),
        ("fatal: bad revision 'x'", "unknown_commit"),
        ("", "corrupt"),
        ("killed", "corrupt"),
    ],
)
def test_what_git_says_becomes_a_sentence(said: str, code: str) -> None:
    assert refusal(said).code == code
    assert str(refusal(said))


def test_an_empty_repository_is_said_to_be_so(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, [])
    with pytest.raises(AssessError) as refused:
        read(git_dir)
    assert refused.value.code == "empty"


def test_nothing_of_the_machine_reaches_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    assert not {"GIT_DIR", "GIT_CONFIG_COUNT"} & set(environment())


def test_hostile_configuration_runs_nothing(git_dir: Path, tmp_path: Path) -> None:
    """A repository whose own configuration asks for programs: none is run."""
    touched = tmp_path / "touched"
    program = f"touch {touched}"
    (git_dir / "hooks").mkdir(exist_ok=True)
    for key, value in {
        "core.fsmonitor": program,
        "core.pager": program,
        "diff.external": program,
        "diff.md.textconv": program,
        "filter.x.smudge": program,
        "filter.x.clean": program,
        "log.showSignature": "true",
        "gpg.program": program,
        "alias.log": f"!{program}",
        "core.sshCommand": program,
        "diff.renames": "copies",
        "log.date": "relative",
        "i18n.logOutputEncoding": "UTF-16",
        "format.pretty": "short",
        "core.quotePath": "true",
        "diff.orderFile": str(tmp_path / "order"),
        "core.abbrev": "7",
        "diff.noprefix": "true",
        "log.follow": "true",
        "grep.lineNumber": "true",
    }.items():
        git(git_dir, "config", key, value)
    (tmp_path / "order").write_text("src/*\n")
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / "attributes").write_text("*.md diff=md filter=x\n")
    with_it = measured(read(git_dir))
    for path in (git_dir / "config",):
        path.write_text("[core]\n\tbare = true\n\trepositoryformatversion = 0\n")
    assert with_it == measured(read(git_dir))
    assert not touched.exists()


def test_clocks_that_went_wrong_are_counted(tmp_path: Path) -> None:
    commits = [
        Made(10, ADA),
        Made(500, ADA, authored=1),
        Made(400, BOB),
        Made(600, BOB, raw_time=f"{2**41} +0000"),
        Made(450, EVE),
    ]
    facts = read(repository(tmp_path / "odd", commits))
    assert oddities(facts) == (
        Warned("no_time", 1),
        Warned("two_clocks", 1),
        Warned("before_parent", 1),
        Warned("after_head", 1),
    )
    headless = read(repository(tmp_path / "head", [Made(0, raw_time=f"{2**41} +0000")]))
    assert oddities(headless) == (Warned("no_time", 1),)
    assert out_of_date(headless, EPOCH) == ()


@pytest.mark.parametrize(
    ("day", "cloned", "expected"),
    [
        (2, None, ()),
        (32, None, ()),
        (33, None, (Warned("old_copy", 31),)),
        (33, True, ()),
        (0, True, (Warned("too_early", 2),)),
    ],
)
def test_a_local_copy_may_be_old(git_dir: Path, day: int, cloned: bool | None, expected: tuple[Warned, ...]) -> None:
    assert out_of_date(read(git_dir, cloned=cloned), EPOCH + day * DAY) == expected


def test_a_shallow_copy_is_said_to_be_one(git_dir: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", f"file://{git_dir}", str(tmp_path / "cut"))
    assert is_shallow(tmp_path / "cut")
    assert oddities(read(tmp_path / "cut")) == (Warned("shallow", 1),)
