"""How well a commons fits a need: parts, their sum, their order."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.fit import WEIGHTS, BadWeights, Fit, nearness, ranked, weakest

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
