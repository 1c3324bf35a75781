"""`communaux note verify`: an untouched file holds, a changed one is found, without desk and without Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from communaux import cli
from communaux.core.canonical import digest

CONTENT = {"title": "Gérer la cantine", "candidates": [{"name": "Outil", "reason": "Parce que"}], "total": 3}


def file(folder: Path, **more: Any) -> Path:
    path = folder / "note.json"
    path.write_text(json.dumps({"sha256": digest(CONTENT), "content": CONTENT} | more, indent=2), "utf-8")
    return path


def test_an_untouched_note_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["note", "verify", str(file(tmp_path))]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "This is what was frozen: Gérer la cantine"
    assert cli.main(["note", "verify", str(file(tmp_path)), "--sha256", digest(CONTENT).upper()]) == 0


@pytest.mark.parametrize(
    "content",
    [
        CONTENT | {"title": "Gérer les cantines"},
        CONTENT | {"candidates": []},
        CONTENT | {"total": 3.0},
        CONTENT | {"more": None},
        {},
    ],
)
def test_a_changed_note_is_found(tmp_path: Path, content: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["note", "verify", str(file(tmp_path, content=content))]) == 1
    assert "not what was frozen" in capsys.readouterr().out


def test_a_note_hashed_anew_is_found_by_the_printed_hash(tmp_path: Path) -> None:
    forged = CONTENT | {"title": "Autre"}
    path = file(tmp_path, content=forged, sha256=digest(forged))
    assert cli.main(["note", "verify", str(path)]) == 0
    assert cli.main(["note", "verify", str(path), "--sha256", digest(CONTENT)]) == 1


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"content": 1}', b'{"content": {}}', b"\xff", b"[" * 100_000])
def test_what_is_no_note_is_refused(tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_bytes(data)
    assert cli.main(["note", "verify", str(tmp_path / "x.json")]) == 2
    assert "communaux: " in capsys.readouterr().err


def test_a_draft_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert cli.main(["note", "verify", str(file(tmp_path, sha256=""))]) == 2
    assert cli.main(["note", "verify", str(tmp_path / "nowhere.json")]) == 2


def test_no_django_is_needed(tmp_path: Path) -> None:
    code = "import sys; from communaux import cli; c = cli.main(sys.argv[1:]); assert 'django' not in sys.modules; sys.exit(c)"
    words = [sys.executable, "-c", code, "note", "verify", str(file(tmp_path))]
    assert subprocess.run(words, capture_output=True, text=True, cwd=tmp_path).returncode == 0
