"""`communaux publiccode`: files judged without Django, the file of a commons of the desk."""

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from factories import MappedFactory
from ruamel.yaml import YAML
from slices import NOW, bring_in

from communaux import cli
from communaux.catalogue import importing
from communaux.catalogue.formats import READERS
from communaux.catalogue.formats.publiccode_strict import check_file
from communaux.catalogue.models import Commons
from communaux.core.models import Person

FILE = """\
publiccodeYmlVersion: "0.7"
name: Marmite
url: https://forge.example/marmite
softwareVersion: "1.2"
platforms: [web]
categories: [online-booking]
developmentStatus: stable
softwareType: standalone/web
organisation: {uri: "https://ville.example/", name: Ville d'Exemple}
description:
  fr:
    shortDescription: Les repas de la cantine, réservés en ligne.
    longDescription: LONG
    features: [Réserver, Payer]
legal: {license: EUPL-1.2}
maintenance: {type: community, contacts: [{name: Personne Exemple}]}
localisation: {localisationReady: false, availableLanguages: [fr]}
""".replace("LONG", "Marmite compte les repas. " * 8)
PNG = b"\x89PNG\r\n\x1a\n\x00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "publiccode.yml", FILE)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_valid_file_ends_with_0_and_says_what_was_not_asked(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["publiccode", "check", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: valid\n  not asked: page 1\n"


def test_faults_end_with_1_each_with_its_key_and_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, FILE.replace("stable", "finished").replace('"0.7"', '"0.4"'))
    assert cli.main(["publiccode", "check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: invalid",
        "  warning: line 1, publiccodeYmlVersion: Older version of the standard: 0.4",
        "  error: line 7, developmentStatus: Not a word of the standard: finished",
        "  not asked: page 1",
    ]


def test_what_cannot_be_read_ends_with_2_and_the_others_are_judged(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, absent = written(tmp_path / "broken.yml", "a: [1"), tmp_path / "absent.yml"
    assert cli.main(["publiccode", "check", str(broken), str(absent), str(tmp_path), str(path)]) == 2
    out = capsys.readouterr().out
    assert f"{broken}: not readable\n  error: line 1: Not YAML: " in out
    assert f"{absent}: not readable\n  error: Not read: No such file or directory\n" in out
    assert f"{tmp_path}: not readable\n" in out
    assert f"{path}: valid\n" in out


def test_the_same_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, FILE.replace("stable", "finished"))
    assert cli.main(["publiccode", "check", "--json", str(path)]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "file": str(path),
            "verdict": "invalid",
            "findings": [
                {
                    "path": "developmentStatus",
                    "sentence": "Not a word of the standard: finished",
                    "level": "error",
                    "line": 7,
                }
            ],
            "unasked": [{"path": "url", "kind": "page", "about": "https://forge.example/marmite"}],
            "readable": True,
        }
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("logo.png", PNG, 0),
        ("logo.svg", b"<?xml version='1.0'?><svg/>", 0),
        ("logo.svgz", gzip.compress(b"<svg/>", mtime=0), 0),
        ("logo.svgz", gzip.compress(b"<svg/>", mtime=0)[:10] + b"\xff" * 20, 1),
        ("logo.svgz", b"<svg/>", 1),
        ("logo.png", b"<svg/>", 1),
        ("logo.png", None, 1),
    ],
)
def test_files_of_the_repository_are_looked_for_in_its_root(
    path: Path, tmp_path: Path, name: str, data: bytes | None, code: int
) -> None:
    written(path, f"{FILE}logo: {name}\n")
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert cli.main(["publiccode", "check", str(path), "--root", str(tmp_path)]) == code


def test_a_link_out_of_the_repository_is_not_followed(path: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "logo.png").write_bytes(PNG)
    (root / "logo.png").symlink_to(tmp_path / "logo.png")
    written(path, f"{FILE}logo: logo.png\n")
    assert cli.main(["publiccode", "check", str(path), "--root", str(root)]) == 1


def test_a_root_that_is_no_folder_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["publiccode", "check", str(path), "--root", str(path)]) == 2
    assert capsys.readouterr().err == f"communaux: --root is no folder: {path}\n"


def test_checking_imports_no_django(path: Path) -> None:
    code = f"""
import sys
from communaux.cli import main
assert main(["publiccode", "check", {str(path)!r}]) == 0
print(sorted(name for name in sys.modules if name.split(".")[0] in {{"django", "httpx", "psycopg"}}))
"""
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def bring(desk: Person, text: str) -> Commons:
    """The commons that one file of this name makes."""
    reading = READERS["publiccode"]({"marmite.publiccode.yml": text.encode()})
    importing.run_import(desk, "publiccode", reading, etag="", at=NOW)
    return Commons.objects.get()


def test_the_file_of_a_commons_says_what_its_own_file_says(
    desk: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commons = bring(desk, FILE)
    output = tmp_path / "out.yml"
    assert cli.main(["publiccode", "write", commons.slug, "-o", str(output)]) == 0
    data = output.read_bytes()
    assert capsys.readouterr().out == f"{output}: {len(data)} bytes\n"
    assert check_file("out.yml", data).verdict == "valid"
    yaml = YAML(typ="safe", pure=True)
    wanted = yaml.load(FILE)
    wanted["description"]["fr"]["longDescription"] = wanted["description"]["fr"]["longDescription"].strip()
    assert yaml.load(data) == wanted
    assert cli.main(["publiccode", "write", commons.slug]) == 0
    assert capsys.readouterr().out == data.decode()


def test_what_is_missing_is_named_and_nothing_is_written(
    desk: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poor = FILE.replace("maintenance: ", "entretien: ").replace("softwareType: standalone/web\n", "")
    commons, output = bring(desk, poor), tmp_path / "out.yml"
    assert cli.main(["publiccode", "write", commons.slug, "-o", str(output)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "not written, missing:",
        "  softwareType: Missing key: softwareType",
        "  maintenance.type: Missing key: maintenance.type",
        "to add it: in the publiccode.yml of the project; then bring it in:",
        "  communaux import publiccode --from publiccode.yml",
        "it joins this commons when name, url and landingURL are those known here: Marmite, https://forge.example/marmite",
        f"else an editor unites the two: {settings.DESK_URL}/edition/doublons/",
    ]
    assert cli.main(["publiccode", "write", commons.slug, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["missing"] == ["softwareType", "maintenance.type"]
    assert not output.exists()


def test_what_was_missing_is_added_as_it_says(
    desk: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A project known by another source: its own file, brought in as the refusal tells, is enough."""
    monkeypatch.chdir(tmp_path)
    repository, site = "https://github.com/demo/marmite", "https://marmite.example"
    bring_in(desk, "sill", MappedFactory(external_id="marmite", url=site))
    assert cli.main(["publiccode", "write", "marmite"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[-3].endswith(f"known here: Marmite, {repository}, {site}")
    page = f"{settings.DESK_URL}/communs/marmite/modifier/"
    assert told[-1] == f"or on its sheet, for developmentStatus, description.fr.longDescription: {page}"
    file = FILE.replace("https://forge.example/marmite", repository) + f"landingURL: {site}\n"
    written(tmp_path / "publiccode.yml", file)
    assert cli.main(told[-4].split()[1:]) == 0
    assert cli.main(["publiccode", "write", "marmite", "-o", "out.yml"]) == 0
    assert check_file("out.yml", (tmp_path / "out.yml").read_bytes()).verdict == "valid"


def test_the_example_of_its_help_works_on_a_desk_with_the_public_catalogues(desk: Person, shared: Path) -> None:
    path = shared / "catalogues" / "publiccode" / "files" / "suitenumerique-meet.publiccode.yml"
    reading = READERS["publiccode"]({path.name: path.read_bytes()})
    importing.run_import(desk, "publiccode", reading, etag="", at=NOW)
    assert cli.main(["publiccode", "write", "lasuite-meet"]) == 0


def test_what_the_reader_lets_pass_is_not_written(desk: Person, capsys: pytest.CaptureFixture[str]) -> None:
    """`yes` is a text in YAML 1.2: it does not say whether the software is ready to be translated."""
    commons = bring(desk, FILE.replace("localisationReady: false", "localisationReady: yes"))
    assert cli.main(["publiccode", "write", commons.slug, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["missing"] == ["localisation.localisationReady"]


def test_what_is_no_published_software_is_refused(desk: Person, capsys: pytest.CaptureFixture[str]) -> None:
    commons = bring(desk, FILE)
    assert cli.main(["publiccode", "write", "nulle-part"]) == 2
    assert cli.main(["publiccode", "write", commons.slug, "-o", "/nowhere/at/all.yml"]) == 2
    commons.resources.update(kind="data")
    assert cli.main(["publiccode", "write", commons.slug]) == 2
    Commons.objects.update(state="withheld")
    assert cli.main(["publiccode", "write", commons.slug]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[1:] == [
        "communaux: /nowhere/at/all.yml: No such file or directory",
        f"communaux: {commons.slug}: no software, and publiccode.yml describes software only",
        f"communaux: {commons.slug}: not published on this desk",
    ]


def test_a_full_disk_leaves_the_file_that_was_there(
    desk: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    output = written(tmp_path / "publiccode.yml", "the old one")
    monkeypatch.setattr(os, "fsync", full)
    assert cli.main(["publiccode", "write", bring(desk, FILE).slug, "-o", str(output)]) == 2
    assert capsys.readouterr().err.endswith(f"communaux: {output}: No space left on device\n")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("publiccode.yml", "the old one")]


def test_a_further_software_is_asked_for_by_its_number(desk: Person, capsys: pytest.CaptureFixture[str]) -> None:
    commons = bring(desk, FILE)
    commons.resources.create(kind="software", name="Marmiton", repository="https://forge.example/marmiton")
    assert cli.main(["publiccode", "write", commons.slug, "--software", "2", "--json"]) == 1
    assert "softwareType" in json.loads(capsys.readouterr().out)["missing"]
    assert cli.main(["publiccode", "write", commons.slug, "--software", "3"]) == 2
    assert capsys.readouterr().err == f"communaux: {commons.slug}: 2 software, none of number 3\n"
