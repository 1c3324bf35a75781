"""Building: the same bytes whatever the order, whatever `previous` spares; bad entries refused by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.search import Doc, Index, Prior, Query, Thesaurus, Weights, build
from communaux.engines.search.forward import Analyser

SHORTS = st.sampled_from(["agenda partagé", "room booking", "Le vélo de l'école", "SIG", ""])
CHANGES = st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), SHORTS)), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(CHANGES, min_size=1, max_size=4))
def test_a_build_with_previous_is_the_build_from_nothing(
    words: Thesaurus, steps: list[list[tuple[str, str | None]]]
) -> None:
    docs: dict[str, Doc] = {}
    index: Index | None = None
    for changes in steps:
        for identifier, short in changes:
            if short is None:
                docs.pop(identifier, None)
            else:
                docs[identifier] = Doc(identifier, (f"Nom {identifier}",), ("fr",), short)
        index = build(docs.values(), words, previous=index)
        assert index.to_bytes() == build(docs.values(), words).to_bytes()


def test_the_order_of_entries_does_not_matter(words: Thesaurus, few: list[Doc], small: Index) -> None:
    assert build(reversed(few), words).to_bytes() == small.to_bytes()


def test_only_what_changed_is_analysed(
    words: Thesaurus, few: list[Doc], small: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[str] = []
    whole = Analyser.analyse

    def spy(self: Analyser, doc: Doc):
        analysed.append(doc.id)
        return whole(self, doc)

    monkeypatch.setattr(Analyser, "analyse", spy)
    build([*few[1:], replace(few[0], short="Autre chose")], words, previous=small)
    assert analysed == [few[0].id]


@pytest.mark.parametrize(
    "change",
    [{"health": Decimal("0.5")}, {"adoptions": 3}, {"depth_near": 1}, {"ended": True}, {"stopped_early": True}],
)
def test_a_prior_changes_without_analysis(words: Thesaurus, few: list[Doc], small: Index, change: dict) -> None:
    docs = [replace(few[0], prior=Prior(**change)), *few[1:]]
    again = build(docs, words, previous=small)
    assert again.to_bytes() == build(docs, words).to_bytes()
    assert again.doc(few[0].id).prior == Prior(**change)


def test_other_words_or_weights_mean_a_new_analysis(words: Thesaurus, few: list[Doc], small: Index) -> None:
    fewer = replace(words, concepts=words.concepts[1:])
    assert build(few, fewer, previous=small).to_bytes() == build(few, fewer).to_bytes()
    other = Weights(f_long=0.1)
    assert build(few, words, other, previous=small).to_bytes() == build(few, words, other).to_bytes()


def test_progress_is_told_entry_by_entry(words: Thesaurus, few: list[Doc]) -> None:
    steps: list[tuple[int, int]] = []
    build(few, words, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(i, len(few)) for i in range(1, len(few) + 1)]


@pytest.mark.parametrize("names", [(), ("",), ("  ",)])
def test_an_entry_without_name_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="x1: no name"):
        build([Doc("x1", names)], Thesaurus())


def test_a_double_id_is_refused() -> None:
    with pytest.raises(ValueError, match="x1: id given twice"):
        build([Doc("x1", ("a",)), Doc("x1", ("b",))], Thesaurus())


def test_an_unknown_language_means_both_stemmers() -> None:
    index = build([Doc("a", ("x",), ("it",), "bookings réservations")], Thesaurus())
    assert [index.ids("booking"), index.ids("réservation")] == [["a"], ["a"]]


def test_nothing_to_index_is_an_index() -> None:
    index = build([], Thesaurus())
    assert index.search(Query("vélo")).hits == ()
    assert len(Index.from_bytes(index.to_bytes())) == 0


def test_an_editor_adds_and_removes_functions(words: Thesaurus, few: list[Doc]) -> None:
    docs = [
        replace(few[4], concepts={"sport.salle": 1.0, "no.such": 1.0}),
        replace(few[1], concepts={"sport.salle": 0.0}),
    ]
    index = build(docs, words)
    found = index.search(Query("room booking"))
    assert [hit.id for hit in found.hits][:1] == ["velo"]
    assert index.why_not(Query("room booking"), "salle").concepts_missing == ("sport.salle",)
