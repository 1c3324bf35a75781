"""Storage: bytes in, the same index out; anything else is refused with a reason."""

from __future__ import annotations

import json
from dataclasses import make_dataclass

import pytest

from communaux.engines.search import Doc, Index, IndexRefused, Query, Thesaurus, build, storage
from communaux.engines.search.text import ANALYSIS_VERSION

NEEDS = ["réservation de salle", "bike", "GIS", "nextcloud", "vlo", "le pain"]


def test_an_index_comes_back_whole(small: Index) -> None:
    again = Index.from_bytes(small.to_bytes(), generation=7)
    assert again.to_bytes() == small.to_bytes()
    assert again.sha256 == small.sha256
    assert [again.search(Query(n)).hits for n in NEEDS] == [small.search(Query(n)).hits for n in NEEDS]
    assert [again.doc(i) for i in again.parts.docs.ids] == [small.doc(i) for i in small.parts.docs.ids]
    assert (again.search(Query("pain")).generation, small.search(Query("pain")).generation) == (7, 0)


@pytest.mark.parametrize("blob", [b"", b"communaux", b"x" * 200, b"communaux-index\x01"])
def test_other_bytes_are_refused(blob: bytes) -> None:
    with pytest.raises(IndexRefused, match="not an index"):
        Index.from_bytes(blob)


@pytest.mark.parametrize("place", [60, 5000, -1])
def test_one_changed_byte_is_refused(small: Index, place: int) -> None:
    blob = bytearray(small.to_bytes())
    blob[place] ^= 1
    with pytest.raises(IndexRefused, match="hash"):
        Index.from_bytes(bytes(blob))


def test_a_cut_index_is_refused(small: Index) -> None:
    with pytest.raises(IndexRefused, match="hash"):
        Index.from_bytes(small.to_bytes()[:-10])


def test_another_analysis_is_refused(small: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "ANALYSIS_VERSION", 99)
    foreign = small.to_bytes()
    monkeypatch.undo()
    with pytest.raises(IndexRefused, match="analysis version 99"):
        Index.from_bytes(foreign)


def test_the_weights_of_another_version_are_refused(small: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "Weights", make_dataclass("Weights", ["version"]))
    with pytest.raises(IndexRefused, match="weights of another version"):
        Index.from_bytes(small.to_bytes())


def test_the_header_is_plain_json(small: Index) -> None:
    blob = small.to_bytes()
    start = len(storage.MAGIC) + 32
    size = int.from_bytes(blob[start : start + 8], "little")
    header = json.loads(blob[start + 8 : start + 8 + size])
    assert header["analysis"] == ANALYSIS_VERSION
    assert {name.split(".")[0] for name, _, _ in header["arrays"]} == {
        "docs",
        "forward",
        "postings",
        "names",
        "facets",
        "priors",
    }


def test_lone_surrogates_survive() -> None:
    index = build([Doc("a", ("nom \ud800",), short="texte \udfff")], Thesaurus())
    assert Index.from_bytes(index.to_bytes()).doc("a") == index.doc("a")
