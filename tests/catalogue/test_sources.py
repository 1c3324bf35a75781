"""Where the files of a source come from: its folder, one file, an archive, an address; and what is wrong with them."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from communaux.catalogue import importing, sources
from communaux.catalogue.formats.mapped import Refused
from communaux.catalogue.sources import Given, unpacked
from communaux.core.errors import NotFound, Unavailable

CODEMETA = b'{"@type": "SoftwareSourceCode", "identifier": "a", "name": "A"}'


def archive(*members: tuple[str, bytes], link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, data in members:
            member = tarfile.TarInfo(f"x-1/{name}")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
        if link:
            member = tarfile.TarInfo(f"x-1/{link}")
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            packed.addfile(member)
    return out.getvalue()


PAGES = [(f"content/_startups/p{number}.md", os.urandom(2_000)) for number in range(50)]
BAD = {
    "a page": b"<!doctype html><title>Not found</title>",
    "nothing": b"",
    "cut": archive(*PAGES)[:60_000],
    "no tar": gzip.compress(b"hello" * 1_000),
    "damaged": archive(*PAGES)[:5_000] + b"\x00" * 500 + archive(*PAGES)[5_500:],
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_no_whole_archive_is_told(data: bytes) -> None:
    with pytest.raises(Unavailable, match=r"beta\.gouv\.fr") as refused:
        unpacked("betagouv", data)
    assert refused.value.code == "bad_archive"


def test_an_archive_that_unfolds_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "UNPACKED", 1_000_000)
    with pytest.raises(Unavailable, match="unfolds to more than 1000000 bytes"):
        unpacked("betagouv", archive(("elsewhere.bin", b"\x00" * 2_000_000)))


def test_members_that_are_not_taken_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", 10)
    data = archive(
        ("software/a.yml", b"id: a"), ("software/b.yml", b"x" * 11), ("README.md", b"x" * 99), link="software/c.yml"
    )
    assert unpacked("awesome-selfhosted", data) == Given(
        {"software/a.yml": b"id: a"},
        (
            Refused("software/b.yml", "Not read: larger than 10 bytes"),
            Refused("software/c.yml", "Not read: it is no plain file"),
        ),
    )


def test_what_was_not_taken_is_refused_in_the_reading() -> None:
    skipped = Refused("software/b.yml", "Not read: it is no plain file")
    reading = importing.read_given("codemeta", Given({"codemeta.json": CODEMETA}, (skipped,)))
    assert ([one.name for one in reading.records], reading.refused) == (["A"], (skipped,))


@pytest.mark.parametrize("name", ["codemeta.json", "codemeta/a.json", "codemeta/b.jsonld"])
def test_one_file_or_its_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(CODEMETA)
    assert importing.given("codemeta", str(path)) == Given({path.name: CODEMETA})
    if "/" in name:
        assert importing.given("codemeta", str(tmp_path)) == Given({name: CODEMETA})


def test_an_archive_on_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "data.tar.gz"
    path.write_bytes(archive(("software/a.yml", b"id: a")))
    assert importing.given("awesome-selfhosted", str(path)) == Given({"software/a.yml": b"id: a"})


@pytest.mark.parametrize(
    ("address", "name"), [("/api/v1/softwares", "softwares.json"), ("/x/export.json?v=1", "export.json")]
)
def test_an_address(settings: object, httpserver: HTTPServer, address: str, name: str) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = (httpserver.host,)
    httpserver.expect_request(address.partition("?")[0]).respond_with_data(b"[]")
    assert importing.given("comptoir", httpserver.url_for(address)) == Given({name: b"[]"})


@pytest.mark.parametrize(
    ("key", "place", "code"),
    [
        ("comptoir", "", "no_address"),
        ("comptoir", "/nowhere/at/all", "no_such_place"),
        ("comptoir", ".", "no_file"),
        ("nowhere", "", "unknown_source"),
    ],
)
def test_a_place_that_holds_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, place: str, code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound) as refused:
        importing.given(key, place)
    assert refused.value.code == code


def test_a_file_of_another_format_is_told_rather_than_read_as_nothing() -> None:
    with pytest.raises(NotFound, match=r"export\.csv"):
        importing.read_given("comptoir", Given({"export.csv": b"a,b"}))
