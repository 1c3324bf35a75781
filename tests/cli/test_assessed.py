"""`communaux assessed`: compare, verify, badge; what it prints, what it refuses, with which code it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from assess.forges import github, story, stream
from assess.histories import ADA, BOB, Made, git, repository

from communaux.cli import main
from communaux.engines.assess.model import METHOD_VERSION


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    days = [Made(3 * n, (ADA, BOB)[n % 2], {"a.py": str(n)}) for n in range(30)]
    return repository(tmp_path_factory.mktemp("assessed") / "velos", days)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(list(map(str, arguments)))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture
def result(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    kept = tmp_path / "velos.json"
    kept.write_text(told(capsys, "assess", made, "--json", "--as-of", "2024-02-20")[1], "utf-8")
    return kept


def changed(result: Path, name: str, **changes: object) -> Path:
    other = result.with_name(name)
    other.write_text(json.dumps(json.loads(result.read_text("utf-8")) | changes), "utf-8")
    return other


def test_verify_says_the_same(made: Path, result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, "assessed", "verify", result, made, "--lang", "en")
    assert (code, out) == (0, "Same: the result was made again, exactly.\n")
    assert err.splitlines() == ["verify: 0/3", "verify: 1/3", "verify: 2/3", "verify: 3/3"]


def test_verify_takes_what_was_put_right(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said, kept = tmp_path / "who.toml", tmp_path / "right.json"
    said.write_text('bots = ["bob@y.org"]\n', "utf-8")
    kept.write_text(told(capsys, "assess", made, "--json", "--as-of", "2024-02-20", "--corrections", said)[1], "utf-8")
    assert told(capsys, "assessed", "verify", kept, made, "--corrections", said)[0] == 0
    code, out, _err = told(capsys, "assessed", "verify", kept, made)
    assert (code, "  facts.bots.commits" in out.splitlines()) == (1, True)


def test_verify_tells_what_differs(made: Path, result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = changed(result, "other.json", as_of="2024-02-21")
    code, out, _err = told(capsys, "assessed", "verify", other, made, "--lang", "fr")
    assert code == 1
    assert out.splitlines()[0] == "Le résultat diffère. Clés\u00a0:"
    assert "  indicators.silence.detail.since_days" in out.splitlines()


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is no JSON file"), ("{}", "is not the result of an assessment"), (None, "cannot be read")],
)
def test_what_is_no_result(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    kept = tmp_path / "x.json"
    if text is not None:
        kept.write_text(text, "utf-8")
    for arguments in (("verify", kept, made), ("compare", kept, kept), ("badge", kept)):
        code, out, err = told(capsys, "assessed", *arguments, "--lang", "en")
        assert (code, out) == (2, "")
        assert f"{kept} {said}" in err


def test_verify_refuses_another_method_and_another_repository(
    made: Path, result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = changed(result, "other.json", method="0")
    code, _out, err = told(capsys, "assessed", "verify", other, made, "--lang", "en")
    assert (code, "This result comes from method 0" in err) == (2, True)
    elsewhere = repository(tmp_path / "elsewhere", [Made(0)])
    code, _out, err = told(capsys, "assessed", "verify", result, elsewhere, "--lang", "en")
    assert (code, "This repository has no such version" in err) == (2, True)
    assert told(capsys, "assessed", "verify", result, tmp_path / "nowhere")[0] == 2


def test_two_repositories_side_by_side(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = json.loads(result.read_text("utf-8"))
    subject, commits = whole["subject"], whole["facts"]["commits"] | {"first_ct": 1}
    other = changed(result, "b.json", facts=whole["facts"] | {"commits": commits})  # a folder of the same name
    code, out, _err = told(capsys, "assessed", "compare", result, other, "--lang", "fr")
    lines = out.splitlines()
    assert code == 0
    assert lines[:2] == ["Côte à côte", f"  1. velos (20 février 2024, {subject['head'][:10]})"]
    assert "  Licence ouverte\u00a0: 1. non rempli · 2. non rempli" in lines
    assert lines[-1] == "Ni gagnant ni total\u00a0: chaque ligne se lit seule."


def test_one_repository_over_time(made: Path, result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tmp_path / "before.json"
    half = git(made, "rev-parse", "main~15").decode().strip()
    before.write_text(told(capsys, "assess", made, "--json", "--as-of", "2024-01-02", "--at", half)[1], "utf-8")
    code, out, _err = told(capsys, "assessed", "compare", result, before, "--lang", "en")
    whole = git(made, "rev-parse", "main").decode().strip()
    told_first = f"velos — What changed, from 2 January 2024 ({half[:10]}) to 20 February 2024 ({whole[:10]})"
    assert (code, out.splitlines()[0]) == (0, told_first)
    assert "  Changes of files: " in out or " → " in out
    code, out, _err = told(capsys, "assessed", "compare", result, result, "--lang", "en")
    assert (code, out.splitlines()[1:]) == (0, ["Nothing changed."])
    other = changed(result, "method.json", method="0", as_of="2024-01-01")
    assert (
        f"The method changed (0 → {METHOD_VERSION})"
        in told(capsys, "assessed", "compare", result, other, "--lang", "en")[1]
    )


def test_what_is_not_comparable_is_refused(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subject = json.loads(result.read_text("utf-8"))["subject"] | {"url": "autre"}
    for changes, said in (
        ({"method": "0"}, f"by different methods ({METHOD_VERSION}, 0)"),
        ({"window_days": 30}, "different spans of time (365, 30)"),
        ({"as_of": "2026-01-01"}, "More than a year lies between"),
    ):
        other = changed(result, "b.json", subject=subject, **changes)
        code, out, err = told(capsys, "assessed", "compare", result, other, "--lang", "en")
        assert (code, out, said in err) == (2, "", True)
    for results in ([result], [result] * 5):
        assert "two to four results" in told(capsys, "assessed", "compare", *results, "--lang", "en")[2]


def test_the_badge(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = changed(result, "today.json", as_of=date.today().isoformat())
    code, out, _err = told(capsys, "assessed", "badge", today, "--lang", "fr", "--name", "Vélos")
    assert (code, out.startswith("<svg"), "<title>Évaluation de Vélos –" in out) == (0, True, True)
    shape = json.loads(told(capsys, "assessed", "badge", result, "--json", "--axis", "resource", "--lang", "en")[1])
    assert shape["message"] == "to be assessed again · on 2024-02-20"


def test_it_imports_no_django(result: Path) -> None:
    lines = (
        "import sys; from communaux.cli import main; main(sys.argv[1:])",
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'django']",
    )
    command = [sys.executable, "-c", "; ".join(lines), "assessed", "badge", str(result)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_report_as_one_page_has_the_drawings_and_their_tables(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = told(capsys, "assess", made, "--html", "--as-of", "2024-02-20", "--lang", "fr")[1]
    assert (page.count('<svg class="chart"'), page.count("<details>")) == (2, 2)  # two people, no version
    assert "<title>Évaluation de velos</title>" in page
    assert "Activité, mois\u00a0: 4." in page
    assert '<th scope="row">novembre 2023</th><td>6</td><td>2</td>' in page
    assert "Moins de six personnes sur l’année" in page


def test_items_without_names_and_verified_with_them(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, neutral, kept = tmp_path / "github.json", tmp_path / "forge.jsonl", tmp_path / "with.json"
    raw.write_bytes(stream(github(story())))
    code, out, err = told(capsys, "assessed", "items", "--items", raw, "--items-read-on", "2026-10-01")
    assert (code, err, out.splitlines()[0].count("communaux.forge/1")) == (0, "", 1)
    assert not [name for name in ("mona", "otto", "zoe") if name in out]
    neutral.write_text(out, "utf-8")
    given = ("--items", neutral)
    kept.write_text(told(capsys, "assess", made, "--json", "--as-of", "2026-10-02", *given)[1], "utf-8")
    assert told(capsys, "assessed", "verify", kept, made, *given)[0] == 0
    for more, sentence in (
        ((), "give the same file with --items"),
        (("--items", raw, "--items-read-on", "2026-10-09"), "Its hash"),
    ):
        code, out, err = told(capsys, "assessed", "verify", kept, made, *more, "--lang", "en")
        assert (code, out) == (2, "")
        assert sentence in err
    assert (
        told(capsys, "assessed", "items", "--lang", "en")[2]
        == "communaux: Give with --items what the forge answered.\n"
    )
