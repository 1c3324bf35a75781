"""Why not: what an entry lacks, what removed it, how far it is from the tenth."""

from __future__ import annotations

import pytest

from communaux.engines.search import Doc, Index, Prior, Query, Thesaurus, Weights, build


def test_a_hit_says_its_rank(small: Index) -> None:
    result = small.search(Query("réservation de salle"))
    for hit in result.hits:
        why = small.why_not(Query("réservation de salle"), hit.id)
        assert (why.state, why.rank, why.gap) == ("hit", hit.rank, 0.0)


def test_missing_words_and_functions_are_named(small: Index) -> None:
    why = small.why_not(Query("réservation de salle avec du pain"), "pain")
    assert why.words_found == ("pain",)
    assert why.words_missing == ("réservation", "salle")
    assert "sport.salle" in why.concepts_missing


def test_an_entry_without_any_word_has_no_rank(small: Index) -> None:
    why = small.why_not(Query("réservation de salle"), "pain")
    assert (why.state, why.rank, why.gap) == ("no_match", None, None)


def test_an_unknown_id_is_unknown(small: Index) -> None:
    assert small.why_not(Query("pain"), "nope").state == "unknown"


@pytest.mark.parametrize(
    ("query", "removed"),
    [
        (Query("pain", facets={"kind": ("software",)}), ("kind",)),
        (Query('pain "réservation de salle"'), ("phrase",)),
        (Query("pain village -village"), ("without",)),
        (Query('"réservation de salle" -village', facets={"kind": ("software",)}), ("kind", "phrase", "without")),
    ],
)
def test_what_removed_it_is_named(small: Index, query: Query, removed: tuple[str, ...]) -> None:
    why = small.why_not(query, "pain")
    assert (why.state, why.removed_by, why.rank) == ("filtered", removed, None)


@pytest.fixture(scope="module")
def many() -> Index:
    docs = [Doc(f"{i:03d}", ("Un",), ("fr",), "pain " + "mot " * i) for i in range(30)]
    docs.append(Doc("end", ("Un",), ("fr",), "pain", prior=Prior(ended=True)))
    return build(docs, Thesaurus(), Weights(pool=12))


def test_below_the_tenth_the_gap_is_told(many: Index) -> None:
    order = many.search(Query("pain", limit=100)).hits
    why = many.why_not(Query("pain"), order[11].id)
    assert (why.state, why.rank) == ("below", 12)
    assert why.gap == pytest.approx(order[9].final - order[11].final, abs=1e-6)


def test_below_the_pool_the_rank_is_still_told(many: Index) -> None:
    order = [hit.id for hit in many.search(Query("pain", limit=100)).hits]
    assert len(order) == 31
    assert [many.why_not(Query("pain"), i).rank for i in order] == list(range(1, 32))
    assert many.why_not(Query("pain"), order[-1]).gap > 0


def test_the_stage_factor_is_told(many: Index) -> None:
    assert many.why_not(Query("pain"), "end").stage_factor == 0.6
