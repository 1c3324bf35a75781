"""`communaux demo`: each start brings the desk to what this version and these files hold, and costs nothing twice."""

from __future__ import annotations

import argparse
import json
import lzma
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from territory import small

from communaux.catalogue import importing, linking
from communaux.catalogue.models import MatchProposal, Relation, SearchIndex, Source, SourceRecord
from communaux.cli import Refusal, demo, desk
from communaux.core.models import Entry
from communaux.territory import cog
from communaux.territory import shipped as codes

pytestmark = pytest.mark.django_db
ROWS = [{"id": "10", "i": "Alpha", "f": "x", "l": "MIT", "si": "11"}, {"id": "11", "i": "Beta", "f": "x", "l": "MIT"}]


@pytest.fixture(autouse=True)
def few_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small millésime stands for the shipped one, which tests/territory/test_official_codes.py loads."""
    given = codes.Given(2026, cog.table(small.ROWS).encode())
    monkeypatch.setattr(codes, "newest", lambda _millesime=None: given)


@pytest.fixture
def folder(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of catalogues with one source, and nothing shipped beside it."""
    settings.VAR = tmp_path
    path = tmp_path / "catalogues" / "sill" / "sill-2022.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(ROWS))
    monkeypatch.setattr(demo, "_keys", importing.importable)
    return tmp_path / "catalogues"


def test_a_start_that_was_killed_before_the_relations_is_completed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(linking, "link", killed)
        with pytest.raises(KeyboardInterrupt):
            demo.load(folder)
    assert (SearchIndex.objects.count(), Relation.objects.count()) == (1, 0)
    demo.load(folder)
    assert Relation.objects.count() == 1


def test_a_second_start_writes_nothing(folder: Path) -> None:
    demo.load(folder)
    lines, pairs = Entry.objects.count(), MatchProposal.objects.count()
    demo.load(folder)
    assert (Entry.objects.count(), MatchProposal.objects.count(), SearchIndex.objects.count()) == (lines, pairs, 1)


def test_a_source_that_is_refused_does_not_stop_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.load(folder)
    (folder / "sill" / "sill-2022.json").write_text(json.dumps(ROWS[:1]))
    (folder / "awesome-selfhosted").mkdir()
    (folder / "awesome-selfhosted" / "software.json").write_text(json.dumps([{"id": "a", "name": "A"}]))
    demo.load(folder)
    assert "communaux: sill: " in capsys.readouterr().err
    assert set(SourceRecord.objects.values_list("source", flat=True)) == {"sill", "awesome-selfhosted"}
    assert SourceRecord.objects.filter(state="gone").count() == 0


def facts(*names: str) -> dict[str, bytes]:
    rows = "".join(f"{name}\t{name}\t\t\tMIT\tsoftware\n" for name in names)
    return {"dpga.tsv.xz": lzma.compress(("id\tname\turl\trepository\tlicence\tterms\n" + rows).encode())}


def test_newer_shipped_facts_are_loaded_once(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR = tmp_path
    monkeypatch.setattr(demo, "_keys", lambda _folder: ["dpga"])
    for shipped in (facts("a", "b", "c"), facts("a", "d")):
        monkeypatch.setattr(importing, "shipped_facts", lambda _key, shipped=shipped: shipped)
        demo.load(None)
    live = SourceRecord.objects.filter(state="live")
    assert set(live.values_list("external_id", flat=True)) == {"a", "d"}
    lines = Entry.objects.count()
    demo.load(None)
    assert Entry.objects.count() == lines


def test_facts_never_take_back_a_full_catalogue(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.load(folder)
    etag = Source.objects.get().etag
    monkeypatch.setattr(demo, "_keys", lambda _folder: ["sill"])
    demo.load(None)
    assert (Source.objects.get().etag, SourceRecord.objects.filter(state="live").count()) == (etag, 2)


def test_the_welcome_says_where_to_begin_and_where_the_command_is(capsys: pytest.CaptureFixture[str]) -> None:
    demo.welcome(argparse.Namespace(host="127.0.0.1", port=8001))
    told = capsys.readouterr().out
    assert all(words in told for words in ("http://127.0.0.1:8001/", "/territoires/", ".venv/bin/communaux"))


def test_a_port_that_is_taken_is_refused_before_anything_starts() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(Refusal, match=f"port {port} of 127.0.0.1 is not free"):
            desk.free_or_refused("127.0.0.1", port)
    desk.free_or_refused("127.0.0.1", port)


def test_what_does_not_listen_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as told:
        assert told.readline() == b"ready\n"
        monkeypatch.setattr(demo, "PATIENCE", 0.2)
        demo.stop(process)
    assert process.returncode == -9
