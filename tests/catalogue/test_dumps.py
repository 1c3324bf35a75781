"""Dumps by licence, on real records: nothing of one licence in the file of another, side files, whole or not at all."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import RecordFactory, SourceFactory
from rdflib import DCTERMS, Graph, Namespace
from slices import NOW

from communaux.catalogue import exporting
from communaux.catalogue.formats.exported import clean
from communaux.catalogue.models import Source, SourceRecord
from communaux.catalogue.queries import records
from communaux.core.errors import NotFound, Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
DCAT = Namespace("http://www.w3.org/ns/dcat#")


def nobody(done: int, total: int | None) -> None:
    """No bar."""


@pytest.fixture
def dumped(tmp_path: Path) -> dict[str, Path]:
    """Every licence in every format."""
    made = {}
    for format in exporting.FORMATS:
        for dump in exporting.export(tmp_path, exporting.chosen(""), format, NOW, nobody):
            made[dump.path.name] = dump.path
    return made


def texts(licence: str) -> set[str]:
    """Descriptions that records of a licence give, long enough to be nobody else's by chance."""
    found = SourceRecord.objects.filter(source__licence=licence, state="live").values_list("mapped", flat=True)
    told = {text for said in found for part in ("short", "long") for text in said.get(part, {}).values()}
    return {clean(text) for text in told if len(text) > 40}


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


def held(path: Path) -> set[str]:
    """Every text of a dump."""
    match path.suffix:
        case ".jsonl":
            return {one for line in path.read_text("utf-8").splitlines() for one in strings(json.loads(line))}
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return {cell.removeprefix("'") for row in csv.reader(file, delimiter=";") for cell in row}
    graph = Graph().parse(path, format="turtle")
    whole = {str(one) for one in graph.objects(None, DCTERMS.description)}
    return whole | {part for one in whole for part in (one.split("\n\n", 1))}


def test_a_description_stands_in_the_files_of_its_licence_and_in_no_other(dumped: dict[str, Path]) -> None:
    licences = records.licences()
    assert set(licences) == {"CC0-1.0", "CC-BY-SA-3.0", "etalab-2.0", "Unlicense", "Apache-2.0"}
    assert {path.name for path in dumped.values()} == {
        f"{licence}.{ending}" for licence in licences for ending in ("jsonl", "csv", "ttl")
    }
    by_licence = {licence: texts(licence) for licence in licences}
    for name, path in dumped.items():
        own = name.removesuffix(path.suffix)
        found = held(path)
        for licence, told in by_licence.items():
            others = told - by_licence[own]
            assert licence == own or found & others == set(), (name, licence)
        if path.suffix == ".jsonl":
            assert by_licence[own] <= found


def test_share_alike_records_are_all_in_their_file_and_named_nowhere_else(dumped: dict[str, Path]) -> None:
    numbers = set(
        SourceRecord.objects.filter(source="awesome-selfhosted", state="live").values_list("external_id", flat=True)
    )
    for name, path in dumped.items():
        if path.suffix == ".jsonl":
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            told = {
                one["external_id"] for row in rows for one in row["records"] if one["source"] == "awesome-selfhosted"
            }
            assert told == (numbers if name == "CC-BY-SA-3.0.jsonl" else set())
            assert all(len(row["records"]) == 1 for row in rows)
            flags = {one["share_alike"] for row in rows for one in row["records"]}
            assert flags == {name == "CC-BY-SA-3.0.jsonl"}


def test_nothing_of_a_person_nor_of_a_source_without_licence_leaves(tmp_path: Path) -> None:
    source = SourceFactory(key="sans", licence="", title="Sans licence")
    said = {"external_id": "x", "name": "Secret des auteurs", "short": {"fr": "Un texte."}}
    RecordFactory(source=source, external_id="x", mapped=said)
    person = said | {"name": "Ouvert", "short": {"fr": "Écrire à alice@demo.example."}}
    RecordFactory(
        source=Source.objects.get(key="sill"),
        external_id="y",
        mapped=person | {"community": {"team": {"fr": "Alice Exemple"}}, "governance": {"contact": "06 00 00 00 00"}},
    )
    made = [
        dump
        for format in exporting.FORMATS
        for dump in exporting.export(tmp_path, exporting.chosen(""), format, NOW, nobody)
    ]
    everything = "".join(dump.path.read_text("utf-8") for dump in made)
    assert "Ouvert" in everything
    for absent in ("Secret des auteurs", "Alice Exemple", "alice@demo.example", "06 00 00"):
        assert absent not in everything
    assert records.unlicensed() == 1


@pytest.mark.parametrize("state", ["hidden", "gone"])
def test_what_is_set_aside_or_gone_stays_out(tmp_path: Path, state: str) -> None:
    record = SourceRecord.objects.filter(source="sill", state="live").first()
    assert record is not None
    SourceRecord.objects.filter(pk=record.pk).update(state=state)
    (dump,) = exporting.export(tmp_path, ["etalab-2.0"], "json", NOW, nobody)
    rows = [json.loads(line)["records"][0] for line in dump.path.read_text("utf-8").splitlines()]
    assert (record.source_id, record.external_id) not in {(row["source"], row["external_id"]) for row in rows}
    assert dump.records == len(rows) == SourceRecord.objects.filter(source__licence="etalab-2.0", state="live").count()


def test_the_side_file_names_all_that_whoever_reuses_must_know(tmp_path: Path) -> None:
    (dump,) = exporting.export(tmp_path, ["CC-BY-SA-3.0"], "csv", NOW, nobody)
    data = dump.path.read_bytes()
    assert json.loads((tmp_path / "CC-BY-SA-3.0.csv.about.json").read_text("utf-8")) == {
        "name": "CC-BY-SA-3.0.csv",
        "format": "csv",
        "licence": "CC-BY-SA-3.0",
        "licence_url": "https://creativecommons.org/licenses/by-sa/3.0/",
        "share_alike": True,
        "date": "2026-09-01T12:00:00.000000Z",
        "made_by": "Communaux, http://127.0.0.1:8000",
        "records": 30,
        "sources": [
            {
                "key": "awesome-selfhosted",
                "title": "awesome-selfhosted",
                "attribution": "awesome-selfhosted contributors",
                "records": 30,
            }
        ],
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def test_the_same_records_make_the_same_bytes(tmp_path: Path) -> None:
    twice = [
        [dump.sha256 for dump in exporting.export(tmp_path, exporting.chosen(""), "json", NOW, nobody)] for _ in "12"
    ]
    assert twice[0] == twice[1]


def test_progress_is_told_over_all_files(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    list(exporting.export(tmp_path, exporting.chosen(""), "json", NOW, lambda *one: told.append(one)))
    total = SourceRecord.objects.filter(state="live").exclude(source__licence="").count()
    assert told[-1] == (total, total)
    assert told == sorted(told)


def test_a_full_disk_leaves_the_old_dump_and_its_side_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list(exporting.export(tmp_path, ["CC0-1.0"], "csv", NOW, nobody))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(view: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exporting.csv_writer, "row", full)
    with pytest.raises(Unavailable) as refused:
        list(exporting.export(tmp_path, ["CC0-1.0"], "csv", NOW, nobody))
    assert "No space left on device" in refused.value.message
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unknown_licence_is_refused_with_those_there_are() -> None:
    assert exporting.chosen("") == records.licences()
    with pytest.raises(NotFound, match=r"Apache-2\.0, CC-BY-SA-3\.0, CC0-1\.0, Unlicense, etalab-2\.0"):
        exporting.chosen("nulle")


def test_two_licences_never_share_a_file() -> None:
    names = {exporting.file_name(one) for one in ("MIT", "A/B", "A B", "../..", "…", "etalab-2.0")}
    assert len(names) == 6
    assert [name for name in names if "/" in name or name.startswith(".")] == []


def test_records_are_read_some_hundreds_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:
    """A page more asks one question more, and no row of the page before is kept waiting."""
    monkeypatch.setattr(records, "AT_A_TIME", 10)
    found = records.records("CC-BY-SA-3.0")
    with django_assert_num_queries(2):  # type: ignore[operator]  # the sources, the first ten
        first = [next(found) for _ in range(10)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        next(found)
    assert len(first) == 10
    assert len(list(found)) == 19


def test_what_the_desk_offers_is_what_is_whole(settings: object, tmp_path: Path) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    assert exporting.dumps() == []
    list(exporting.export(exporting.folder(), ["CC0-1.0", "MIT"][:1], "json", NOW, nobody))
    assert [one["name"] for one in exporting.dumps()] == ["CC0-1.0.jsonl"]
    side = exporting.folder() / "etalab-2.0.csv.about.json"
    for content in ("{", "[]", '{"name": "../secret-key", "size": 1}', '{"name": "etalab-2.0.csv", "size": 5}'):
        side.write_text(content)
        assert [one["name"] for one in exporting.dumps()] == ["CC0-1.0.jsonl"]
    (exporting.folder() / "CC0-1.0.jsonl").write_text("cut")
    assert exporting.dumps() == []
