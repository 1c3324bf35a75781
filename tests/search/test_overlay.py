"""Words added and taken away on top of the shipped ones: each fault told, each change undone to the byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.search.model import Concept, Domain, Thesaurus, WordPair
from communaux.engines.search.overlay import WordChange, fault, fingerprint_of, net, overlaid, same_base

SHIPPED = Thesaurus(
    (Domain("voirie", "Voirie", "Streets"),),
    (
        Concept("voirie.trous", "voirie", fr=("trous",), en=("potholes",), everyday_fr=("salle",), weak=("salle",)),
        Concept("voirie.rues", "voirie", fr=("rues",), en=("streets",), brands=("Doodle",)),
    ),
    (WordPair("trou", ("hole", "pothole")),),
    "a" * 64,
)
POTHOLE = WordChange("add_label", "voirie.trous", "everyday_fr", "nid de poule")
BRAND = WordChange("remove_brand", "voirie.rues", "brands", "Doodle")
PAIR = WordChange("add_wordpair", fr="rue", en="street")


def words(thesaurus: Thesaurus, concept: str, into: str) -> tuple[str, ...]:
    return next(getattr(one, into) for one in thesaurus.concepts if one.id == concept)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (POTHOLE, ""),
        (BRAND, ""),
        (PAIR, ""),
        (replace(POTHOLE, concept="voirie.ailleurs"), "unknown_concept"),
        (replace(POTHOLE, into="brands"), "unknown_list"),
        (replace(BRAND, into="fr"), "unknown_list"),
        (replace(POTHOLE, label=" ?! "), "empty"),
        (replace(POTHOLE, label="salle"), "already"),
        (POTHOLE.undo, "absent"),
        (BRAND.undo, "already"),
        (PAIR.undo, "absent"),
        (replace(PAIR, en=" "), "empty"),
        (WordChange("add_wordpair", fr="trou", en="hole"), "already"),
    ],
)
def test_a_change_that_means_nothing_is_told(change: WordChange, told: str) -> None:
    assert fault(SHIPPED, change) == told


def test_changes_are_applied_in_their_order() -> None:
    changed = overlaid(SHIPPED, [POTHOLE, BRAND, PAIR, WordChange("add_wordpair", fr="trou", en="gap")])
    assert words(changed, "voirie.trous", "everyday_fr") == ("salle", "nid de poule")
    assert words(changed, "voirie.rues", "brands") == ()
    assert changed.words == (WordPair("trou", ("hole", "pothole", "gap")), WordPair("rue", ("street",)))


def test_a_word_taken_away_is_weak_no_more_and_a_pair_without_english_is_gone() -> None:
    gone = [WordChange("remove_wordpair", fr="trou", en=word) for word in ("hole", "pothole")]
    changed = overlaid(SHIPPED, [WordChange("remove_label", "voirie.trous", "everyday_fr", "salle"), *gone])
    assert (words(changed, "voirie.trous", "everyday_fr"), words(changed, "voirie.trous", "weak")) == ((), ())
    assert changed.words == ()


def test_a_change_that_a_new_version_made_useless_is_left_out() -> None:
    newer = overlaid(SHIPPED, [POTHOLE])
    assert replace(overlaid(newer, [POTHOLE]), sha256="") == replace(newer, sha256="")


def test_the_fingerprint_tells_the_shipped_words_and_the_changes() -> None:
    both = {fingerprint_of(SHIPPED.sha256, [POTHOLE, BRAND]), fingerprint_of(SHIPPED.sha256, [BRAND])}
    assert len(both) == 2
    assert all(len(one) == 64 and same_base(one, SHIPPED.sha256) for one in both)
    assert not same_base(SHIPPED.sha256, "b" * 64)
    assert overlaid(SHIPPED, [BRAND]).sha256 == fingerprint_of(SHIPPED.sha256, [BRAND])


CHANGES = st.lists(
    st.builds(
        WordChange,
        st.sampled_from(["add_label", "remove_label"]),
        st.just("voirie.trous"),
        st.sampled_from(["fr", "everyday_fr"]),
        st.sampled_from(["trous", "salle", "nid", "creux"]),
    ),
    max_size=8,
)


@given(CHANGES)
def test_what_is_undone_leaves_no_trace(changes: list[WordChange]) -> None:
    assert overlaid(SHIPPED, [*changes, *(one.undo for one in reversed(changes))]) == SHIPPED


@given(CHANGES, CHANGES)
def test_the_net_of_changes_says_the_same_as_all_of_them(first: list[WordChange], then: list[WordChange]) -> None:
    assert overlaid(SHIPPED, net([*first, *then])) == overlaid(SHIPPED, [*first, *then])
