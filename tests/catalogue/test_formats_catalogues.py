"""The public catalogues read whole: every row, every id, every field."""

import ast
import inspect
from collections import Counter
from importlib import import_module

import pytest

from communaux.catalogue.formats import READERS, rows
from communaux.catalogue.sources import files_of

COUNTS = {
    "sill": 240,
    "betagouv": 662,
    "awesome-selfhosted": 1348,
    "opensustain": 2703,
    "dpga": 228,
    "canada-ore": 164,
    "communs-te": 145,
    "publiccode": 36,
    "code-gouv-fr": 8425,
}
REFUSED = {"communs-te": 5, "dpga": 2, "publiccode": 2}
PREFIXES = {
    "sill": "sill:",
    "betagouv": "beta:",
    "awesome-selfhosted": "ash:",
    "opensustain": "ost:",
    "dpga": "dpga:",
    "canada-ore": "ore:",
    "communs-te": "mec:",
    "publiccode": "pc:",
}
MODULES = {
    "sill": "sill",
    "betagouv": "betagouv",
    "awesome-selfhosted": "awesome",
    "opensustain": "opensustain",
    "dpga": "dpga",
    "canada-ore": "ore",
    "communs-te": "mec",
    "publiccode": "publiccode",
    "code-gouv-fr": "codegouv",
}


@pytest.mark.parametrize("key", COUNTS)
def test_every_row_is_a_record_or_a_refusal(reading, key):
    found = reading(key)
    assert len(found.records) == COUNTS[key]
    assert len(found.refused) == REFUSED.get(key, 0)


@pytest.mark.parametrize("key", PREFIXES)
def test_ids_are_those_of_the_search_corpus(reading, entries, key):
    prefix = PREFIXES[key]
    assert {prefix + record.external_id for record in reading(key).records} == {
        entry for entry in entries if entry.startswith(prefix)
    }


def test_the_prefixes_cover_the_whole_corpus(entries):
    assert len(entries) == 5526
    assert {entry.split(":")[0] + ":" for entry in entries} == set(PREFIXES.values())


def squeezed(text):
    return " ".join(text.split())


@pytest.mark.parametrize("key", PREFIXES)
def test_languages_and_short_lines_are_those_of_the_search_corpus(reading, entries, key):
    different = Counter()
    for record in reading(key).records:
        entry = entries[PREFIXES[key] + record.external_id]
        told = {squeezed(text) for text in record.short.values()}
        different["lang"] += set(record.lang) != set(entry["lang"].split("+"))
        different["short"] += (squeezed(entry["short"]) not in told) if entry["short"] else bool(told)
        different["name"] += squeezed(entry["name"]) not in {record.name, *record.names} and " / " not in entry["name"]
        different["tags"] += not set(entry["tags"]) <= set(record.tags)
    expected = {"communs-te": {"short": 1}}.get(key, {})
    assert {what: count for what, count in different.items() if count} == expected


def test_last_phases_of_beta_gouv_fr(reading):
    last = Counter(record.raw["phases"][-1]["name"] for record in reading("betagouv").records)
    assert last == {
        "abandon-investigation": 202,
        "abandon": 123,
        "construction": 108,
        "transfere": 93,
        "acceleration": 75,
        "investigation": 25,
        "consolidation": 22,
        "opere": 14,
    }


def test_stages_of_beta_gouv_fr(reading):
    assert Counter(record.stage for record in reading("betagouv").records) == {
        "ended": 325,
        "construction": 108,
        "growth": 97,
        "transferred": 93,
        "investigation": 25,
        "operated": 14,
    }


def test_an_investigation_that_stopped_says_so(reading):
    causes = Counter(e.cause for r in reading("betagouv").records for e in r.events if e.kind == "end")
    assert causes == {"stopped_at_investigation": 203, "unknown": 124}


def test_a_product_that_came_back_after_its_end_is_told(reading):
    reopened = [r for r in reading("betagouv").records if any(e.kind == "reopened" for e in r.events)]
    assert len(reopened) == 1
    assert reopened[0].stage == "investigation"


def test_wikidata_ids_of_the_sill_come_from_the_older_file(reading):
    found = Counter(scheme for record in reading("sill").records for scheme, _ in record.identifiers)
    assert found == {"sill": 240, "comptoir": 227, "wikidata": 157}


def test_sill_statuses_are_recommendations_never_stages(reading):
    records = reading("sill").records
    assert Counter(record.recommendation for record in records) == {"R": 180, "O": 48, "FR": 12}
    assert {record.stage for record in records} == {""}


def test_digital_public_goods_may_be_more_than_software(reading):
    records = {record.external_id: record for record in reading("dpga").records}
    parts = Counter(part.kind for record in records.values() for part in record.parts)
    assert Counter(record.kind for record in records.values()) == {
        "software": 195,
        "data": 13,
        "content": 18,
        "standard": 2,
    }
    assert parts == {"content": 9, "data": 6, "standard": 2, "software": 2}
    assert Counter(record.recommendation for record in records.values()) == {"DPG": 165, "nominee": 63}


def test_only_the_test_row_is_hidden(reading):
    hidden = {key: [r.external_id for r in reading(key).records if r.hidden_reason] for key in PREFIXES}
    assert {key: ids for key, ids in hidden.items() if ids} == {"communs-te": ["facili-tacct-test-iframe"]}


def test_names_and_mails_of_contacts_are_left_out(reading):
    for key in ("betagouv", "canada-ore"):
        for record in reading(key).records:
            assert "contact" not in str(list(record.raw)), record.external_id
            assert "example.invalid" not in str(record.raw) or key == "betagouv", record.external_id


def literals(module):
    """Every text written in a module: what it asks of a row is among them."""
    tree = ast.parse(inspect.getsource(module))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("key", MODULES)
def test_every_field_of_a_source_is_read_or_dropped_by_name(catalogues, reading, key):
    module = import_module(f"communaux.catalogue.formats.{MODULES[key]}")
    checks = import_module("communaux.catalogue.formats.publiccode_checks")
    fields = {field for record in reading(key).records for field in record.raw}
    known = literals(module) | (literals(checks) if key == "publiccode" else set())
    unknown = fields - known - set(module.DROPPED)
    if key == "publiccode":
        told = {w.removeprefix("Unknown key: ") for r in reading(key).records for w in r.warnings if "Unknown key" in w}
        unknown -= told
    assert unknown == set()


@pytest.mark.parametrize("key", MODULES)
def test_dropped_fields_are_told(reading, key):
    module = import_module(f"communaux.catalogue.formats.{MODULES[key]}")
    assert set(reading(key).dropped_fields) == set(module.DROPPED)


@pytest.mark.parametrize("key", COUNTS)
def test_raw_rows_are_ready_for_json(reading, key):
    assert all(rows.json_ready(record.raw) == record.raw for record in reading(key).records)


@pytest.mark.parametrize("key", [key for key in COUNTS if COUNTS[key] < 1000])
def test_reading_twice_gives_the_same(reading, catalogues, key):
    assert READERS[key](files_of(key, catalogues)) == reading(key)
