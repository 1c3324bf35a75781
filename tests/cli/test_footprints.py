"""`communaux footprint hardware`, `page`, `need-ai`: without Django, in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from communaux import cli


def told(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> str:
    assert cli.main(["footprint", *command]) == code
    out, err = capsys.readouterr()
    return out if code != 2 else err


TABLET = ("hardware", "tablet", "--extra-life", "2.5")


def test_a_purchase(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, *TABLET, "--parts-percent", "15", "--lang", "fr", "--factors")
    assert "Évité chaque année\u00a0: 23 kg" in text
    assert "  device.tablet.embodied = 84\u202f294 g" in text
    assert "6 numbers of the model" in told(capsys, *TABLET, "--lang", "en")
    kilos = ("--parts-kg", "5", "--made-kg", "100", "--life", "4", "--kwh", "10", "--kwh-refurbished", "12")
    found = json.loads(told(capsys, *TABLET, *kilos, "--json"))
    assert found["new"]["inputs"]["embodied"] == 100_000
    assert found["avoided"]["value"] == pytest.approx(25_000 - 2 * 51.9 - 5000 / 2.5)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("hardware", "fridge", "--extra-life", "2"), "“fridge” is no device we know. Known: smartphone, tablet"),
        (("hardware", "tablet", "--extra-life", "0"), "extra_life = 0: it takes a number above 0"),
        ((*TABLET, "--parts-percent", "-5"), "share = -0.05"),
    ],
)
def test_what_cannot_be_is_told(capsys: pytest.CaptureFixture[str], command: tuple[str, ...], sentence: str) -> None:
    assert sentence in told(capsys, *command, "--lang", "en", code=2)


def visit(path: Path, size: int) -> str:
    """A record of one request."""
    response = {"status": 200, "_transferSize": size, "content": {}}
    entry = {"request": {"url": "https://example.org/a?SECRET"}, "response": response}
    path.write_text(json.dumps({"log": {"entries": [entry]}}), "utf-8")
    return str(path)


def test_a_page_alone_has_no_grams(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    after = visit(tmp_path / "after.har", 60_000)
    text = told(capsys, "page", after, "--budget-bytes", "60000", "--budget-requests", "6", "--lang", "en")
    assert "Weight: 60.0 kB" in text
    assert "No grams for a page alone" in text
    assert "SECRET" not in text
    found = json.loads(told(capsys, "page", after, "--budget-bytes", "59999", "--json", code=1))
    assert [one["holds"] for one in found["budget"]] == [False]
    assert found["before"] is found["versions"] is None


def test_two_versions_of_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    after, before = visit(tmp_path / "after.har", 60_000), visit(tmp_path / "before.har", 1_060_000)
    text = told(
        capsys, "page", after, "--before", before, "--zone", "WORLD", "--own-host", "cdn.example", "--lang", "en"
    )
    assert "Change: −0.15 g, between −0.15 and −0.044" in text
    assert "Third-party hosts: 1 (example.org)" in text
    found = json.loads(told(capsys, "page", after, "--before", before, "--zone", "WORLD", "--json"))
    assert found["versions"]["change"]["value"] == pytest.approx(-0.1482)
    assert found["before"]["size"] == 1_060_000
    (tmp_path / "cut.har").write_text('{"log": {', "utf-8")
    cut = told(capsys, "page", str(tmp_path / "cut.har"), "--lang", "en", code=2)
    assert f"{tmp_path / 'cut.har'}: This JSON file cannot be read from line 1 on" in cut
    assert "No such file" in told(capsys, "page", str(tmp_path / "gone.har"), code=2)


def test_the_need_for_ai(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("need-ai", "--task", "summarise", "--users", "200", "--times", "50")
    text = told(capsys, *asked, "--lang", "fr")
    assert text.startswith("Réponse\u00a0: Sans IA\nConditions manquantes\u00a0:")
    assert "En un an, pour 10000 appels" in text
    assert "A tool exists already\nThere already: Grist" in told(capsys, *asked, "--existing", "Grist", "--lang", "en")
    more = (
        "--none-exists",
        "--error",
        "slight",
        "--personal",
        "no",
        "--measured",
        "x",
        "--stop",
        "y",
        "--tokens",
        "350",
    )
    model = ("--model", "m", "--active", "8", "--cases", "50", "--passed-percent", "95", "--reused-percent", "20")
    found = json.loads(told(capsys, *asked, *more, *model, "--json"))
    assert found["outcome"] == "small_model"
    assert (found["answers"]["passed"], found["answers"]["reused"]) == pytest.approx((0.95, 0.2))
    assert "ai.batch = 64" in told(capsys, *asked, *more, *model, "--factors", "--lang", "en")
    assert "“decide” is no task we know" in told(capsys, "need-ai", "--task", "decide", "--lang", "en", code=2)


def test_no_django_and_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys; from communaux import cli; cli.main(['footprint', 'need-ai', '--task', 'find', '--json']);"
        "cli.main(['footprint', 'page', 'gone.har']);"
        "print([one for one in ('django', 'numpy', 'httpx') if one in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
