"""Labels and brands that would shrink: they match as all their words in a row, or not at all."""

from __future__ import annotations

import pytest

from communaux.engines.search import Concept, Doc, Index, Query, Thesaurus, build
from communaux.engines.search.model import Domain, WordPair

CONCEPT = Concept(
    "d.a",
    "d",
    fr=("pense-bête partagé", "pas de réseau"),
    en=("memo pad",),
    everyday_en=("AI chat",),
    acronyms=("EnR",),
    brands=("OneNote", "OpenAI", "MonClub", "Big Board"),
)
THESAURUS = Thesaurus((Domain("d", "D", "D"),), (CONCEPT,), (WordPair("mémo", ("memo",)), WordPair("bloc", ("pad",))))


@pytest.fixture(scope="module")
def index() -> Index:
    return build([Doc("x", ("Nom",), ("fr",), "note, club, réseau, chat, open"), Doc("y", ("OneNote",))], THESAURUS)


def understood(index: Index, text: str) -> bool:
    return any(match.id == "d.a" and match.strength >= 0.8 for match in index.search(Query(text)).concepts)


@pytest.mark.parametrize(
    "text",
    [
        "OneNote",
        "onenote",
        "un One Note",
        "OpenAI",
        "Open AI",
        "MonClub",
        "notre réseau : pas de réseau",
        "AI chat",
        "un ai chat",
        "Big Board",
        "EnR",
        "pense-bête partagé",
    ],
)
def test_all_the_words_in_a_row_are_the_name(index: Index, text: str) -> None:
    assert understood(index, text)


@pytest.mark.parametrize(
    "text",
    [
        "Note",
        "note",
        "Open",
        "Club",
        "notre Club",
        "réseau",
        "pas le réseau",
        "chat",
        "Big Red Board",
        "One more Note",
        "j'ai un chat",
        "pas réseau de",
    ],
)
def test_a_part_of_a_name_is_not_the_name(index: Index, text: str) -> None:
    assert not understood(index, text)


def test_an_entry_performs_what_its_whole_name_says(index: Index) -> None:
    held = index.parts.forward
    assert [held.concept_ptr[i + 1] - held.concept_ptr[i] for i in range(2)] == [0, 1]


def test_words_translated_are_heard_among_the_labels_of_the_other_language(index: Index) -> None:
    assert [match.id for match in index.search(Query("mémo sur un bloc", lang="fr")).concepts] == ["d.a"]
    assert index.search(Query("mémo", lang="fr")).concepts == ()


def test_no_gift_is_lost_to_english() -> None:
    docs = [Doc("gift", ("Sang",), ("fr",), "don du sang"), Doc("no", ("Pad",), ("en",), "why you don't need it")]
    result = build(docs, Thesaurus()).search(Query("un don"))
    assert [hit.id for hit in result.hits] == ["gift"]
