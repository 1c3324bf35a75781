"""How well a commons fits a need: parts, their sum, their order."""

from __future__ import annotations

import math
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines import fit as fits_of
from communaux.engines.fit import WEIGHTS, BadWeights, Fit, nearness, ranked, weakest
from communaux.engines.search import Case, Index
from communaux.engines.search.model import Excerpt, Hit, Query

part = st.floats(0, 1)
fits = st.builds(Fit, st.text("abcdef", min_size=1, max_size=3), part, part, part, part)
NAMES = ("text", "proximity", "health", "relay")


@given(fits)
def test_a_score_is_between_nothing_and_all_and_its_points_add_up(fit: Fit) -> None:
    assert 0 <= fit.score(WEIGHTS) <= 1
    assert round(sum(fit.points(WEIGHTS).values()), 3) == fit.score(WEIGHTS)


@given(fits, st.sampled_from(NAMES), part)
def test_more_of_a_part_never_costs(fit: Fit, name: str, value: float) -> None:
    more = Fit(fit.id, **{**fit.parts(), name: max(value, fit.parts()[name])})
    assert more.score(WEIGHTS) >= fit.score(WEIGHTS)


@given(st.lists(fits, max_size=12, unique_by=lambda fit: fit.id), st.integers())
def test_the_order_they_come_in_changes_nothing(many: list[Fit], seed: int) -> None:
    mixed = list(many)
    Random(seed).shuffle(mixed)
    assert ranked(mixed) == ranked(many)


@pytest.mark.parametrize(
    "weights",
    [
        {**WEIGHTS, "text": 0.5},
        {**WEIGHTS, "text": 0.55, "relay": 0.0, "health": 0.2, "proximity": 0.25, "luck": 0.0},
        {"text": 1.0},
        {"text": 1.2, "proximity": -0.2, "health": 0.0, "relay": 0.0},
    ],
)
def test_weights_that_are_not_four_or_not_one_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(BadWeights):
        ranked([], weights)


def test_the_part_that_kept_it_out_is_told() -> None:
    kept = Fit("a", text=0.8, proximity=1.0, health=0.5)
    assert weakest(Fit("b", text=0.8, proximity=0.0, health=0.5), kept) == "proximity"
    assert weakest(Fit("b", text=0.1, proximity=1.0, health=0.5), kept) == "text"


def test_far_is_less_near() -> None:
    assert [nearness(depth) for depth in (0, 1, 3)] == [1.0, 0.5, 0.25]


def hit(identifier: str, final: float, rel: float) -> Hit:
    return Hit(identifier, 1, final, rel, (), 1.0, Excerpt(""))


def test_an_answer_far_behind_the_best_is_far_whatever_its_words() -> None:
    assert fits_of.found([hit("best", 12.0, 0.6), hit("behind", 3.0, 0.8)]) == {"best": 0.6, "behind": 0.2}
    assert fits_of.found([hit("nothing", 0.0, 0.4)]) == {"nothing": 0.0}
    assert fits_of.found([]) == {}


@given(part, part, part)
def test_the_detail_weighs_less_than_the_title(title: float, detail: float, more: float) -> None:
    assert 0 <= fits_of.words(title, detail) <= 1
    assert fits_of.words(max(title, more), detail) >= fits_of.words(title, detail)
    assert fits_of.words(more, 0.0) >= fits_of.words(0.0, more)
    assert fits_of.words(title, None) == title


# As people describe their day beside what they ask for: no word of it says what is needed
BESIDE = {
    "fr": "Les habitants envoient des photos par courriel ; nous perdons le suivi.",
    "en": "People send pictures by mail and we lose track.",
}


def test_a_detail_beside_the_point_does_not_drown_the_title(real: Index, cases: dict[str, list[Case]]) -> None:
    some = [case for domain in cases.values() for case in domain][::8]
    alone = fmean(gain(case, offered(real, case.need, "")) for case in some)
    with_detail = fmean(gain(case, offered(real, case.need, BESIDE.get(case.lang, BESIDE["fr"]))) for case in some)
    assert alone > 0.7
    assert with_detail > 0.69


def test_what_no_entry_answers_is_told_so(real: Index) -> None:
    assert offered(real, "Zzqxv partout wkpq", "Nous utilisons un tableur.") == []


def offered(index: Index, title: str, detail: str) -> list[str]:
    """As the desk offers them: at most five, the nearest first, none that does not convince."""
    by_title = fits_of.found(index.search(Query(title, limit=15)).hits)
    by_detail = fits_of.found(index.search(Query(detail, limit=15)).hits) if detail else None
    told = {
        one: (by_title.get(one, 0.0), by_detail and by_detail.get(one, 0.0)) for one in by_title | (by_detail or {})
    }
    kept = [one for one in told if fits_of.convincing(*told[one])]
    return sorted(kept, key=lambda one: (-fits_of.words(*told[one]), one))[:5]


def gain(case: Case, shown: list[str]) -> float:
    """nDCG@5."""
    best = sorted((2**grade - 1 for grade in case.relevant.values()), reverse=True)[:5]
    told = [2 ** case.relevant.get(one, 0) - 1 for one in shown]
    return discounted(told) / discounted(best)


def discounted(gains: list[int]) -> float:
    return sum(value / math.log2(place + 2) for place, value in enumerate(gains))
