"""Is this the same commons? Keys, points, candidate pairs, and what the importer may merge alone."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.matching import (
    Keys,
    candidate_pairs,
    crowded_addresses,
    fold,
    keys_of,
    signals,
    surely_same,
)


def keys(**given_keys: set[str]) -> Keys:
    base = {"names": {"dia"}, "kinds": {"software"}}
    return Keys(**{name: frozenset(values) for name, values in (base | given_keys).items()})


def no(*_: object) -> bool:
    return False


@pytest.mark.parametrize(
    ("a", "b"),
    [("Open Food Facts", "openfoodfacts"), ("Éléa", "elea"), ("La-Forge !", "laforge"), ("C++", "c++"), ("C#", "c#")],
)
def test_folded_names(a: str, b: str) -> None:
    assert fold(a) == b


@pytest.mark.parametrize(
    ("a", "b", "points"),
    [
        ({"wikidata": {"Q1"}}, {"wikidata": {"Q1"}}, {"wikidata": 500, "name": 200}),
        ({"wikidata": {"Q1"}}, {"wikidata": {"Q2"}}, {"name": 200, "other_wikidata": -600}),
        ({"cross_ids": {"sill:1"}}, {"cross_ids": {"sill:1"}}, {"cross_id": 500, "name": 200}),
        ({"repositories": {"r"}}, {"repositories": {"r"}}, {"repository": 400, "name": 200}),
        ({"repositories": {"r"}}, {"repositories": {"s"}}, {"name": 200, "other_repository": -100}),
        ({"home_pages": {"p"}, "names": {"x"}}, {"home_pages": {"p"}}, {"home_page": 300}),
        ({"licence_families": {"gpl"}}, {"licence_families": {"gpl"}}, {"name": 200, "licence_family": 50}),
        ({"kinds": {"data"}}, {}, {"name": 200, "no_common_kind": -100}),
    ],
)
def test_points_of_each_signal(a: dict[str, set[str]], b: dict[str, set[str]], points: dict[str, int]) -> None:
    assert signals(keys(**a), keys(**b), no) == points
    assert signals(keys(**b), keys(**a), no) == points


def test_texts_are_compared_only_when_it_can_change_the_outcome() -> None:
    asked: list[bool] = []

    def similar() -> bool:
        asked.append(True)
        return True

    assert signals(keys(), keys(), similar) == {"name": 200, "text": 200}
    assert signals(keys(wikidata={"Q1"}), keys(wikidata={"Q1"}), similar) == {"wikidata": 500, "name": 200}
    assert signals(keys(), keys(kinds={"data"}), similar) == {"name": 200, "no_common_kind": -100}
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("a", "b", "sure"),
    [
        ({"wikidata": {"Q1"}, "repositories": {"r"}}, {"wikidata": {"Q1"}, "repositories": {"r"}}, True),
        ({"repositories": {"r"}, "home_pages": {"p"}}, {"repositories": {"r"}, "home_pages": {"p"}}, True),
        ({"repositories": {"r"}}, {"repositories": {"r"}}, False),
        (
            {"names": {"x"}, "wikidata": {"Q1"}, "repositories": {"r"}},
            {"wikidata": {"Q1"}, "repositories": {"r"}},
            False,
        ),
        (
            {"wikidata": {"Q1"}, "repositories": {"r"}, "home_pages": {"p"}},
            {"wikidata": {"Q2"}, "repositories": {"r"}, "home_pages": {"p"}},
            False,
        ),
    ],
)
def test_an_equal_name_and_two_more_keys_are_needed(a: dict[str, set[str]], b: dict[str, set[str]], sure: bool) -> None:
    assert surely_same(keys(**a), keys(**b)) == surely_same(keys(**b), keys(**a)) == sure


def test_keys_of_a_record() -> None:
    said = Mapped(
        "42",
        "uMap",
        names=("µMap",),
        url="https://umap-project.org/",
        repository="https://github.com/umap-project/umap",
        identifiers=(("wikidata", "Q1"), ("comptoir", "7")),
    )
    found = keys_of(said, "sill", frozenset(), "gpl")
    assert found.wikidata == {"Q1"}
    assert found.cross_ids == {"sill:42", "comptoir:7"}
    assert found.repositories == {"github.com/umap-project/umap"}
    assert found.home_pages == {"umap-project.org"}
    assert found.licence_families == {"gpl"}


def test_owner_pages_and_crowded_addresses_identify_nothing() -> None:
    said = Mapped("1", "Tchap", url="https://beta.gouv.fr", repository="https://github.com/tchapgouv")
    found = keys_of(said, "sill", frozenset({"beta.gouv.fr"}))
    assert (found.repositories, found.home_pages) == (frozenset(), frozenset())


def test_an_address_is_crowded_from_the_fourth_record_on() -> None:
    records = [Mapped(str(n), str(n), url="https://www.a.example/", repository="https://a.example") for n in range(4)]
    assert crowded_addresses(records[:3]) == frozenset()
    assert crowded_addresses(records) == {"a.example"}


few = st.frozensets(st.sampled_from("abcd"), max_size=2)
many_keys = st.dictionaries(
    st.text("xyz", min_size=1, max_size=3), st.builds(Keys, few, few, few, few, few), max_size=8
)


@given(many_keys)
def test_candidates_are_all_pairs_that_share_a_key(found: dict[str, Keys]) -> None:
    wanted = {(a, b) for a, b in combinations(sorted(found), 2) if set(found[a].all()) & set(found[b].all())}
    assert candidate_pairs(found) == wanted


def test_a_name_everybody_bears_makes_no_pairs() -> None:
    assert candidate_pairs({str(n): keys() for n in range(21)}) == set()
