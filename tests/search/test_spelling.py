"""Spelling: only words nobody knows, always told, and what known words get: nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.search import Doc, Index, Query, Thesaurus, build
from communaux.engines.search.model import Correction
from communaux.engines.search.spelling import Speller, distance

FORMS = [
    "agenda",
    "agendas",
    "bibliotheque",
    "cantine",
    "cantines",
    "mail",
    "ordinateur",
    "porte",
    "monnaie",
    "visioconference",
]


@pytest.fixture
def speller() -> Speller:
    return Speller(FORMS, np.array([9, 2, 5, 7, 3, 4, 4, 6, 6, 2]))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("agnda", "agenda"),
        ("aegnda", "agenda"),
        ("gaenda", "agenda"),
        ("cantinne", "cantine"),
        ("bibliotkeque", "bibliotheque"),
        ("biblotekue", None),
        ("bibliotece", None),
        ("bibliothek", None),
        ("visioconfrence", "visioconference"),
        ("visoconfrence", "visioconference"),
        ("ardinateur", None),
        ("xgenda", None),
        ("agxxda", None),
        ("mial", "mail"),
        ("agendé", None),
    ],
)
def test_the_nearest_word(speller: Speller, typed: str, read: str | None) -> None:
    assert speller.nearest(typed) == read


def test_the_most_frequent_wins(speller: Speller) -> None:
    assert speller.nearest("cantin") == "cantine"


def test_no_words_no_correction() -> None:
    assert Speller([], np.zeros(0, np.int64)).nearest("agenda") is None


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_equals(a: str, b: str) -> None:
    assert distance(a, b, 6) == distance(b, a, 6)
    assert (distance(a, b, 6) == 0) == (a == b)
    assert distance(a, b, 1) == min(distance(a, b, 6), 2)


@pytest.fixture(scope="module")
def index() -> Index:
    docs = [
        Doc("a", ("Agenda",), ("fr",), "agenda partagé"),
        Doc("b", ("Porte",), ("fr",), "porte monnaie"),
        Doc("c", ("Covoiturage",), ("fr",), "covoiturage, mobilité"),
    ]
    return build(docs, Thesaurus())


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ("agendda", Correction("agendda", ("agenda",), "spelling")),
        ("une portemonnaie", Correction("portemonnaie", ("porte", "monnaie"), "split")),
        ("covoit urage du soir", Correction("covoit urage", ("covoiturage",), "join")),
    ],
)
def test_corrections_are_told_and_used(index: Index, text: str, correction: Correction) -> None:
    result = index.search(Query(text))
    assert result.corrections == (correction,)
    assert len(result.hits) == 1


@pytest.mark.parametrize("text", ["agenda", "agendas", "zzzz", "qxw", "1234", "a-b", "wxyzwxyzwxyz soir"])
def test_known_short_and_hopeless_words_are_left_alone(index: Index, text: str) -> None:
    assert index.search(Query(text)).corrections == ()


def test_a_known_word_is_never_corrected(real: Index) -> None:
    forms = [form for form in real.parts.forward.words if form.isalpha() and len(form) > 3]
    for form in forms[:: len(forms) // 300]:
        assert real._planner.plan(Query(form)).corrections == ()


def test_a_corrected_word_weighs_less(index: Index) -> None:
    right, wrong = (
        index.search(Query("covoiturage agenda mobilité le soir")),
        index.search(Query("covoiturrage agenda mobilité le soir")),
    )
    assert wrong.hits[0].final < right.hits[0].final
    assert {r.kind for r in wrong.hits[0].reasons} == {"spelling", "name", "word"} or "spelling" in {
        r.kind for r in wrong.hits[0].reasons
    }
