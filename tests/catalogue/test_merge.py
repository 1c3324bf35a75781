"""The merged view: who speaks first, where each value comes from, where sources disagree."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.merge import CONTESTABLE, SINGLE, Voice, merged_view

TODAY = date(2026, 9, 1)


def voice(record: int, priority: int = 30, fetched: str = "2026-01-01", source: str = "", **said: object) -> Voice:
    fields = {"external_id": f"x{record}", "name": "uMap"} | said
    return Voice(record, source or f"s{record}", priority, fetched, Mapped(**fields))


def test_the_higher_priority_speaks_and_empty_never_beats_filled() -> None:
    view = merged_view(
        [
            voice(1, 60, licence_raw="BSD-3.0"),
            voice(2, 90, licence_raw="AGPL-3.0-only"),
            voice(3, 95, url="https://a.example"),
        ],
        {},
        TODAY,
    )
    assert (view.values["licence_raw"], view.provenance["licence_raw"]) == ("AGPL-3.0-only", 2)
    assert (view.values["url"], view.provenance["url"]) == ("https://a.example", 3)


def test_among_equals_the_newest_speaks() -> None:
    old, new = voice(1, fetched="2025-01-01", version="1"), voice(2, fetched="2026-01-01", version="2")
    for order in ([old, new], [new, old]):
        assert merged_view(order, {}, TODAY).values["version"] == "2"


def test_disagreements_are_kept_and_two_spellings_are_none() -> None:
    view = merged_view(
        [
            voice(1, 60, licence_raw="BSD-3.0", repository="https://github.com/umap-project/umap"),
            voice(2, 30, licence_raw="AGPL-3.0", repository="http://www.github.com/uMap-project/umap.git/"),
            voice(3, 20, licence_raw="AGPL-3.0-only"),
        ],
        {},
        TODAY,
    )
    assert list(view.conflicts) == ["licence_raw"]
    assert view.conflicts["licence_raw"] == [
        {"value": "BSD-3.0", "record": 1, "source": "s1"},
        {"value": "AGPL-3.0", "record": 2, "source": "s2"},
        {"value": "AGPL-3.0-only", "record": 3, "source": "s3"},
    ]


def test_what_a_person_fixed_wins_and_says_so() -> None:
    view = merged_view([voice(1, 90, name="Umap", names=("uMap OSM",))], {"name": "uMap"}, TODAY)
    assert (view.values["name"], view.provenance["name"], view.values["names"]) == ("uMap", "edit", ["uMap OSM"])
    renamed = merged_view([voice(1, 90, name="Ancien")], {"name": "Nouveau"}, TODAY)
    assert renamed.values["names"] == ["Ancien"]


def test_names_tags_and_bodies_are_united_first_spelling_first() -> None:
    view = merged_view(
        [
            voice(1, 60, "2026-01-01", "a", name="Nextcloud", names=("NC",), tags=("files",), orgs=("DINUM",)),
            voice(
                2,
                30,
                "2026-01-01",
                "b",
                name="nextcloud",
                names=("nc", "NextCloud Hub"),
                tags=("sync",),
                orgs=("dinum", "Ville"),
            ),
        ],
        {},
        TODAY,
    )
    assert view.values["names"] == ["NC", "NextCloud Hub"]
    assert view.values["orgs"] == ["DINUM", "Ville"]
    assert view.values["tags"] == {"a": ["files"], "b": ["sync"]}


def test_texts_are_chosen_language_by_language() -> None:
    view = merged_view(
        [voice(1, 60, short={"en": "Maps"}), voice(2, 30, short={"en": "Other", "fr": "Cartes"})], {}, TODAY
    )
    assert (view.values["short.en"], view.provenance["short.en"]) == ("Maps", 1)
    assert (view.values["short.fr"], view.provenance["short.fr"]) == ("Cartes", 2)


# beta.gouv.fr calls its product uMap abandoned; uMap lives.
LONG_AGO, LATELY = date(2020, 1, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("others", "stage"),
    [
        ([], "ended"),
        ([{"stage": "operated"}], "operated"),
        ([{"stage": ""}], ""),  # nobody agrees, nobody denies: unknown
        ([{"stage": "ended"}], "ended"),
        ([{"stage": "ended", "last_sign_on": LATELY}], ""),
        ([{"stage": "ended", "last_sign_on": LONG_AGO}], "ended"),
        ([{"stage": "operated", "last_sign_on": LATELY}], "operated"),
    ],
)
def test_the_end_of_a_product_is_not_the_end_of_the_commons(others: list[dict[str, object]], stage: str) -> None:
    incubator = voice(1, 50, source="betagouv", stage="ended")
    told = [voice(n, 30, **said) for n, said in enumerate(others, 2)]
    assert merged_view([incubator, *told], {}, TODAY).values["stage"] == stage


def test_an_end_counts_once_a_person_confirms_it() -> None:
    view = merged_view([voice(1, 50, stage="ended"), voice(2, stage="operated")], {"stage": "ended"}, TODAY)
    assert (view.values["stage"], view.provenance["stage"]) == ("ended", "edit")


def test_a_product_that_ended_a_while_ago_with_a_sign_of_life_of_a_year_ago() -> None:
    for days, stage in ((364, ""), (365, "ended")):
        sign = date.fromordinal(TODAY.toordinal() - days)
        assert merged_view([voice(1, stage="ended", last_sign_on=sign)], {}, TODAY).values["stage"] == stage


words = st.sampled_from(["", "https://a.example", "https://b.example/x"])
licences = st.sampled_from(["", "MIT", "AGPL-3.0-only"])
dates = st.sampled_from([None, date(2024, 1, 1), date(2025, 1, 1)])
voices = st.lists(
    st.builds(
        lambda record, priority, fetched, source, fields: voice(record, priority, fetched, source, **fields),
        st.integers(1, 10**6),
        st.sampled_from([10, 30, 60, 90]),
        st.sampled_from(["2026-01-01", "2026-02-01"]),
        st.sampled_from(["sill", "betagouv"]),
        st.fixed_dictionaries(
            {
                "name": st.sampled_from(["A", "B"]),
                "url": words,
                "repository": words,
                "licence_raw": licences,
                "version": licences,
            }
            | {
                "stage": st.sampled_from(["", "growth", "operated"]),
                "released_on": dates,
                "kind": st.sampled_from(["software", "data"]),
            }
        ),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda v: v.record,
)


def oracle(heard: list[Voice], name: str) -> tuple[object, int | None]:
    """The first voice that says something, by a tournament of pairs instead of a sort."""
    best: Voice | None = None
    for one in heard:
        if getattr(one.said, name) and (best is None or speaks_before(one, best)):
            best = one
    empty = None if name.endswith("_on") else ""
    return (getattr(best.said, name), best.record) if best else (empty, None)


def speaks_before(a: Voice, b: Voice) -> bool:
    if a.priority != b.priority:
        return a.priority > b.priority
    if a.fetched != b.fetched:
        return a.fetched > b.fetched
    return (a.source, a.said.external_id) < (b.source, b.said.external_id)


@given(voices, st.randoms(use_true_random=False))
def test_random_priorities_against_the_oracle(heard: list[Voice], chance: object) -> None:
    view = merged_view(heard, {}, TODAY)
    for name in SINGLE:
        assert (view.values[name], view.provenance.get(name) or None) == oracle(heard, name)
        said = {str(getattr(v.said, name)) for v in heard if getattr(v.said, name)}
        assert (name in view.conflicts) == (name in CONTESTABLE and len(said) > 1)
    shuffled = list(heard)
    chance.shuffle(shuffled)
    assert merged_view(shuffled, {}, TODAY) == view
