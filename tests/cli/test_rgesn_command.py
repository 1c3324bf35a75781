"""`communaux rgesn …`: a file to fill, its score, its declaration, what changed; refusals in sentences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from footprint.audits import SERVICE, audit, line

from communaux import cli
from communaux.engines.footprint.rgesn import own, v2
from communaux.engines.footprint.rgesn.audit import Finding, Service, blank


def told(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> str:
    assert cli.main(["rgesn", *command]) == code
    out, err = capsys.readouterr()
    return out if code != 2 else err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "audit.json"
    path.write_bytes(own.write(audit({"1.1": line("1.1", "conforming"), "4.8": line("4.8", "not_applicable")})))
    return path


@pytest.fixture
def shaky(tmp_path: Path) -> Path:
    path = tmp_path / "shaky.json"
    path.write_bytes(own.write(audit({"1.1": line("1.1", "conforming"), "1.2": Finding("1.2", "conforming")})))
    return path


def test_an_empty_audit_is_written_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    command = ("new", "--name", "Mairie", "--kind", "api", "--url", "https://a.example", "--without", "ai")
    told(capsys, *command, "--with", "hosting", "--output", str(path), "--lang", "fr")
    assert own.read(path.read_bytes()) == blank(
        Service("Mairie", "api", "https://a.example", has_ai=False, hosted=True)
    )
    assert "File exists" in told(capsys, *command, "--output", str(path), code=2)
    assert own.read(told(capsys, *command).encode()).service.hosted is None


def test_the_score_in_words_and_for_programs(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert "Avancement\u00a0: 2 sur 100" in told(capsys, "score", str(file), "--lang", "fr")
    found = json.loads(told(capsys, "score", str(file), "--json", "--at", "2026-11-30"))
    assert (found["score"]["shown"], found["on"], found["not_held"]) == (2, "2026-11-30", [])
    assert found["themes"]["9"]["lines"]["not_assessed"] == 7
    mark = told(capsys, "score", str(file), "--mark", "--lang", "en")
    assert mark.startswith("Ecodesign mark, Mairie de Chambéry: 2 of 100, self-assessed.")


def test_lines_that_do_not_hold_are_named_and_end_with_1(capsys: pytest.CaptureFixture[str], shaky: Path) -> None:
    assert "- 1.2: to conform, it takes evidence" in told(capsys, "score", str(shaky), "--lang", "en", code=1)
    found = json.loads(told(capsys, "score", str(shaky), "--json", code=1))
    assert found["not_held"] == [{"criterion": "1.2", "why": "conforming_unproven"}]
    assert found["score"]["lines"]["conforming"] == 1


def test_a_declaration_tells_what_is_missing(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert "À compléter avant de publier" in told(capsys, "declaration", str(file), "--lang", "fr", code=1)
    found = json.loads(told(capsys, "declaration", str(file), "--json", code=1))
    assert (found["format"], len(found["lines"])) == ("communaux.rgesn-declaration/1", 78)
    whole = json.loads(file.read_bytes())
    whole["declaration"] = dict.fromkeys(whole["declaration"], "dit")
    file.write_text(json.dumps(whole))
    told(capsys, "declaration", str(file))


def test_what_changed(capsys: pytest.CaptureFixture[str], file: Path, shaky: Path) -> None:
    assert told(capsys, "diff", str(file), str(file), "--lang", "en").endswith("No answer has changed.\n")
    text = told(capsys, "diff", str(file), str(shaky), "--lang", "en", code=1)
    assert "4.8 Few fonts to download: does not apply → not assessed" in text
    assert "1.2" not in text  # it does not hold
    found = json.loads(told(capsys, "diff", str(file), str(shaky), "--json", code=1))
    assert [one["criterion"] for one in found["changes"]] == ["4.8"]


def test_a_file_of_the_other_tool_and_back(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    other, again = tmp_path / "other.json", tmp_path / "again.json"
    told(capsys, "convert", str(file), "--to", "rgesn-v2-audit", "--output", str(other), "--at", "2026-11-30")
    assert json.loads(other.read_bytes())["updated_at"] == "2026-11-30T00:00:00+00:00"
    assert "L’outil d’origine dit 100 sur 100" in told(capsys, "score", str(other), "--lang", "fr")
    assert json.loads(told(capsys, "score", str(other), "--json"))["told_by_other_tool"] == 100
    told(capsys, "convert", str(other), "--to", "json", "--output", str(again))
    assert own.read(again.read_bytes()).answers == v2.read(other.read_bytes()).audit.answers
    assert told(capsys, "convert", str(file), "--to", "csv", "--lang", "en").startswith("\ufeffcriterion;theme;title")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "audit.json: No such file"),
        (b"Bonjour", "audit.json: This is no audit"),
        (own.write(blank(SERVICE)).replace(b'"4.8"', b'"4.88"'), "- criterion 4.8 is missing."),
    ],
)
def test_what_cannot_be_read_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "audit.json"
    if content is not None:
        path.write_bytes(content)
    for job in (("score",), ("declaration",), ("diff", str(path)), ("convert", "--to", "csv")):
        assert sentence in told(capsys, *job, str(path), "--lang", "en", code=2)


def test_nothing_is_written_where_one_may_not(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    assert str(tmp_path) in told(capsys, "convert", str(file), "--to", "csv", "--output", str(tmp_path), code=2)


def test_no_django_and_nothing_heavy_is_loaded(file: Path) -> None:
    code = (
        f"import sys; from communaux import cli; cli.main(['rgesn', 'score', {str(file)!r}]);"
        "print([one for one in ('django', 'numpy', 'httpx') if one in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    headers = [{"name": "content-encoding", "value": "br"}]
    response = {"status": 200, "_transferSize": 9_000, "headers": headers, "httpVersion": "h2"}
    response["content"] = {"size": 30_000, "mimeType": "text/html", "text": "<p>Bonjour</p>"}
    entry = {
        "startedDateTime": "2026-11-30T10:00:00Z",
        "request": {"url": "https://mairie.example/?q=SECRET"},
        "response": response,
    }
    path = tmp_path / "visit.har"
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    return path


def test_what_checks_see_in_a_visit(capsys: pytest.CaptureFixture[str], visit: Path) -> None:
    text = told(capsys, "check", str(visit), "--lang", "fr", code=1)  # it asks for no width of the screen
    assert text.startswith("https://mairie.example/\n2.5 ")
    assert "SECRET" not in text
    assert "6.3 Textes de plus de 1\u202f000 octets compressés\u00a0: favorable" in text
    assert "  - octets du budget\u00a0: inconnu" in text
    found = json.loads(
        told(capsys, "check", str(visit), "--json", "--budget-bytes", "9000", "--budget-requests", "1", code=1)
    )
    assert found["format"] == "communaux.rgesn-checks/1"
    outcomes = {one["check"]: one["outcome"] for one in found["checks"]}
    assert [outcomes[name] for name in ("budget", "fluid_layout", "upload_limits")] == [
        "favourable",
        "adverse",
        "undecidable",
    ]


def test_a_visit_without_fault_ends_with_0(capsys: pytest.CaptureFixture[str], visit: Path) -> None:
    whole = json.loads(visit.read_text())
    del whole["log"]["entries"][0]["response"]["content"]["text"]
    visit.write_text(json.dumps(whole))
    told(capsys, "check", str(visit), "--own-host", "mairie.example")


def test_a_budget_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str], visit: Path) -> None:
    assert "-5 (bytes)" in told(capsys, "check", str(visit), "--budget-bytes", "-5", "--lang", "en", code=2)


def test_what_is_no_visit_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html>")
    assert "<html>" in told(capsys, "check", str(path), "--lang", "en", code=2)
