"""`communaux …`: each command explains itself, tells what it did, and ends with an honest code."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import databases
import pytest

from communaux import cli
from communaux.catalogue.indexing import newest
from communaux.catalogue.models import Commons, Source
from communaux.cli import demo
from communaux.core import trial
from communaux.core.models import Entry, Person


def commands(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command that runs something, with its parser."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield path, parser
    for action in inner:
        for name, sub in action.choices.items():
            yield from commands(sub, (*path, name))


def groups(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every parser with commands of its own, the first one included."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield path, parser
            for name, sub in action.choices.items():
                yield from groups(sub, (*path, name))


ALL = dict(commands(cli.parser()))
GROUPS = dict(groups(cli.parser()))


def test_the_commands_of_the_desk_are_there() -> None:
    wanted = {("find",), ("import",), ("demo",), ("serve",), ("work",), ("migrate",), ("evaluate-search",)}
    wanted |= {
        ("journal", "verify"),
        ("journal", "checkpoint"),
        ("index", "build"),
        ("index", "verify"),
        ("facts", "build"),
    }
    assert wanted <= ALL.keys()


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_command_shows_an_example_that_it_understands(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*path, "--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"example: communaux {' '.join(path)}" in text
    assert understood(ALL[path])


def understood(parser: argparse.ArgumentParser) -> bool:
    """Whether the example at the end of a help is a whole command."""
    words = shlex.split(str(parser.epilog).partition("   (")[0].removeprefix("example: communaux"))
    return callable(cli.parser().parse_args(words).run)


@pytest.mark.parametrize("path", GROUPS, ids=" ".join)
def test_each_group_of_commands_shows_an_example_that_it_understands(path: tuple[str, ...]) -> None:
    assert str(GROUPS[path].epilog).startswith(f"example: {' '.join(['communaux', *path])} ")
    assert understood(GROUPS[path])


@pytest.mark.parametrize("words", [[], ["nowhere"], ["import"], ["journal"], ["find", "x", "--lang", "de"]])
def test_what_is_not_understood_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def run(environment: dict[str, str], *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "communaux", *words],
        env=environment,
        cwd=cwd,
        text=True,
        capture_output=True,
        timeout=100,
        check=False,
    )


@pytest.mark.django_db
class TestJournal:
    def test_a_whole_journal_is_0(self, person: Callable[..., Person], capsys: pytest.CaptureFixture[str]) -> None:
        person("a@demo.example")
        assert cli.main(["journal", "checkpoint"]) == 0
        told = capsys.readouterr().out
        (public,) = re.findall(r"^Public key ([0-9a-f]{64})\.", told, re.MULTILINE)
        assert told.startswith(f"Line 1 is signed: {Entry.objects.get().hash}\n")
        assert cli.main(["journal", "checkpoint"]) == 0
        assert "signed already" in capsys.readouterr().out
        assert cli.main(["journal", "verify"]) == 0
        holds = f"1 lines hold, 1 signed checkpoints.\nSigned with the public key {public}.\n"
        assert capsys.readouterr().out == holds
        assert cli.main(["journal", "verify", "--key", public.upper()]) == 0
        assert capsys.readouterr().out == holds
        assert cli.main(["journal", "verify", "--key", "00" * 32]) == 1
        assert f"a key that is not pinned: {public}" in capsys.readouterr().out

    def test_without_the_folder_of_keys_nothing_is_called_proven(
        self, person: Callable[..., Person], capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
    ) -> None:
        person("a@demo.example")
        cli.main(["journal", "checkpoint"])
        settings.VAR = tmp_path
        assert cli.main(["journal", "verify"]) == 1
        assert f"No public key is kept in {tmp_path / 'keys'}" in capsys.readouterr().out

    def test_a_broken_journal_is_1(self, person: Callable[..., Person], capsys: pytest.CaptureFixture[str]) -> None:
        person("a@demo.example")
        person("b@demo.example")
        with databases.erasable():
            Entry.objects.filter(seq=2).update(reason="changed")
        assert cli.main(["journal", "verify"]) == 1
        assert "after 1 good lines: line 2 was changed." in capsys.readouterr().out


@pytest.mark.django_db
class TestImport:
    @pytest.fixture(autouse=True)
    def _in_a_folder_of_its_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    @pytest.fixture
    def folder(self, shared: Path, tmp_path: Path) -> Path:
        """Three good rows of the real SILL, one that is no record."""
        rows = json.loads((shared / "catalogues" / "sill" / "sill-2022.json").read_text())
        (tmp_path / "catalogues" / "sill").mkdir(parents=True)
        (tmp_path / "catalogues" / "sill" / "sill-2022.json").write_text(json.dumps([*rows[:3], "not a record"]))
        return tmp_path / "catalogues"

    def test_a_dry_run_counts_and_writes_nothing(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["import", "sill", "--from", str(folder), "--dry-run"]) == 2
        assert capsys.readouterr().out == "sill: 3 records read, 1 lines refused, nothing written\n"
        assert (Source.objects.count(), Commons.objects.count(), Entry.objects.count()) == (0, 0, 0)

    def test_one_bad_row_does_not_lose_the_others(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["import", "sill", "--from", str(folder)]) == 2
        assert "created 3" in capsys.readouterr().out
        assert Commons.objects.count() == 3
        (report,) = tmp_path.rglob("*.refus.csv")
        lines = report.read_text("utf-8-sig").splitlines()
        assert lines[0] == "motif;emplacement;contenu"
        assert len(lines) == 2
        assert "not a record" in lines[1]

    def test_the_same_files_again_cost_nothing(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(["import", "sill", "--from", str(folder)])
        capsys.readouterr()
        assert cli.main(["import", "sill", "--from", str(folder)]) == 2
        told = capsys.readouterr().out
        assert "same files as last time, nothing to do; 1 of their lines are still refused\n" in told
        assert "refused lines and their reasons: sill.refus.csv" in told

    def test_a_source_that_lost_half_is_refused_with_2(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(["import", "sill", "--from", str(folder)])
        path = folder / "sill" / "sill-2022.json"
        path.write_text(json.dumps(json.loads(path.read_text())[:1]))
        capsys.readouterr()
        assert cli.main(["import", "sill", "--from", str(folder)]) == 2
        assert capsys.readouterr().err.startswith("communaux: ")
        assert Commons.objects.filter(state="published").count() == 3
        assert cli.main(["import", "sill", "--from", str(folder), "--accept-loss"]) == 0
        assert Commons.objects.filter(state="published").count() == 1

    def test_an_unknown_source_is_refused_with_2(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["import", "nowhere", "--from", str(folder)]) == 2
        assert "awesome-selfhosted" in capsys.readouterr().err

    def test_a_folder_without_its_files_is_refused_with_2(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["import", "sill", "--from", str(tmp_path)]) == 2
        assert "sill" in capsys.readouterr().err

    def test_a_limit_takes_the_first(self, folder: Path) -> None:
        cli.main(["import", "sill", "--from", str(folder), "--limit", "2"])
        assert Commons.objects.count() == 2

    def test_a_limit_takes_nothing_back(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(["import", "sill", "--from", str(folder)])
        cli.main(["import", "sill", "--from", str(folder), "--limit", "1"])
        assert Commons.objects.filter(state="published").count() == 3
        capsys.readouterr()
        cli.main(["import", "sill", "--from", str(folder)])
        assert "created 0, updated 0, unchanged 3" in capsys.readouterr().out

    def test_one_file_of_a_source_that_has_no_address(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        row = {"id": 27, "name": "Exemple", "licence": "AGPL-3.0", "external_resources": [], "users": []}
        (tmp_path / "export.json").write_text(json.dumps({"softwares": [row]}))
        assert cli.main(["import", "comptoir"]) == 2
        assert cli.main(["import", "comptoir", "--from", "export.json"]) == 0
        assert Commons.objects.get().name == "Exemple"

    def test_a_line_that_may_hold_what_is_missing_is_told(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = folder / "sill" / "sill-2022.json"
        rows = [{"id": f"{n}", "i": f"Name {n}"} for n in range(10)]
        path.write_text(json.dumps(rows))
        assert cli.main(["import", "sill", "--from", str(folder)]) == 0
        path.write_text(json.dumps([*rows[:9], {"id": "9"}]))
        capsys.readouterr()
        assert cli.main(["import", "sill", "--from", str(folder)]) == 2
        assert "records not found again: 1; none was marked as gone" in capsys.readouterr().out
        assert cli.main(["import", "sill", "--from", str(folder), "--accept-loss"]) == 2
        assert "gone 1" in capsys.readouterr().out

    def test_all_goes_on_after_a_source_that_is_refused(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(["import", "all", "--from", str(folder)])
        path = folder / "sill" / "sill-2022.json"
        path.write_text(json.dumps(json.loads(path.read_text())[:1]))
        (folder / "awesome-selfhosted").mkdir()
        (folder / "awesome-selfhosted" / "software.json").write_text(json.dumps([{"id": "a", "name": "Zzyzx"}]))
        capsys.readouterr()
        assert cli.main(["import", "all", "--from", str(folder)]) == 2
        told = capsys.readouterr()
        assert told.err.startswith("communaux: sill: ")
        assert "awesome-selfhosted: created 1" in told.out
        newest.forget()
        cli.main(["find", "Zzyzx", "--json"])
        assert len(json.loads(capsys.readouterr().out)["hits"]) == 1

    @pytest.mark.parametrize("place", ["nothing.json", "."])
    def test_all_needs_a_folder_that_holds_some(self, place: str, capsys: pytest.CaptureFixture[str]) -> None:
        Path("nothing.json").write_text("[]")
        assert cli.main(["import", "all", "--from", place]) == 2
        assert "folder" in capsys.readouterr().err or place == "."


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
class TestFind:
    def test_a_need_is_answered_with_reasons(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["find", "carte en ligne pour la commune", "--lang", "fr", "--limit", "5"]) == 0
        out = capsys.readouterr().out
        assert "[umap]" in out
        assert "because:" in out

    def test_as_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["find", "panoramax", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["hits"][0]["id"] == "panoramax"

    def test_why_not(self, capsys: pytest.CaptureFixture[str]) -> None:
        for name in ("panoramax", "Panoramax"):
            assert cli.main(["find", "gérer la cantine", "--why", name]) == 0
            assert capsys.readouterr().out.startswith("panoramax: ")
        assert cli.main(["find", "gérer la cantine", "--why", "personne ne porte ce nom"]) == 2
        assert capsys.readouterr().err.startswith("communaux: ")

    def test_the_index_is_what_a_build_from_nothing_gives(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["index", "verify"]) == 0
        assert capsys.readouterr().out.startswith("same:")


@pytest.mark.parametrize("text", ["not json", '{"id": 1}', "[]"])
def test_a_bad_file_of_entries_is_refused_with_2(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "entries.jsonl"
    path.write_text(text)
    assert cli.main(["find", "x", "--entries", str(path)]) == 2
    assert "not a file of entries" in capsys.readouterr().err


def test_engine_commands_import_no_django(tmp_path: Path) -> None:
    path = tmp_path / "entries.jsonl"
    path.write_text(json.dumps({"id": "a:1", "name": "Marmite", "short": "La cantine", "source": "a", "lang": "fr"}))
    code = f"""
import sys
from communaux.cli import main
assert main(["find", "cantine", "--entries", {str(path)!r}]) == 0
print(sorted(name for name in sys.modules if name.split(".")[0] in {{"django", "httpx", "psycopg"}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], text=True, capture_output=True, timeout=60, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Marmite" in done.stdout


def test_a_new_desk_from_nothing(fresh_desk: dict[str, str], tmp_path: Path) -> None:
    """migrate, verify an empty journal, ask an empty desk: clear words, no trace."""
    assert run(fresh_desk, "migrate", cwd=tmp_path).returncode == 0
    assert run(fresh_desk, "migrate", cwd=tmp_path).returncode == 0
    assert run(fresh_desk, "journal", "verify", cwd=tmp_path).stdout == "0 lines hold, 0 signed checkpoints.\n"
    asked = run(fresh_desk, "find", "cantine", cwd=tmp_path)
    assert asked.returncode in {0, 2}
    assert "Traceback" not in asked.stderr
    assert shutil.which("python") is None or not list(tmp_path.glob("*.refus.csv"))


@pytest.mark.django_db
def test_trial_accounts_take_the_password_of_this_start(desk: Person, settings: Any) -> None:
    """A demonstration that strangers reach does not keep the password that everybody knows."""
    for password in ("communs-demo-2026", "tirée au sort", "tirée au sort"):
        settings.DEMO_LOGINS = (("operatrice@demo.example", "operator", password),)
        trial.accounts(desk)
        assert Person.objects.get(mail="operatrice@demo.example").check_password(password)
    assert Entry.objects.filter(act="core.set_password").count() == 1


@pytest.mark.parametrize(("host", "drawn"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])
def test_the_password_is_drawn_when_the_network_can_reach_the_demonstration(
    monkeypatch: pytest.MonkeyPatch, host: str, drawn: bool
) -> None:
    environment: dict[str, str] = {}
    monkeypatch.setattr(demo.os, "environ", environment)
    monkeypatch.setattr(demo, "run_migrate", lambda _arguments: sys.exit(0))
    with pytest.raises(SystemExit):
        cli.main(["demo", "--host", host])
    assert ("COMMUNAUX_DEMO_PASSWORD" in environment) is drawn
    assert len(environment.get("COMMUNAUX_DEMO_PASSWORD", "x" * 16)) == 16
