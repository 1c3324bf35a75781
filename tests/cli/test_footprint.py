"""`communaux footprint …`: without Django, in both languages, refusals in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from communaux import cli
from communaux.cli import servers
from communaux.data import footprint_factors


def told(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> str:
    assert cli.main(["footprint", *command]) == code
    out, err = capsys.readouterr()
    return out if code != 2 else err


def test_a_video_a_search_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert "71 g of CO2 equivalent, between 30 and 98" in told(
        capsys, "video", "--device", "tv", "--network", "fixed_fr", "--lang", "en"
    )
    assert "1,1 g de CO2 équivalent" in told(capsys, "search", "--lang", "fr")
    found = json.loads(told(capsys, "ai", "--tokens", "350", "--active", "12", "--pue", "1.25", "--json"))
    assert found["energy_kwh"]["total"]["value"] == pytest.approx(3.427306e-5, rel=1e-6)


def test_every_number_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert "network.fixed_fr = 9.26935 g/GB (from 2.59 to 9.26935), NegaOctet" in told(
        capsys, "video", "--factors", "--lang", "en"
    )
    assert told(capsys, "factors", "list", "pue", "--lang", "fr").startswith("pue = 1,3 (de 1,1 à 1,8)")
    assert json.loads(told(capsys, "factors", "list", "grid.FR.", "--json"))[0]["key"].startswith("grid.FR.")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("video", "--minutes", "0"), "minutes = 0:"),
        (("video", "--device", "fridge"), "“fridge” is no device we know. Known: mean, tv"),
        (("ai", "--tokens", "1", "--active", "2", "--whole", "1"), "2 billion active parameters of 1 in all"),
        (("factors", "list", "grid.XX"), "“grid.XX” is not in this file. The nearest: grid."),
        (("factors", "diff", "gone.json", "gone.json"), "gone.json: No such file"),
    ],
)
def test_what_cannot_be_is_told(capsys: pytest.CaptureFixture[str], command: tuple[str, ...], sentence: str) -> None:
    assert sentence in told(capsys, *command, "--lang", "en", code=2)


def test_two_files_of_numbers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(footprint_factors())
    new.write_bytes(footprint_factors().replace(b'"value": 1.3,', b'"value": 1.4,'))
    assert told(capsys, "factors", "diff", str(old), str(old), "--lang", "fr") == "Rien ne change.\n"
    assert told(
        capsys, "factors", "diff", str(old), str(new), "--lang", "fr", code=1
    ) == "pue\u00a0: 1,3 → 1,4 (+7,7 %)\n".replace("pue\u00a0:", "pue\u00a0:")
    assert json.loads(told(capsys, "factors", "diff", str(old), str(new), "--json", code=1))[0]["key"] == "pue"


def test_another_model_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    model, out = tmp_path / "model.json", tmp_path / "out.json"
    model.write_text("{}")
    assert "SHA-256" in told(capsys, "factors", "extract", "--model", str(model), "--out", str(out), code=2)
    assert not out.exists()


def test_no_django_and_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys; from communaux import cli; cli.main(['footprint', 'search', '--json']);"
        "print([one for one in ('django', 'numpy', 'ecologits', 'httpx') if one in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def measures(folder: Path, count: int = 20) -> Path:
    """A file as Scaphandre writes it."""
    process = {"exe": "desk", "cmdline": "desk", "pid": 1, "resources_usage": None, "container": None}
    reports = [
        {
            "host": {"consumption": 4e7, "timestamp": 1_764_000_000.0 + 2 * at, "components": {}},
            "consumers": [{**process, "consumption": 1e7, "timestamp": 0.0}],
            "sockets": [],
        }
        for at in range(count)
    ]
    path = folder / "measures.json"
    path.write_text(json.dumps(reports))
    return path


def test_a_server_that_was_measured(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, hourly = measures(tmp_path), tmp_path / "hours.csv"
    hourly.write_text("timestamp,g_per_kwh\n2025-11-24T16:00Z,25\n")
    given = ("--service-exe", "desk", "--pue", "1.4", "--wall", "1", "--per", "12", "--unit", "user")
    grid = ("--hourly", str(hourly), "--grid-source", "RTE", "--embodied", "1200", "--machine-source", "its sheet")
    found = json.loads(told(capsys, "server", str(path), *given, *grid, "--json"))
    assert found["inputs"]["kwh"] == pytest.approx(40 * 38 / 3.6e6)
    assert found["beside"]["intensity"]["value"] == pytest.approx(25)
    assert found["beside"]["share"] == {"low": 0.25, "value": 1.0, "high": 1.0}
    report = told(capsys, "server", str(path), "--grid", "20", "--grid-source", "x", "--share", "0.5", "--lang", "fr")
    assert "Part du service\u00a0: 50\u202f%" in report


def test_a_long_file_has_a_bar(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "LARGE", 100)
    assert cli.main(["footprint", "server", str(measures(tmp_path)), "--json"]) == 0
    assert "bytes read: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--at", "noon"), "'noon' is no moment"),
        (("--at", "2026-01-01T00:00"), "does not tell its offset"),
        (("--hourly", "gone.csv"), "gone.csv: No such file"),
        (("--service-exe", "other"), "No process is what was asked for. In the file: desk"),
        (("--grid", "20"), "A number that is typed needs its source."),
        (("--kind", "answer"), "No measure of Scaphandre in this text of Prometheus"),
    ],
)
def test_what_a_server_cannot_be_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: tuple[str, ...], sentence: str
) -> None:
    assert sentence in told(capsys, "server", str(measures(tmp_path)), *more, "--lang", "en", code=2)


def test_an_hourly_file_that_is_no_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "hours.csv").write_bytes(b"timestamp,g_per_kwh\n\xff")
    command = ("server", str(measures(tmp_path)), "--hourly", str(tmp_path / "hours.csv"), "--grid-source", "x")
    assert "This is no text in UTF-8 (byte 20)" in told(capsys, *command, "--lang", "en", code=2)


def test_a_model_by_its_name_or_by_its_size(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, "ai", "--tokens", "400", "--model", "mistralai/mistral-small-latest", "--lang", "en")
    assert "mistralai, mistral-small-latest: 400 tokens written" in report
    both = ("--model", "mistralai/mistral-small-latest", "--active", "12")
    assert "give the size of the model" in told(capsys, "ai", "--tokens", "4", *both, code=2)
    assert "give the size of the model" in told(capsys, "ai", "--tokens", "4", code=2)
    assert "--pue goes with the size" in told(capsys, "ai", "--tokens", "4", *both[:2], "--pue", "1.2", code=2)
