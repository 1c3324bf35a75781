"""Rank fusion and dense sources: the formula, and that a broken source changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.search import Doc, Index, Query, fusion
from communaux.engines.search.fusion import rrf

LISTS = st.lists(st.lists(st.integers(0, 9), unique=True, max_size=6), max_size=4)


@given(LISTS, st.integers(1, 100))
def test_rrf_is_the_formula(lists: list[list[int]], k: int) -> None:
    expected = {
        item: sum(1 / (k + ranked.index(item) + 1) for ranked in lists if item in ranked)
        for ranked in lists
        for item in ranked
    }
    assert rrf(lists, k) == pytest.approx(expected)


@given(LISTS)
def test_empty_lists_change_nothing(lists: list[list[int]]) -> None:
    assert rrf([[], *lists, []]) == rrf(lists)


@given(st.lists(st.integers(), unique=True, max_size=9))
def test_one_list_is_itself(ranked: list[int]) -> None:
    scores = rrf([ranked])
    assert sorted(scores, key=lambda item: -scores[item]) == ranked


def test_weights_weigh_lists() -> None:
    assert rrf([[1], [2]], 60, [1.0, 3.0]) == {1: 1 / 61, 2: 3 / 61}


@dataclass
class Synonyms:
    """A toy model of meaning: one axis per group of words."""

    groups: tuple[tuple[str, ...], ...] = (("four", "boulanger", "fournil", "pain"), ("cyclo", "bike", "draisienne"))
    name: str = "toy"
    licence: str = "CC0-1.0"
    languages: tuple[str, ...] = ("fr", "en")

    def encode(self, texts: Sequence[str]) -> fusion.Vectors:
        rows = [[float(any(w in text.lower() for w in group)) for group in self.groups] for text in texts]
        return np.array(rows, dtype=np.float32)


class Broken(Synonyms):
    def encode(self, texts: Sequence[str]) -> fusion.Vectors:
        raise RuntimeError("no model")


class NotANumber(Synonyms):
    def encode(self, texts: Sequence[str]) -> fusion.Vectors:
        return np.full((len(texts), 2), np.nan, dtype=np.float32)


class WrongShape(Synonyms):
    def encode(self, texts: Sequence[str]) -> fusion.Vectors:
        return np.ones((len(texts) + 1, 2), dtype=np.float32)


class Flat(Synonyms):
    def encode(self, texts: Sequence[str]) -> fusion.Vectors:
        return np.ones(len(texts), dtype=np.float32)


class BreaksLater(Synonyms):
    """Encodes the entries, then gives a query another width."""

    def encode(self, texts: Sequence[str]) -> fusion.Vectors:
        return np.ones((len(texts), 3 if len(texts) == 1 else 2), dtype=np.float32)


QUERY = Query("une draisienne pour le village", lang="fr")


def test_a_dense_source_finds_what_words_do_not(small: Index) -> None:
    assert "velo" not in [hit.id for hit in small.search(QUERY).hits]
    assert "velo" in [hit.id for hit in small.with_vectors(Synonyms()).search(QUERY).hits]


def test_what_dense_adds_is_explained_without_invented_shares(small: Index) -> None:
    hits = {hit.id: hit for hit in small.with_vectors(Synonyms()).search(QUERY).hits}
    assert hits["velo"].reasons == ()
    assert hits["velo"].final == 0.0


@pytest.mark.parametrize("source", [Broken(), NotANumber(), WrongShape(), Flat(), BreaksLater()])
def test_a_broken_source_changes_nothing_and_is_told(small: Index, source: Synonyms) -> None:
    plain, told = small.search(QUERY), small.with_vectors(source).search(QUERY)
    assert told.hits == plain.hits
    assert [n.code for n in told.notices] == ["dense_broken"]


def test_a_source_is_asked_only_in_its_languages(small: Index) -> None:
    deaf = small.with_vectors(Synonyms(languages=("it",)))
    assert deaf.search(QUERY).hits == small.search(QUERY).hits
    assert [n.code for n in deaf.search(QUERY).notices] == ["dense_language"]


def test_an_english_source_gets_the_query_glossed(small: Index) -> None:
    seen: list[str] = []

    class Spy(Synonyms):
        def encode(self, texts: Sequence[str]) -> fusion.Vectors:
            seen.extend(texts if len(texts) == 1 else [])
            return super().encode(texts)

    small.with_vectors(Spy(languages=("en",))).search(Query("le vélo et le pain", lang="fr"))
    assert seen == ["bicycl bike bread"] or seen == ["bike bicycl bread"]


def test_filters_hold_for_dense_lists_too(small: Index) -> None:
    hits = small.with_vectors(Synonyms()).search(replace(QUERY, facets={"kind": ("service",)})).hits
    assert [hit.id for hit in hits] == ["pain"]


def test_brute_force_has_a_limit(monkeypatch: pytest.MonkeyPatch, few: list[Doc]) -> None:
    monkeypatch.setattr(fusion, "MAX_DENSE", 3)
    assert fusion.dense(Synonyms(), few) is None
