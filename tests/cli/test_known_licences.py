"""`communaux licences`: the corpus made again from the npm package, and a file read."""

from __future__ import annotations

import json
import lzma
import tomllib
from pathlib import Path

import pytest

from communaux import data
from communaux.cli import licences, main
from tests.assess.conftest import TEXTS


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The npm package, as far as it is read."""
    (tmp_path / "spdx-full.json").write_bytes(lzma.decompress(TEXTS.read_bytes()))
    (tmp_path / "package.json").write_text(json.dumps({"version": "6.12.0"}), "utf-8")
    return tmp_path


def test_the_corpus_is_built_as_shipped_and_described(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = package / "out" / "licences.xz"
    assert main(["licences", "build", str(package), "-o", str(output)]) == 0
    assert output.read_bytes() == data.licence_texts()
    told = tomllib.loads(output.with_suffix(".toml").read_text("utf-8"))
    assert (told["version"], told["licence"]) == ("6.12.0", "CC0-1.0")
    assert "727 texts, " in capsys.readouterr().out


def test_what_is_no_package_or_too_large_is_refused(
    package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["licences", "build", str(package / "none"), "-o", str(package / "x.xz")]) == 2
    assert "spdx-full.json" in capsys.readouterr().err
    monkeypatch.setattr(licences, "LARGEST", 10)
    assert main(["licences", "build", str(package), "-o", str(package / "x.xz")]) == 2
    assert not (package / "x.xz").exists()


def test_a_file_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).parents[2]
    assert main(["licences", "read", str(root / "LICENSE")]) == 0
    assert capsys.readouterr().out == "EUPL-1.2: exact, 1.000\n"
    (tmp_path / "LICENSE").write_text("Our own terms.", "utf-8")
    assert main(["licences", "read", str(tmp_path / "LICENSE")]) == 1
    assert capsys.readouterr().out == "no known licence text\n"
    assert main(["licences", "read", str(tmp_path / "none")]) == 2
