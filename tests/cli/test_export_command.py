"""`communaux export`: files by licence, exit codes, an example in the help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communaux import cli
from communaux.catalogue import exporting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def test_every_licence_has_its_file_and_side_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--format", "csv", "-o", str(tmp_path / "new" / "dumps")]) == 0
    told = capsys.readouterr()
    names = ["Apache-2.0", "CC-BY-SA-3.0", "CC0-1.0", "Unlicense", "etalab-2.0"]
    assert [line.partition(":")[0] for line in told.out.splitlines()] == [
        str(tmp_path / "new" / "dumps" / f"{name}.csv") for name in names
    ]
    made = sorted(path.name for path in (tmp_path / "new" / "dumps").iterdir())
    assert made == sorted([f"{name}.csv" for name in names] + [f"{name}.csv.about.json" for name in names])
    assert "export: " in told.err


def test_one_licence_to_the_folder_the_desk_offers(
    settings: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    assert cli.main(["export", "--licence", "CC0-1.0"]) == 0
    (one,) = exporting.dumps()
    rows = [json.loads(line) for line in (tmp_path / "exports" / "CC0-1.0.jsonl").read_text("utf-8").splitlines()]
    assert one["records"] == len(rows) > 0
    assert {row["records"][0]["source"] for row in rows} == {"seeds"}


def test_what_cannot_be_done_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert cli.main(["export", "--licence", "nulle", "-o", str(tmp_path)]) == 2
    assert cli.main(["export", "--licence", "CC0-1.0", "-o", str(tmp_path / "file")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("communaux: ")
    assert "nulle" in told[0]
    assert "CC-BY-SA-3.0" in told[0]
    assert str(tmp_path / "file") in told[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", "--help"])
    assert ended.value.code == 0
    assert "example: communaux export --format csv" in capsys.readouterr().out
