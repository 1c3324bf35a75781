"""Paths that real words and entries take every day, each on a few words of our own: they hold without the public data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from communaux.engines.search import Concept, Doc, Query, Thesaurus, Weights, build
from communaux.engines.search.asked import Asked, asked
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.excerpt import _places
from communaux.engines.search.model import Domain, Lang
from communaux.engines.search.reading import read_query
from communaux.engines.search.spelling import Speller

WEIGHTS = Weights()
DOMAIN = (Domain("eau", "Eau", "Water"),)


def thesaurus(*concepts: Concept) -> Thesaurus:
    return Thesaurus(DOMAIN, concepts, (), "paths")


def understood(
    words: Thesaurus, need: str, lang: Lang | None, idf: dict[str, float] | None = None, weights: Weights = WEIGHTS
) -> dict[str, Asked]:
    typed, weigh = read_query(Query(need)), (idf or {}).get
    found = asked(
        ConceptMatcher(words, weights),
        typed.words,
        typed.forms,
        lang,
        lambda stem: weigh(stem, 1.0),
        lambda _form: False,
        lambda _stem, _lang: (),
    )
    return {words.concepts[number].id: one for number, one in found.items()}


@pytest.mark.parametrize(("weight", "found"), [(9.0, {"eau.a": WEIGHTS.c_everyday}), (0.01, {})])
def test_part_of_a_long_label_is_enough_when_it_is_the_telling_part(weight: float, found: dict[str, float]) -> None:
    words = thesaurus(Concept("eau.a", "eau", fr=("digue vanne tunnel",), en=("dike",)))
    idf = {"digu": weight, "vann": weight, "tunnel": 1.0}
    told = understood(words, "vanne digue", "fr", idf, replace(WEIGHTS, soft_most=0))
    assert {name: round(one.strength, 3) for name, one in told.items()} == found


def test_a_function_that_both_languages_name_is_asked_once() -> None:
    words = thesaurus(Concept("eau.a", "eau", fr=("pont canal tunnel metro",), en=("pont canal tunnel tram",)))
    found = understood(words, "canal pont", None)
    assert list(found) == ["eau.a"]


def test_a_label_inside_a_longer_one_counts_less() -> None:
    words = thesaurus(
        Concept("eau.a", "eau", fr=("digue",), en=("dike",)),
        Concept("eau.b", "eau", fr=("digue vanne",), en=("gate",)),
    )
    alone, inside = (understood(words, need, "fr")["eau.a"].strength for need in ("digue", "digue vanne"))
    assert inside < alone * WEIGHTS.c_inside + 0.001


def test_a_label_lacking_one_of_its_words_is_not_performed() -> None:
    words = thesaurus(Concept("eau.a", "eau", fr=("digue vanne ecluse",), en=("lock",)))
    texts = {"two": "ecluse puis la digue", "three": "vanne, ecluse, digue"}
    index = build([Doc(name, (name,), ("fr",), text) for name, text in texts.items()], words)
    held = dict(zip(index.parts.docs.ids, np.diff(index.parts.forward.concept_ptr).tolist(), strict=True))
    assert held == {"two": 0, "three": 1}


def test_small_letters_are_no_acronym() -> None:
    assert _places("un sig, le SIG communal", {"^sig"}) == [((11, 14), "^sig")]


def test_a_compound_in_small_letters_is_no_name() -> None:
    words = thesaurus(Concept("eau.a", "eau", fr=("digue",), en=("dike",), brands=("OpenRiver",)))
    docs = [Doc("small", ("Un",), ("fr",), "un open-river"), Doc("large", ("Deux",), ("fr",), "un Open-River")]
    index = build(docs, words)
    held = dict(zip(index.parts.docs.ids, np.diff(index.parts.forward.concept_ptr).tolist(), strict=True))
    assert held == {"small": 0, "large": 1}


def test_the_tag_of_a_source_is_told_as_the_reason_and_an_editor_is_not_a_source() -> None:
    maps = {"sill": ("Barrage",), "awesome": ("Rivers",)}
    words = thesaurus(Concept("eau.a", "eau", fr=("digue",), en=("dike",), maps=maps))
    tagged = Doc("tagged", ("Un",), ("fr",), "", source_tags={"awesome": ("Other", "Rivers")})
    edited = Doc("edited", ("Deux",), ("fr",), "", concepts={"eau.a": WEIGHTS.f_source_tag})
    mixed = replace(tagged, id="mixed", source_tags={"sill": ("Autre",), "awesome": ("Rivers",)})
    hits = {hit.id: hit.reasons[0] for hit in build([tagged, edited, mixed], words).search(Query("digue")).hits}
    assert {name: (one.kind, one.params.get("tag")) for name, one in hits.items()} == {
        "tagged": ("source", "Rivers"),
        "mixed": ("source", "Rivers"),
        "edited": ("concept", None),
    }


@pytest.mark.parametrize(("entries", "nearest"), [(1, None), (2, "gare")])
def test_a_short_word_of_one_entry_corrects_nothing(entries: int, nearest: str | None) -> None:
    assert Speller(["gare"], np.array([entries])).nearest("garr") == nearest


def test_entries_without_a_word_make_an_index_that_finds_nothing() -> None:
    words = thesaurus(Concept("eau.a", "eau", fr=("digue",), en=("dike",)))
    index = build([Doc("a", ("!?",), ("fr",), "— … —")], words)
    assert (len(index), index.parts.postings.terms, index.search(Query("digue")).hits) == (1, ("",), ())
