"""`communaux assess` from the command line: what it prints, in which language, and with which code it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from assess.forges import END, github, story, stream
from assess.histories import ADA, BOB, EPOCH, Made, git, repository

from communaux.cli import main
from communaux.engines.assess import telling
from communaux.engines.assess.forge_lines import as_lines
from communaux.engines.assess.forge_payloads import read_items
from communaux.engines.assess.model import METHOD_VERSION

FILES = {"README.md": "# x\n", "a.py": "1\n"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli") / "velos", [Made(0, ADA, FILES), Made(3, BOB, {"a.py": "2\n"})])


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["assess", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_report_in_french_without_colours(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, made, "--as-of", "2023-12-01")
    assert code == 0
    assert out.splitlines()[:3] == [
        "Évaluation de velos",
        f"Le 2023-12-01, à la version {git(made, 'rev-parse', 'main').decode()[:10]} du 2023-11-17. Méthode {METHOD_VERSION}.",
        "Modifications\u00a0: 2, dont 2 hors fusions. Personnes\u00a0: 2.",
    ]
    assert "\033" not in out
    assert "  ✗ non rempli — Licence ouverte (essentiel)" in out.splitlines()
    assert out.splitlines()[-1] == "Aucune note globale\u00a0: chaque axe se lit seul."
    assert err.splitlines() == [f"évaluation\u00a0: {stage}/4" for stage in (1, 2, 3, 4)]
    assert told(capsys, made, "--lang", "en")[2].splitlines()[0] == "assessment: 1/4"


def test_colours_where_a_terminal_wants_them(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\033[33m? unknown\033[0m" in told(capsys, made, "--lang", "en")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in told(capsys, made)[1]


def test_json_for_programs(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capsys, made, "--json", "--as-of", "2023-12-01")[1])
    assert (found["format"], found["as_of"], found["subject"]["url"]) == (
        "communaux.assessment/1",
        "2023-12-01",
        "velos",
    )


def test_the_report_as_a_page(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, made, "--html", "--lang", "en")[1]
    assert out.startswith('<!doctype html><html lang="en">')
    assert "<title>Assessment of velos</title>" in out
    assert "<table>" in out
    assert told(capsys, made, "--markdown")[1].startswith("# Évaluation de velos\n")


def test_an_earlier_version_by_its_name(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, made, "--at", "main~1", "--lang", "en")[1].splitlines()
    assert lines[2] == "Changes: 1, no merges among them: 1. People: 1."


def test_one_measure_explained(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, made, "--explain", "caf_all", "--lang", "en")[1].splitlines()
    assert lines[0].startswith("Absence factor, since the beginning: 1 person")
    assert lines[2] == "Source: CHAOSS, Contributor Absence Factor"
    reproduced = subprocess.run(["bash", "-c", lines[-1]], cwd=made, check=True, capture_output=True, text=True).stdout
    assert f"  as_committed+bots: {reproduced.strip()}" in lines
    assert (
        told(capsys, made, "--explain", "size", "--lang", "en")[1]
        .splitlines()[-1]
        .startswith("  by the end of the name: ")
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--at", "nothing"], "Ce dépôt n’a pas cette version."),
        (["--explain", "score"], "Aucune mesure ne s’appelle score"),
    ],
)
def test_what_cannot_be_had_is_said(
    made: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code, _out, err = told(capsys, made, *arguments)
    assert code == 2
    assert sentence in err


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, sentence in (
        (tmp_path, "Ce n’est pas un dépôt git."),
        (tmp_path / "nowhere", "Ce n’est pas un dépôt git."),
    ):
        code, out, err = told(capsys, path)
        assert (code, out) == (2, "")
        assert sentence in err
    code, _out, err = told(capsys, repository(tmp_path / "empty", []))
    assert (code, "Ce dépôt n’a encore aucun commit." in err) == (2, True)


def test_a_day_that_is_none(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["assess", str(made), "--as-of", "demain"])
    assert stopped.value.code == 2
    assert "'demain' is no date: write it as 2026-01-31" in capsys.readouterr().err


def test_django_is_never_started(made: Path) -> None:
    program = (
        "import sys; from communaux.cli import main; "
        f"code = main(['assess', {str(made)!r}, '--json']); print('django' in sys.modules, code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "False 0"


def test_who_is_who_put_right_by_a_file(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = tmp_path / "corrections.toml"
    said.write_text('same = [["ada@x.org", "BOB@y.org"]]', encoding="utf-8")
    lines = told(capsys, made, "--corrections", said, "--lang", "en")[1].splitlines()
    assert lines[2] == "Changes: 2, no merges among them: 2. People: 1."
    assert told(capsys, made, "--corrections", tmp_path / "none") == (
        2,
        "",
        f"communaux: {tmp_path}/none: No such file or directory\n",
    )
    said.write_bytes(b"\xff")
    assert told(capsys, made, "--corrections", said)[0] == 2
    said.write_text("who = 1", encoding="utf-8")
    assert told(capsys, made, "--corrections", said)[2].startswith(f"communaux: {said}: who: no such list")


MIDNIGHT = 1_790_812_800  # 2026-10-01


def forge_files(folder: Path) -> tuple[Path, Path]:
    """What a forge answered, and the same without names."""
    raw, neutral = folder / "github.json", folder / "forge.jsonl"
    raw.write_bytes(stream(github(story())))
    neutral.write_text(as_lines(read_items([("", raw.read_bytes())], read_on=MIDNIGHT)), "utf-8")
    return raw, neutral


def test_what_a_forge_tells(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, neutral = forge_files(tmp_path)
    year = repository(tmp_path / "year", [Made((END - EPOCH) / 86_400, ADA, FILES)])
    read_on = ("--items-read-on", "2026-10-01")
    code, out, _err = told(capsys, year, "--items", raw, *read_on, "--lang", "en", "--as-of", "2026-10-02")
    assert code == 0
    assert "Exchanges of the forge (GitHub) read on 2026-10-01. Issues: 20, change requests: 10." in out
    assert "First response: 6 days, 3 to 9 (Greenwood, log-log, 90%), of 27" in out
    plain = told(capsys, year, "--items", raw, *read_on, "--as-of", "2026-10-02", "--json")[1]
    assert plain == told(capsys, year, "--items", raw, *read_on, "--as-of", "2026-10-02", "--json")[1]
    assert json.loads(plain)["items"]["count"] == {"issue": 20, "change": 10, "member": 2, "release": 4}
    assert not [name for name in ("mona", "zoe", "hugo") if name in plain]
    from_lines = told(capsys, year, "--items", neutral, "--as-of", "2026-10-02", "--json")[1]
    assert json.loads(from_lines)["indicators"] == json.loads(plain)["indicators"]
    explained = told(capsys, year, "--items", neutral, "--explain", "first_response", "--lang", "fr")[1]
    assert "sans réponse\u00a0: 5" in explained


def test_files_of_a_forge_that_cannot_be_taken(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, neutral = forge_files(tmp_path)
    broken = tmp_path / "broken.jsonl"
    broken.write_text(neutral.read_text("utf-8")[:-40], "utf-8")
    for arguments, sentence in (
        (("--items", tmp_path / "none"), f"{tmp_path}/none: No such file or directory"),
        (("--items", raw), "These pages do not tell when they were read: give the day. (--items-read-on)"),
        (("--items", broken), f"({broken}): this is no whole JSON."),
        (("--items", raw, "--items", neutral), "give the day"),
    ):
        code, out, err = told(capsys, made, *arguments, "--lang", "en")
        assert (code, out) == (2, "")
        assert sentence in err


def test_a_day_before_the_version_is_refused(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, made, "--as-of", "2010-01-01")
    assert (code, out) == (2, "")
    assert "Le 1er janvier 2010 précède la version évaluée, du 17 novembre 2023" in err
    assert told(capsys, made, "--as-of", "2023-11-17")[0] == 0


def test_which_year_is_told_long_after_it(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = (
        "Les chiffres «\u202fde l’année\u202f» sont ceux de l’année qui finit le 17 novembre 2023, il y a 13\u00a0ans."
    )
    assert note in told(capsys, made, "--as-of", "2036-12-01")[1].splitlines()
    assert not any("qui finit" in line for line in told(capsys, made, "--as-of", "2024-02-01")[1].splitlines())
    meaning = told(capsys, made, "--as-of", "2036-12-01", "--explain", "caf_w", "--lang", "en")[1].splitlines()[1]
    assert meaning.startswith("How many people did half of the work of the year that ended on 17 November 2023.")


def test_every_measure_is_shown_with_its_code(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, made)[1].splitlines()
    assert "Mesures (une mesure en détail\u00a0: --explain CODE)" in lines
    shown = {line.split()[0] for line in lines if line.startswith("  ") and line.split()[0] in telling.codes()}
    assert shown == set(telling.codes())
    assert "Les conditions essentielles décident seules du mot de chaque axe" in lines[-2]


def test_an_unknown_condition_says_why_and_what_would_help(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, made)[1].splitlines()
    at = lines.index("  ? inconnu — Relu par des pairs")
    assert lines[at + 1] == "      Rien de ce qui a été lu ne le dit."
    assert lines[at + 2].startswith("      → Si cela manque (une décision)\u00a0: Répondez aux questions du guichet")
    for at, line in enumerate(lines):
        if line.startswith("  ? inconnu"):
            assert lines[at + 1].startswith("      "), line


def test_details_are_told_in_words(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, made, "--explain", "release")[1].splitlines()
    assert lines[-3:] == [
        "  préversions, mises à part\u00a0: 0",
        "  versions étiquetées\u00a0: 0",
        "  jours depuis la dernière version\u00a0: inconnu",
    ]
    assert (
        "  part des fichiers que personne de présent ne connaît\u00a0: 0\u00a0%"
        in told(capsys, made, "--explain", "tf")[1]
    )


def test_a_folder_inside_a_repository_is_the_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    top = tmp_path / "outils"
    repository(top / ".git", [Made(0, ADA, FILES)])
    inside = top / "src" / "deep"
    inside.mkdir(parents=True)
    code, out, err = told(capsys, inside)
    assert (code, out.splitlines()[0]) == (0, "Évaluation de outils")
    assert err.splitlines()[0] == f"Ce dossier fait partie d’un dépôt, évalué en entier\u00a0: {top}"
    assert "fait partie" not in told(capsys, top)[2]
