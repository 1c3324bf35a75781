"""Likeness of entries: symmetric, in [0, 1], the same for an entry of the index and its twin outside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.search import Doc, Index, Query, Thesaurus, build

WORDS = st.lists(
    st.sampled_from(["vélo", "salle", "réservation", "agenda", "SIG", "le", '"pain"', "-bike"]), max_size=8
).map(" ".join)
OTHERS = st.builds(lambda name, short: Doc("x", (name or "Nom",), ("fr",), short), WORDS, WORDS)


@settings(max_examples=60, deadline=None)
@given(a=OTHERS, b=OTHERS)
def test_likeness_is_symmetric_and_bounded(small: Index, a: Doc, b: Doc) -> None:
    assert 0 <= small.similarity(a, b) <= 1
    assert small.similarity(a, b) == small.similarity(b, a)


def test_an_entry_is_most_like_itself(small: Index) -> None:
    own = small.similarity("salle", "salle")
    assert own > max(small.similarity("salle", other) for other in small.parts.docs.ids if other != "salle")
    assert own > 0.5


def test_an_id_and_its_entry_are_the_same(small: Index, few: list[Doc]) -> None:
    by_id = {doc.id: doc for doc in few}
    assert small.similarity("salle", "grr") == small.similarity(by_id["salle"], by_id["grr"])


def test_two_needs_of_one_function_are_alike(small: Index) -> None:
    a, b, c = (
        Doc("n", ("Besoin",), ("fr",), text)
        for text in ("louer la salle des fêtes", "réservation de salle en ligne", "acheter du pain frais")
    )
    assert small.similarity(a, b) > small.similarity(a, c)


def test_likeness_to_an_entry_is_the_rel_of_a_search() -> None:
    docs = [Doc("a", ("Fournil",), ("fr",), "pain bio du village"), Doc("b", ("Cyclo",), ("fr",), "vélo du village")]
    index = build(docs, Thesaurus())
    asked = Doc("q", ("pain",), ("fr",), "bio frais croustillant village")
    forth = {hit.id: hit.rel for hit in index.search(Query("pain bio frais croustillant village")).hits}["a"]
    back = index.similarity(asked, "a") * 2 - forth
    assert 0 <= back <= 1


def test_an_unknown_id_is_an_error(small: Index) -> None:
    with pytest.raises(ValueError, match="no entry nope"):
        small.similarity("nope", "salle")


def test_bytes_and_length(small: Index, few: list[Doc]) -> None:
    assert len(small) == len(few)
    assert small.doc("pain").names == ("Fournil",)
