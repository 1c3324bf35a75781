"""The numbers: taken from a model by the map, byte for byte; each with unit and source; what changed from one set to another."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from communaux.data import footprint_factors, footprint_map, footprint_words
from communaux.engines.footprint import extraction
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import diff, read, shipped
from communaux.engines.footprint.intervals import Interval, exactly

MODEL: dict[str, Any] = {
    "a": {"valeur": 2},
    "b": {"par défaut": 3.5},
    "share": {"valeur": "24 %"},
    "sum": {"somme": ["a", "b"]},
    "mean": {"moyenne": ["a", "b"]},
    "formula": {"valeur": "a * b"},
    "asked": {"par défaut": "50 minute / 60"},
    "choice": {"variations": [{"si": "q = 'HD'", "alors": 3}, {"si": "q = 'SD'", "alors": "a"}, {"sinon": 0}]},
    "nothing": None,
    "yes": {"valeur": True},
}


def written(*taken: dict[str, Any], own: list[dict[str, Any]] | None = None, model: bytes = b"") -> dict[str, Any]:
    told = {"unit": "g", "source": "somebody"}
    package = {"name": "p", "version": "1", "licence": "MIT", "notice": "n", "archive_sha256": "", "model_sha256": ""}
    package["model_sha256"] = hashlib.sha256(model).hexdigest()
    return {"package": package, "taken": [told | one for one in taken], "own": [told | one for one in own or []]}


def extracted(*taken: dict[str, Any], own: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return json.loads(extraction.extract(MODEL, written(*taken, own=own)))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(FootprintError) as found:
        act()
    return found.value.code


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ({"rules": ["a"]}, 2),
        ({"rules": ["b"]}, 3.5),
        ({"rules": ["share"]}, 0.24),
        ({"rules": ["sum"]}, 5.5),
        ({"rules": ["mean"]}, 2.75),
        ({"rules": ["a", "sum"], "times": 10}, 75),
        ({"rules": ["formula"], "text": "a * b", "value": 7}, 7),
        ({"rules": ["asked"], "text": "50 minute / 60", "value": 0.8}, 0.8),
        ({"rules": ["choice"], "when": "q = 'HD'"}, 3),
    ],
)
def test_each_shape_of_a_rule(told: dict[str, Any], value: float) -> None:
    (found,) = extracted({"key": "k"} | told)["factors"]
    assert found["value"] == found["low"] == found["high"] == pytest.approx(value)
    assert found["rule"] == " + ".join(told["rules"])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"rules": ["gone"]}, "no_rule"),
        ({"rules": ["nothing"]}, "no_rule"),
        ({"rules": ["formula"]}, "other_formula"),
        ({"rules": ["yes"]}, "other_formula"),
        ({"rules": ["formula"], "text": "b * a", "value": 7}, "other_formula"),
        ({"rules": ["choice"], "when": "q = '4K'"}, "other_formula"),
        ({"rules": ["choice"], "when": "q = 'SD'"}, "other_formula"),
        ({"rules": ["a"], "low": 3}, "bad_interval"),
    ],
)
def test_what_reads_otherwise_stops_it(told: dict[str, Any], code: str) -> None:
    assert refused(lambda: extracted({"key": "k"} | told)) == code


def test_a_key_twice_stops_it() -> None:
    assert refused(lambda: extracted({"key": "k", "rules": ["a"]}, own=[{"key": "k", "value": 1}])) == "key_twice"


def test_the_same_files_give_the_same_bytes_in_order_of_keys() -> None:
    told = written({"key": "z", "rules": ["a"]}, own=[{"key": "c", "value": 1, "year": 2024, "high": 2}])
    once = extraction.extract(MODEL, told)
    assert once == extraction.extract(dict(reversed(MODEL.items())), told)
    found = read(once)
    assert [one.key for one in found] == ["c", "z"]
    assert (found["c"].year, found["c"].high, found["z"].year) == (2024, 2, None)


def archive(content: bytes, name: str) -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as file:
        for one in ("package/README.md", name):
            told = tarfile.TarInfo(one)
            told.size = len(content)
            file.addfile(told, io.BytesIO(content))
    return gzip.compress(kept.getvalue(), mtime=0)


def test_the_model_alone_or_in_its_archive() -> None:
    content = json.dumps(MODEL).encode()
    packed = archive(content, f"package/{extraction.MODEL}")
    expected = {
        "model_sha256": hashlib.sha256(content).hexdigest(),
        "archive_sha256": hashlib.sha256(packed).hexdigest(),
    }
    assert extraction.model_of(content, expected) == extraction.model_of(packed, expected) == MODEL
    assert refused(lambda: extraction.model_of(content + b" ", expected)) == "other_model"
    assert refused(lambda: extraction.model_of(packed + b"\0", expected)) == "other_model"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_model(content: bytes) -> None:
    expected = {"model_sha256": hashlib.sha256(content).hexdigest()}
    assert refused(lambda: extraction.model_of(content, expected)) == "no_model"


def test_an_archive_without_the_model() -> None:
    packed = archive(b"{}", "package/other.json")
    assert (
        refused(lambda: extraction.model_of(packed, {"archive_sha256": hashlib.sha256(packed).hexdigest()}))
        == "no_model"
    )


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"format": "x"}', b'{"format": "communaux.factors/1", "factors": [{}]}']
)
def test_what_is_no_file_of_factors(content: bytes) -> None:
    assert refused(lambda: read(content)) == "no_factors"


@pytest.mark.parametrize(
    ("key", "value", "low", "high"),
    [
        ("grid.FR", 51.9, 41.4, 98),
        ("grid.WORLD", 458, 390, 475),
        ("grid.EU", 410.4, 410.4, 410.4),
        ("grid.CN", 871.2, 871.2, 871.2),
        ("grid.US", 547.2, 547.2, 547.2),
        ("server.embodied", 748_000, 460_000, 2_087_000),
        ("server.life", 5, 5, 5),
        ("server.power", 367, 50, 400),
        ("server.power_active", 400, 400, 400),
        ("network.fixed_fr", 9.26934695867389, 2.59, 9.26934695867389),
        ("network.mobile_fr", 24.6836791969497, 24.6836791969497, 24.6836791969497),
        ("network.fixed_eu", 30.8081869990301, 14.4, 30.8081869990301),
        ("network.mobile_eu", 96.0097311973246, 96.0097311973246, 96.0097311973246),
        ("pue", 1.3, 1.1, 1.8),
    ],
)
def test_the_numbers_that_are_shipped(key: str, value: float, low: float, high: float) -> None:
    one = shipped()[key]
    assert (one.value, one.low, one.high) == pytest.approx((value, low, high), rel=1e-12)


@pytest.mark.parametrize(
    ("device", "embodied", "life", "hours", "power"),
    [
        ("smartphone", 79_516, 2.5, 3, 4.5),
        ("tablet", 84_294, 3, 2.5, 20),
        ("laptop", 185_090, 5, 3, 26.5),
        ("tv", 340_160, 8, 3, 65),
        ("desktop", 268_550, 6, 4, 70),
        ("desktop_pro", 211_460, 6, 6, 70),
        ("monitor", 69_840, 6, 4, 50),
        ("box", 63_040, 5, 24, 8),
    ],
)
def test_the_devices_that_are_shipped(device: str, embodied: float, life: float, hours: float, power: float) -> None:
    found = [shipped()[f"device.{device}.{name}"].value for name in ("embodied", "life", "hours", "power")]
    assert found == [embodied, life, hours, power]


def test_every_number_has_a_source_and_every_number_that_code_uses_exists() -> None:
    assert all(one.source and one.tier in {"modelled", "default"} for one in shipped())
    folder = Path(extraction.__file__).parent
    asked = {
        key
        for path in folder.glob("*.py")
        for key in re.findall(r'(?:taken|exactly)\("([a-z_.]+)"\)', path.read_text("utf-8"))
    }
    assert len(asked) > 30
    assert asked <= shipped().by_key.keys()
    assert refused(lambda: shipped()["grid.fr"]) == "no_factor"


def test_what_is_shipped_is_what_the_map_says() -> None:
    told = footprint_map()
    assert {one["key"] for one in (*told["taken"], *told["own"])} == shipped().by_key.keys()
    assert (shipped().version, shipped().sha256) == (told["package"]["version"], told["package"]["model_sha256"])
    for one in told["own"]:
        assert shipped()[one["key"]].value == one["value"]
    assert json.loads(footprint_factors())["notice"] == told["package"]["notice"]


def test_what_changed_from_one_set_to_another() -> None:
    before = read(
        extraction.extract(
            MODEL, written({"key": "k", "rules": ["a"]}, {"key": "gone", "rules": ["b"]}, {"key": "s", "rules": ["a"]})
        )
    )
    after = read(
        extraction.extract(
            MODEL | {"a": {"valeur": 3}},
            written(
                {"key": "k", "rules": ["a"]},
                {"key": "new", "rules": ["b"]},
                own=[{"key": "s", "value": 2, "source": "other"}],
            ),
        )
    )
    found = diff(before, after)
    assert [(one.key, one.percent) for one in found] == [("gone", None), ("k", 50), ("new", None), ("s", 0)]
    assert diff(before, before) == []


@pytest.mark.parametrize("bounds", [(1, 0, 2), (-1, 0, 1), (0, 1, float("inf")), (0, float("nan"), 1)])
def test_bounds_that_cannot_be(bounds: tuple[float, float, float]) -> None:
    assert refused(lambda: Interval(*bounds)) == "bad_interval"


def test_nothing_is_divided_by_nothing() -> None:
    assert refused(lambda: exactly(1) / Interval(0, 1, 2)) == "divided_by_zero"


def test_each_word_in_both_languages_and_each_refusal_has_its_sentence() -> None:
    assert all(
        sorted(one) == ["en", "fr"] and all(one.values())
        for kind in footprint_words().values()
        for one in kind.values()
    )
    folder = Path(extraction.__file__).parent
    codes = {
        code
        for path in folder.rglob("*.py")
        for code in re.findall(r'(?:FootprintError\(|, )"([a-z_]+)"(?:,|\))', path.read_text("utf-8"))
    }
    assert footprint_words()["errors"].keys() <= codes
