"""A `.all-contributorsrc` as numbers: by kind, no name kept, each bad file told in a sentence."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from communaux.cli import main
from communaux.gatherings import contributors


def written(*gifts: list[Any], **more: Any) -> bytes:
    people = [{"login": f"zx{n}", "name": f"Zoé Zx{n}", "contributions": one} for n, one in enumerate(gifts)]
    return json.dumps({"contributors": people} | more).encode()


def test_contributors_are_counted_by_kind_and_no_name_is_kept() -> None:
    told = contributors.read(
        written(
            ["code", "doc"], ["test", "userTesting"], [{"type": "code", "url": "x"}], ["juggling", "Zoé Zx"], [], [3]
        )
    )
    assert dataclasses.asdict(told) == {
        "people": 6,
        "kinds": {"code": 2, "doc": 1, "testing": 1},
        "unknown": {"juggling": 1},
        "unread": 2,
    }
    assert "Zx" not in repr(told)


def test_every_type_has_one_of_our_kinds() -> None:
    assert set(contributors.KIND_OF.values()) <= set(contributors.KINDS)
    assert len(set(contributors.KINDS)) == len(contributors.KINDS)
    assert len(contributors.read(written([f"t{n}" for n in range(300)])).unknown) == contributors.MOST_UNKNOWN


BAD: dict[str, bytes] = {
    "empty": b"",
    "too_big": b" " * (contributors.MOST + 1),
    "encoding": '{"contributors": []}'.encode("utf-16"),
    "not_json": written(["code"])[:40],
    "too_deep": b"[" * 100_000,
    "no_list": b'{"contributors": {"a": 1}}',
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_file_is_told_in_a_sentence(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".all-contributorsrc"
    path.write_bytes(BAD[code])
    for lang, place in (("fr_FR.UTF-8", 1), ("en_GB.UTF-8", 0)):
        monkeypatch.setenv("LC_ALL", lang)
        assert main(["gatherings", "contributors", str(path)]) == 2
        told = capsys.readouterr()
        assert (told.out, contributors.SAID[code][place].partition("{")[0] in told.err) == ("", True)
        assert "Traceback" not in told.err


def test_other_files_that_hold_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in (b"[]", b"null", b"   \n", b"\xef\xbb\xbf"):
        with pytest.raises(contributors.ContributorsError):
            contributors.read(content)
    assert contributors.read(b'\xef\xbb\xbf{"contributors": [null, 1, {"contributions": "code"}]}').unread == 3
    assert main(["gatherings", "contributors", str(tmp_path / "rien")]) == 2
    assert main(["gatherings", "contributors", str(tmp_path)]) == 2
    assert "rien" in capsys.readouterr().err


def test_the_command_prints_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rc"
    path.write_bytes(written(["code"], ["code", "juggling"]))
    assert main(["gatherings", "contributors", str(path)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == ["people 2", "code 2", "unknown: juggling 1", "not readable 0"]
    assert main(["gatherings", "contributors", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["kinds"], told["unknown"]) == (
        "communaux.contributors/1",
        {"code": 2},
        {"juggling": 1},
    )


def test_the_parser_needs_no_django() -> None:
    code = "import sys, communaux.gatherings.contributors; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
