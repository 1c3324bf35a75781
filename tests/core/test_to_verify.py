"""The register of facts to verify: whole rows, values that stand where they are used, nothing verified unproven."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from communaux.core import to_verify
from communaux.core.to_verify import Row, printable, register

ROOT = Path(__file__).parents[2]
SEEDS = "src/communaux/data/seeds/commons.toml"
FILLED = ("area", "claim", "value", "used_in", "source_wanted", "state")
AREAS = {folder.name for folder in (ROOT / "src" / "communaux").iterdir() if folder.is_dir()}
READ = """
[read]
area = "core"
claim = "A claim."
value = "42"
used_in = "README.md"
source_wanted = "The law"
state = "verified"
read_on = 2026-01-02
read_at = "https://example.org/law"
"""
UNREAD = READ.replace("[read]", "[unread]").replace('"verified"', '"to_verify"').split("read_on")[0]


def test_every_row_has_its_six_fields_filled():
    assert register()
    rows = register().values()
    assert [(row.key, field) for row in rows for field in FILLED if not getattr(row, field).strip()] == []


def test_every_value_stands_literally_where_it_is_used():
    texts = {row.used_in: (ROOT / row.used_in).read_text("utf-8") for row in register().values()}
    assert [row.key for row in register().values() if row.value not in texts[row.used_in]] == []


def test_every_row_is_of_an_area_and_in_a_known_state():
    assert {row.area for row in register().values()} <= AREAS
    assert {row.state for row in register().values()} <= {"to_verify", "verified"}


def test_verified_says_when_and_where_it_was_read_and_to_verify_does_not():
    proven = {
        row.key for row in register().values() if isinstance(row.read_on, date) and row.read_at.startswith("https://")
    }
    told = {row.key for row in register().values() if row.read_on or row.read_at}
    assert {row.key for row in register().values() if row.state == "verified"} == proven == told


def test_a_row_of_the_seeds_for_each_word_a_table_marks_and_no_other():
    tables = tomllib.loads((ROOT / SEEDS).read_text("utf-8"))
    marked = {f"seeds-{key}-{word}" for key, table in tables.items() for word in table.get("to_verify", [])}
    assert {row.key for row in register().values() if row.used_in == SEEDS} == marked


def test_a_value_of_the_seeds_is_the_one_of_its_table():
    """A licence or an address that the register holds is the one that its commons shows, not that of a neighbour."""
    tables = tomllib.loads((ROOT / SEEDS).read_text("utf-8"))
    marked = [(key, word) for key, table in tables.items() for word in table.get("to_verify", [])]
    told = {(key, word): tables[key][word] for key, word in marked if isinstance(tables[key].get(word), str)}
    assert {(key, word): register()[f"seeds-{key}-{word}"].value for key, word in told} == told
    assert len(told) == 9


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The register read from another file."""
    (tmp_path / "to_verify.toml").write_text(READ + UNREAD, "utf-8")
    monkeypatch.setattr(to_verify, "files", lambda _package: tmp_path)
    register.cache_clear()
    yield
    register.cache_clear()


@pytest.mark.usefixtures("written")
def test_a_page_prints_a_claim_only_once_it_is_verified():
    told = {"key": "read", "area": "core", "claim": "A claim.", "value": "42", "used_in": "README.md"}
    proof = {"state": "verified", "read_on": date(2026, 1, 2), "read_at": "https://example.org/law"}
    assert printable("read") == Row(**told, source_wanted="The law", **proof)
    assert (register()["unread"].claim, printable("unread")) == ("A claim.", None)
    with pytest.raises(KeyError):
        printable("absent")


def test_nothing_of_the_shipped_register_is_printed_before_it_is_verified():
    assert {key for key in register() if printable(key)} == {row.key for row in register().values() if row.read_on}
