"""Our own publiccode.yml is read by our own reader without a word."""

from __future__ import annotations

import tomllib
from pathlib import Path

from communaux.catalogue.formats import publiccode

ROOT = Path(__file__).resolve().parents[1]


def test_our_publiccode_is_valid() -> None:
    graded = publiccode.read_one("publiccode.yml", (ROOT / "publiccode.yml").read_bytes())
    assert graded.record is not None
    assert (graded.grade, graded.record.warnings) == ("A", ())


def test_it_says_what_the_package_says() -> None:
    record = publiccode.read_one("publiccode.yml", (ROOT / "publiccode.yml").read_bytes()).record
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert record is not None
    assert (record.name.lower(), record.version, record.licence_raw) == (
        project["name"],
        project["version"],
        project["license"],
    )
