"""`communaux assess --many`: the same rows by every kind of hand, nothing lost when something dies, bad lines told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from multiprocessing import active_children
from pathlib import Path

import psutil
import pytest
from assess.histories import ADA, BOB, Made, repository

from communaux.cli import engines, main
from communaux.cli.repositories import Bad, Listed, read_list
from communaux.core import survey
from communaux.core.copies import folder_told_in
from communaux.core.mirrors import refusal
from communaux.core.survey import Ended, FileLease, Order, rows_of, survey_one
from communaux.core.survey_results import prepare, put_together
from communaux.data import assess_table

DAY = 1_701_388_800  # 2023-12-01
SHARED = Path(os.environ.get("COMMUNAUX_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Forty small ones, no two alike."""
    folder = tmp_path_factory.mktemp("many")
    made = []
    for number in range(40):
        commits = [Made(day, (ADA, BOB)[day % 2], {f"f{day}.py": f"{number}\n"}) for day in range(number + 1)]
        made.append(str(repository(folder / f"r{number}", commits)))
    return made


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """In English, unless another language is asked for."""
    words = [] if "--lang" in arguments else ["--lang", "en"]
    code = main(["assess", *map(str, arguments), *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def the_list(path: Path, urls: list[str]) -> Path:
    path.write_text("\n".join(urls) + "\n", encoding="utf-8")
    return path


def test_processes_and_a_cluster_give_the_same_rows(
    repositories: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, both = the_list(tmp_path / "list.txt", repositories), {}
    for engine in ("local", "dask"):
        out = tmp_path / engine
        arguments = ("--many", given, "--out", out, "--engine", engine, "--workers", 2, "--as-of", "2023-12-01")
        code, printed, _err = told(capsys, *arguments)
        assert (code, printed.splitlines()[-1].split(":")[0]) == (0, "40 of 40 repositories read")
        both[engine] = [(out / name).read_bytes() for name in ("runs.jsonl", "values.jsonl", "failed.jsonl")]
    assert both["local"] == both["dask"]
    runs = [json.loads(line) for line in both["local"][0].splitlines()]
    assert [(one["url"], one["commits"]) for one in runs] == [(url, n + 1) for n, url in enumerate(repositories)]


def test_parquet_says_what_the_lines_say(
    repositories: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pyarrow.parquet as pq

    given = the_list(tmp_path / "list.txt", repositories[:3])
    for shape in ("parquet", "jsonl"):
        assert (
            told(capsys, "--many", given, "--out", tmp_path / shape, "--format", shape, "--as-of", "2023-12-01")[0] == 0
        )
    rows = pq.read_table(tmp_path / "parquet" / "values.parquet").to_pylist()
    assert {one["as_of"] for one in rows} == {date(2023, 12, 1)}
    assert [{**one, "as_of": "2023-12-01"} for one in rows] == rows_of(tmp_path / "jsonl" / "values.jsonl")


def test_the_order_in_which_they_end_changes_nothing(repositories: list[str], tmp_path: Path) -> None:
    found = []
    for name, urls in (("a", repositories[:4]), ("b", repositories[3::-1])):
        order = Order(tmp_path / name, DAY)
        for url in urls:
            assert survey_one(url, order, FileLease(order.folder / "hosts")) == Ended(url)
        found.append([path.read_bytes() for path in put_together(order, repositories[:4], [], "jsonl")])
    assert found[0] == found[1]


def test_a_process_that_is_killed_costs_nothing(repositories: list[str], tmp_path: Path) -> None:
    work = engines.local(repositories, Order(tmp_path, DAY), 2)
    ended = [next(work)]
    os.kill(active_children()[0].pid or 0, signal.SIGKILL)
    ended += work
    assert sorted(ended, key=lambda one: one.url) == [Ended(url) for url in sorted(repositories)]
    assert active_children() == []


def is_hand(one: psutil.Process) -> bool:
    """Whether this is a worker; the git of another one may end while it is asked."""
    try:
        return one.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(one.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_a_worker_of_a_cluster_that_is_killed_costs_nothing(repositories: list[str], tmp_path: Path) -> None:
    work = engines.dask(repositories, Order(tmp_path, DAY), 2)
    ended = [next(work)]
    hands = [one for one in psutil.Process().children(recursive=True) if is_hand(one)]
    hands[0].kill()
    ended += work
    assert sorted(ended, key=lambda one: one.url) == [Ended(url) for url in sorted(repositories)]


def test_a_repository_that_kills_three_times_is_told(repositories: list[str], tmp_path: Path) -> None:
    over = threading.Event()

    def kill_all() -> None:
        while not over.wait(0.01):
            for child in active_children():
                child.kill()

    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        assert list(engines.local(repositories[:1], Order(tmp_path, DAY), 1)) == [Ended(repositories[0], "killed", "3")]
    finally:
        over.set()
        killer.join()


def test_one_that_never_ends_is_stopped(repositories: list[str], tmp_path: Path) -> None:
    endless = tmp_path / "endless"
    endless.mkdir()
    os.mkfifo(endless / "HEAD")  # git waits here for somebody to write
    urls = [str(endless), repositories[0]]
    ended = list(engines.local(urls, Order(tmp_path / "out", DAY), 1, longest=8.0))
    assert [(one.url, one.code) for one in ended] == [(urls[0], "timeout"), (urls[1], "")]


def test_to_wait_for_a_host_is_not_to_read(tmp_path: Path) -> None:
    """Two others copy from this host for longer than one repository may take to be read."""
    url, order = "https://127.0.0.1:1/x.git", Order(tmp_path, DAY)
    others, ended = FileLease(tmp_path / "hosts"), list[Ended]()
    with others("127.0.0.1:1"), others("127.0.0.1:1"):
        reading = threading.Thread(target=lambda: ended.extend(engines.local([url], order, 1, longest=1.0)))
        reading.start()
        reading.join(8.0)
        assert (reading.is_alive(), ended) == (True, [])
    reading.join(60)
    assert [(one.url, one.code) for one in ended] == [(url, "refused_host")]


HOLDS = """
import sys, time
from pathlib import Path
from communaux.core.copies import folder_told_in
with folder_told_in(Path(sys.argv[1])) as made:
    (made / "copy.git").mkdir()
    print(made, flush=True)
    time.sleep(600)
"""


def holding(order: Order) -> tuple[subprocess.Popen[str], Path]:
    """A process that has a copy under way, and where it is."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(order.copies)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as told:
        return process, Path(told.readline().strip())


def test_what_a_killed_process_left_is_thrown_away_at_the_next_start(tmp_path: Path) -> None:
    """Not what lives, not what another survey or anything else left."""
    order, other = Order(tmp_path / "out", DAY), Order(tmp_path / "other", DAY)
    foreign = Path(tempfile.mkdtemp(prefix="communaux-mirror-"))
    mine = Path(tempfile.mkdtemp(prefix="not-a-copy-"))
    (killed, left), (alive, here), (elsewhere, theirs) = holding(order), holding(order), holding(other)
    try:
        for process in (killed, elsewhere):
            process.kill()
            process.wait()
        notes = [
            {"machine": socket.gethostname(), "folder": str(mine)},
            {"machine": "far.example", "folder": str(foreign)},
        ]
        for n, note in enumerate(notes):
            (order.copies / f"{n}.json").write_text(json.dumps(note), encoding="utf-8")
        for n, text in enumerate(("", "{", "[]", '{"folder": 1}')):
            (order.copies / f"bad{n}.json").write_text(text, encoding="utf-8")
        prepare(order)
        assert [one.exists() for one in (left, here, theirs, foreign, mine)] == [False, True, True, True, True]
        assert {path.name for path in order.copies.iterdir()} >= {"0.json", "1.json"}
        assert len(list(order.copies.iterdir())) == 3  # that of the one alive, and two that tell of nothing of ours
    finally:
        alive.terminate()
        alive.wait()
        for folder in (here, theirs, foreign, mine):
            shutil.rmtree(folder, ignore_errors=True)


def test_a_copy_is_told_while_it_is_made(tmp_path: Path) -> None:
    order = Order(tmp_path / "out", DAY)
    with folder_told_in(order.copies) as made:
        (note,) = order.copies.iterdir()
        told = json.loads(note.read_text(encoding="utf-8"))
        assert (told, made.is_dir()) == ({"machine": socket.gethostname(), "folder": str(made)}, True)
        prepare(order)
        assert made.is_dir()
    assert (made.exists(), list(order.copies.iterdir())) == (False, [])
    assert survey_one("https://127.0.0.1:1/x.git", order, FileLease(tmp_path)).code == "refused_host"
    assert list(order.copies.iterdir()) == []


def test_a_part_that_nobody_sees_is_no_result(
    repositories: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker elsewhere that does not see the folder."""
    monkeypatch.setattr(engines, "local", lambda urls, *_: iter([Ended(url) for url in urls]))
    given = the_list(tmp_path / "l", repositories[:1])
    code, out, _err = told(capsys, "--many", given, "--out", tmp_path / "out")
    assert (code, out.split(":")[0]) == (1, "0 of 1 repositories read")
    (lost,) = rows_of(tmp_path / "out" / "failed.jsonl")
    assert (lost["code"], lost["detail"]) == ("internal", "a worker wrote its part where this folder is not seen")


def hears_interrupts() -> None:
    """As at a terminal: what a shell starts in the background, these tests maybe, is deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_interrupted_then_taken_up_again(repositories: list[str], tmp_path: Path) -> None:
    late = tmp_path / "late"
    late.mkdir()
    os.mkfifo(late / "HEAD")  # git waits here for somebody to write
    urls = [*repositories[:5], str(late)]
    given = the_list(tmp_path / "list.txt", urls)
    command = [sys.executable, "-m", "communaux", "assess", "--many", str(given), "--out", str(tmp_path / "out")]
    command += ["--lang", "en"]
    begun = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=hears_interrupts
    )
    parts = tmp_path / "out" / "parts"
    until = time.monotonic() + 60
    while not (parts.is_dir() and len(list(parts.glob("*.jsonl"))) == 5) and time.monotonic() < until:
        time.sleep(0.02)
    begun.send_signal(signal.SIGINT)
    _out, err = begun.communicate(timeout=60)
    assert (begun.returncode, err.splitlines()[-1]) == (
        130,
        "communaux: interrupted; the same command goes on from here",
    )
    kept = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.jsonl")}
    assert len(kept) == 5
    shutil.rmtree(late)
    repository(late, [Made(0, ADA, {"a": "1"})])
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("6 of 6 repositories read")
    assert {name: (parts / name).stat().st_mtime_ns for name in kept} == kept
    assert {path.suffix for path in parts.iterdir()} == {".jsonl"}


def test_what_cannot_be_read_is_told_and_the_rest_is_read(
    repositories: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    urls = [
        repositories[0],
        str(empty),
        "https://127.0.0.1/a.git",
        "http://a.example",
        repositories[1],
        repositories[0],
    ]
    code, out, err = told(
        capsys, "--many", the_list(tmp_path / "l", urls), "--out", tmp_path / "out", "--lang", "en", "--workers", 1
    )
    assert (code, out.split(":")[0]) == (1, "2 of 4 repositories read")
    lines = err.splitlines()
    assert lines[:2] == [
        "line 4: http://a.example — This line is neither an https address nor a folder.",
        "named more than once, read once: 1",
    ]
    assert lines[-1] == (
        "https://127.0.0.1/a.git: Only public https addresses without a password are read. "
        "Give the clone address of the repository."
    )
    failed = rows_of(tmp_path / "out" / "failed.jsonl")
    assert [(one["url"], one["code"]) for one in failed] == [
        (str(empty), "not_git"),
        (urls[2], "refused_host"),
        ("http://a.example", "no_address"),
    ]
    assert failed[-1]["line"] == 4


def test_a_full_disk_stops_all_and_leaves_no_half_part(
    repositories: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    order = Order(tmp_path / "out", DAY)
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        ended = survey_one(repositories[0], order, FileLease(tmp_path))
    assert ended == Ended(repositories[0], "disk_full", "OSError: [Errno 28] No space left on device")
    assert list((order.folder / "parts").iterdir()) == []
    assert refusal("fatal: write error: No space left on device\n").code == "disk_full"
    for theirs in ("remote: No space left on device\nfatal: x", "fatal: remote error: No space left on device"):
        assert refusal(theirs).code == "unreachable"  # their disk, not ours
    monkeypatch.setattr(engines, "local", lambda *_: iter([ended]))
    given = the_list(tmp_path / "l", repositories[:1])
    code, _out, err = told(capsys, "--many", given, "--out", order.folder, "--lang", "en")
    assert (code, err.splitlines()[-1]) == (
        2,
        "communaux: The disk is full. What was read stays read: make room, then give the same command again.",
    )


def test_a_fault_of_ours_is_told_and_logged(
    repositories: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(survey, "assess", lambda *_a, **_k: [][0])
    ended = survey_one(repositories[0], Order(tmp_path, DAY), FileLease(tmp_path))
    assert (ended.code, ended.detail) == ("internal", "IndexError: list index out of range")
    assert "IndexError" in caplog.text


def test_other_settings_take_another_folder(
    repositories: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = the_list(tmp_path / "l", repositories[:1]), tmp_path / "out"
    assert told(capsys, "--many", given, "--out", out, "--as-of", "2023-12-01")[0] == 0
    assert told(capsys, "--many", given, "--out", out)[:2] == (
        0,
        f"1 of 1 repositories read: {out}/runs.jsonl, {out}/values.jsonl, {out}/failed.jsonl\n",
    )
    code, _out, err = told(capsys, "--many", given, "--out", out, "--as-of", "2023-12-02")
    assert (code, "was begun with other settings (day: 2023-12-01, not 2023-12-02): give" in err) == (2, True)
    code, _out, err = told(capsys, "--many", given, "--out", out, "--format", "parquet", "--lang", "fr")
    assert (code, "autrement (--format\u00a0: jsonl, et non parquet)" in err) == (2, True)
    assert told(capsys, "--many", given, "--out", out, "--tiers", "t0")[0] == 2
    (out / "survey.json").write_text("half", encoding="utf-8")
    assert told(capsys, "--many", given, "--out", out)[2].endswith("survey.json cannot be read; take another folder\n")


def test_the_first_tier_leaves_out_what_commits_changed(repositories: list[str], tmp_path: Path) -> None:
    order = Order(tmp_path, DAY, changes=False)
    assert survey_one(repositories[5], order, FileLease(tmp_path)) == Ended(repositories[5])
    rows = {one["code"]: one for one in rows_of(order.part(repositories[5]))[1:]}
    assert (rows["tf"]["status"], rows["tf"]["reason"], rows["tf"]["value"]) == ("unknown", "changes_not_read", None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "give the folder or address of one repository, or --many with a list"),
        ((".", "--many", "l", "--out", "o"), "give one repository or --many with a list, not both"),
        ((".", "--out", "o"), "--out goes with --many"),
        ((".", "--workers", "4"), "--workers goes with --many"),
        ((".", "--engine", "local"), "--engine goes with --many"),
        ((".", "--format", "jsonl", "--json"), "--format goes with --many"),
        ((".", "--tiers", "t0"), "--tiers goes with --many"),
        ((".", "--scheduler", ""), "--scheduler goes with --many"),
        (("--many", "l"), "--many needs --out, the folder for the results"),
        (("--many", "l", "--out", "o", "--json"), "--json is for one repository, not for --many"),
        (("--many", "l", "--out", "o", "--items", "f"), "--items is for one repository, not for --many"),
        (("--many", "l", "--out", "o", "--scheduler", "tcp://x:1"), "--scheduler goes with --engine dask"),
        (("--many", "not-there", "--out", "o"), "not-there: there is no such file"),
        (("--many", os.devnull, "--out", "o"), f"{os.devnull}: no repository in this list"),
    ],
)
def test_refusals(arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *arguments) == (2, "", f"communaux: {sentence}\n")


def test_a_folder_that_cannot_be_written(
    repositories: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    given = the_list(tmp_path / "l", repositories[:1])
    assert told(capsys, "--many", given, "--out", tmp_path / "out")[0] == 2


@pytest.mark.parametrize("number", ["0", "-1", "x", "1001"])
def test_a_number_of_workers(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["assess", "--many", "l", "--out", "o", f"--workers={number}"])
    assert f"{number!r} is no number from 1 to 1000" in capsys.readouterr().err


def test_a_missing_package_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    given = the_list(tmp_path / "l", ["https://a.example/x.git"])
    _code, _out, err = told(capsys, "--many", given, "--out", tmp_path / "out", "--format", "parquet")
    assert err == "communaux: pyarrow is not installed: pip install 'communaux[survey]'\n"


def test_at_most_two_copies_from_one_host(tmp_path: Path) -> None:
    lease, inside, most = FileLease(tmp_path), 0, 0
    lock = threading.Lock()

    def copy() -> None:
        nonlocal inside, most
        with lease("git.example"):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.1)
            with lock:
                inside -= 1

    hands = [threading.Thread(target=copy) for _ in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert (most, inside) == (2, 0)


def test_lists_in_the_three_shapes(tmp_path: Path) -> None:
    a, b = "https://a.example/x.git", "https://b.example/y"
    assert read_list(f"# ours\n{a}\n\n{b}\nhttps://A.example/x/\n".encode()).urls == (a, b)
    assert read_list(f'{{"url": "{a}", "name": "x"}}\n[]\n{{"url": 1}}\n'.encode()).urls == (a,)
    table = read_list(f'\ufeffname;url\n"x\ny";{a}\nz;{b}\n\nw\n'.encode())
    assert (table.urls, table.bad) == ((a, b), (Bad(6, "no_address", ""),))
    assert read_list(str(tmp_path).encode()).urls == (str(tmp_path),)
    assert read_list(f"\n\nurl,name\n{a},x\n".encode()) == Listed((a,), 0, ())


def test_on_a_forge_the_whole_repository_is_asked_for() -> None:
    """GitLab sends on whoever leaves `.git` out, and nobody is followed."""
    lines = [
        "https://gitlab.com/o/r",
        "https://github.com/o/r/tree/main",
        "https://github.com/o/r.git",
        "https://[::1]/a",
    ]
    listed = read_list("\n".join([*lines, "https://[::1]/b"]).encode())
    assert listed.urls == (
        "https://gitlab.com/o/r.git",
        "https://github.com/o/r.git",
        "https://[::1]/a",
        "https://[::1]/b",
    )
    assert listed.again == 1


def test_a_quotation_mark_that_nobody_closes(tmp_path: Path) -> None:
    listed = read_list(b'url,name\nhttps://a.example/x.git,x\nhttps://b.example/y,"' + b"z" * 200_000)
    assert (listed.urls, [one.code for one in listed.bad]) == (("https://a.example/x.git",), ["not_text"])


def test_lines_that_name_nothing() -> None:
    lines = [
        b"ftp://a.example/x",
        b"https://u:p@a.example/x",
        b"https://[x",
        b"https://a.example/\x00",
        b"--upload-pack=touch x",
        b"\xff\xfe",
        b"a" * 5000,
        b"https://a b.example/",
    ]
    listed = read_list(b"\n".join(lines))
    codes = ["no_address"] * 5 + ["not_text"] + ["no_address"] * 2
    assert [(one.line, one.code) for one in listed.bad] == list(enumerate(codes, start=1))
    assert listed.urls == ()
    assert max(len(one.text) for one in listed.bad) == 200
    objects = read_list(b'{"url": "https://a.example/x"}\n{"url": \n' + b"[" * 100_000 + b"\n")
    assert [(one.line, one.code) for one in objects.bad] == [(2, "no_json"), (3, "no_json")]


@pytest.mark.shared
def test_the_public_list_of_2021() -> None:
    path = SHARED / "data" / "catalogues" / "code-gouv-fr" / "repositories-2021.csv"
    if not path.exists():
        pytest.skip("needs the shared public data: code-gouv-fr/repositories-2021.csv")
    listed = read_list(path.read_bytes())
    assert (len(listed.urls), listed.again, listed.bad) == (9066, 91, ())  # 9,157 rows


def test_one_repository_written_in_two_ways_is_read_once(repositories: list[str], tmp_path: Path) -> None:
    urls = [repositories[0], f"{repositories[0]}/", f"{repositories[0]}/../r0"]
    assert read_list("\n".join(urls).encode()) == Listed((urls[0],), 2, ())


def test_a_file_that_is_no_list_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "picture.png"
    given.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x1b[31mred\nb\nc\n")
    code, out, err = told(capsys, "--many", given, "--out", tmp_path / "out", "--lang", "fr")
    assert (code, out, (tmp_path / "out").exists()) == (2, "", False)
    assert err.splitlines()[-1].startswith(
        f"communaux: {given}\u00a0: aucun dépôt dans cette liste\u202f; lignes qui n"
    )
    assert "\x1b" not in err
    assert "\nligne 4\u00a0: b — Cette ligne n’est ni une adresse https, ni un dossier." in err


def test_all_is_told_in_the_language_that_is_asked_for(
    repositories: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = the_list(tmp_path / "l", [*repositories[:2], repositories[0], "nulle part", str(tmp_path)])
    code, out, err = told(capsys, "--many", given, "--out", tmp_path / "out", "--lang", "fr", "--workers", 1)
    assert code == 1
    first, second = out.splitlines()
    assert first.startswith("dépôts lus\u00a0: 2 sur 3\u202f; ")
    assert second == "lignes de la liste\u00a0: 5, dont sans dépôt\u00a0: 1, déjà nommés\u00a0: 1"
    assert "ligne 4\u00a0: nulle part" in err
    assert "nommés plus d’une fois, lus une fois\u00a0: 1" in err
    assert "évaluation\u00a0: 3/3" in err
    assert told(capsys, ".", "--many", given, "--lang", "fr")[2] == (
        "communaux: donnez un dépôt ou --many avec une liste, pas les deux\n"
    )


def test_the_help_tells_the_tiers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["assess", "--help"])
    assert "--tiers t0|t0,t1" in capsys.readouterr().out


def test_all_words_of_a_list_are_there() -> None:
    for phrase, row in assess_table("many").items():
        rows = row.values() if phrase == "settings" else [row]
        assert all(each.keys() == {"fr", "en"} for each in rows)
    assert assess_table("many")["settings"].keys() == Order(Path(), DAY).settings().keys()
