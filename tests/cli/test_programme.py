"""`communaux programme` from the command line: what it prints, in which language, and with which code it ends."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from programme.making import guid, later, programme, session, slot

from communaux.cli import main
from communaux.engines.programme.formats import read, schedule_json, schedule_xml
from communaux.engines.programme.model import Room

GOOD = programme([session(1), session(2)], [slot(1), slot(2, later(60))], rooms=(Room("Halle"),))
BAD = programme([session(1), session(2)], [slot(1), slot(2, later(30))], rooms=(Room("Halle"),))
TORN = programme([session(1), session(2), session(3)], [slot(1), slot(2, room="Grenier"), slot(3, later(60))])


@pytest.fixture
def schedule(tmp_path: Path) -> Path:
    path = tmp_path / "schedule.xml"
    path.write_bytes(schedule_xml.write(GOOD))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["programme", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_programme_that_may_be_published(schedule: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, "check", schedule)
    assert (code, out.splitlines()[-1]) == (0, "Rien ne s’oppose à la publication.")
    assert (
        told(capsys, "check", schedule, "--lang", "en")[1].splitlines()[-1]
        == "Nothing stands in the way of publishing."
    )


def test_one_with_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "schedule.json"
    path.write_bytes(schedule_json.write(BAD))
    code, out, _err = told(capsys, "check", path, "--lang", "en")
    assert code == 1
    assert "  ✗ Séance 1 [AAA001] and Séance 2 [AAA002] are in the same room (Halle) at the same time (30 min)" in out
    code, out, _err = told(capsys, "check", path, "--json")
    found = json.loads(out)
    assert (code, found["format"], found["errors"], found["warnings"]) == (1, "communaux.programme-check/1", 1, 0)
    assert found["conflicts"][0]["first"] == ["session", str(guid(1))]


def test_a_better_arrangement_is_proposed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, stars, better = tmp_path / "schedule.xml", tmp_path / "stars.csv", tmp_path / "better.xml"
    path.write_bytes(schedule_xml.write(TORN))
    stars.write_text("a;AAA001\na;AAA002\n", encoding="utf-8")
    asked = ("arrange", path, "--stars", stars, "--lock", "AAA001", "--iterations", 200, "--lang", "en")
    code, out, err = told(capsys, *asked, "--output", better)
    assert code == 0
    assert "holders torn between two sessions: 1 → 0" in out.splitlines()
    assert err.splitlines() == [
        "arranging: 0/200",
        "arranging: 200/200",
        f"The proposed programme was written to {better}.",
    ]
    assert read(better.read_bytes()).placed[guid(1)] == TORN.placed[guid(1)]
    again = json.loads(told(capsys, *asked, "--json", "--output", tmp_path / "better.json")[1])
    assert (again["format"], again["after"]["clash"]) == ("communaux.programme-proposal/1", 0)
    assert [one["session"] for one in again["moves"]] == [str(guid(2))]
    assert read((tmp_path / "better.json").read_bytes()).slots == read(better.read_bytes()).slots
    worst = told(capsys, "check", path, "--stars", stars, "--lang", "en")[1].splitlines()
    assert worst[-1] == "  1: Séance 1 [AAA001] and Séance 2 [AAA002]"


@pytest.mark.parametrize("kind", ["ics", "xml", "json", "csv", "txt", "jsonld"])
def test_each_format_is_written(kind: str, schedule: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, "export", "--format", kind, schedule)
    assert code == 0
    assert "Séance 1" in out


def test_a_calendar_tells_since_when_it_holds(schedule: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = datetime.fromtimestamp(1_700_000_000, UTC)
    out = told(capsys, "export", "--format", "ics", "--instance", "desk.example", schedule)[1]
    assert f"DTSTAMP:{changed:%Y%m%dT%H%M%SZ}" in out
    assert f"UID:{guid(1)}@desk.example" in out
    given = told(capsys, "export", "--format", "ics", "--published-at", "2026-01-31T09:00+01:00", schedule)[1]
    assert "DTSTAMP:20260131T080000Z" in given


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<!DOCTYPE a><schedule/>", "Le fichier déclare un type de document"),
        (b"<schedule>", "Le fichier est abîmé"),
        (b"<other/>", "Ce n’est pas un programme"),
    ],
)
def test_a_file_that_is_no_programme(
    content: bytes, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "schedule.xml"
    path.write_bytes(content)
    for step in (("check",), ("arrange",), ("export", "--format", "ics")):
        code, out, err = told(capsys, *step, path)
        assert (code, out) == (2, "")
        assert err.startswith(f"communaux: {sentence}")


def test_what_cannot_be_had_is_refused(schedule: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "check", tmp_path / "none.xml")[0] == 2
    code, _out, err = told(capsys, "arrange", schedule, "--lock", "ZZZ999", "--lang", "en")
    assert (code, err) == (2, "communaux: The programme does not know (session): ZZZ999.\n")
    nowhere = tmp_path / "none" / "better.xml"
    assert told(capsys, "arrange", schedule, "--iterations", 0, "--output", nowhere)[0] == 2
    with pytest.raises(SystemExit):
        told(capsys, "export", "--format", "ics", "--published-at", "tomorrow", schedule)


@pytest.mark.parametrize("step", ["check", "arrange", "export"])
def test_each_command_has_an_example(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        told(capsys, step, "--help")
    assert f"example: communaux programme {step} " in capsys.readouterr().out
