"""Corners of the engine that ordinary needs do not reach: words of nothing but signs, links that lead nowhere."""

from __future__ import annotations

import numpy as np

from communaux.engines.search import Concept, Doc, Index, Query, Thesaurus, adjacency, build
from communaux.engines.search.model import Domain, WordPair


def test_links_to_domains_and_to_nothing_lead_to_no_other_function() -> None:
    concept = Concept("d.a", "d", fr=("agenda",), en=("calendar",), broader=("d",), related=("d.gone",))
    thesaurus = Thesaurus((Domain("d", "D", "D"),), (concept,))
    result = build([Doc("x", ("Nom",), ("fr",), "agenda")], thesaurus).search(Query("un agenda"))
    assert [(match.id, match.via) for match in result.concepts] == [("d.a", None)]


def test_labels_and_words_of_nothing_but_signs_are_passed_over() -> None:
    concept = Concept("d.a", "d", fr=("!!!", "agenda"), en=("???",), brands=("...",))
    thesaurus = Thesaurus((Domain("d", "D", "D"),), (concept,), (WordPair("!", ("x",)), WordPair("pain", ("!",))))
    result = build([Doc("x", ("Nom",), ("fr",), "agenda, pain")], thesaurus).search(Query("agenda et pain"))
    assert [match.id for match in result.concepts] == ["d.a"]


def test_an_empty_facet_value_is_no_value() -> None:
    index = build([Doc("x", ("Nom",), ("fr",), "pain", facets={"kind": ("", "data")})], Thesaurus())
    assert index.search(Query("pain")).counts == {"kind": {"data": 1}}


def test_no_rows_hold_no_phrase(small: Index) -> None:
    assert adjacency.phrase(small.parts.forward, np.zeros(0, dtype=np.int64), [1, 2]).tolist() == []
