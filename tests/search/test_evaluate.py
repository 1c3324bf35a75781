"""The metric itself, on rankings worked out by hand."""

from __future__ import annotations

import math

import pytest

from communaux.engines.search import Case, Index, evaluate, evaluate_ranking, moved

CASE = Case("a", "need", {"x": 2, "y": 1}, "fr", ("everyday", "short"))


def ranking(*ids: str):
    return lambda need: list(ids)


def test_the_ideal_order_scores_one() -> None:
    score = evaluate_ranking(ranking("x", "y"), [CASE]).cases[0]
    assert (score.ndcg, score.rr, score.success, score.first) == (1.0, 1.0, 1.0, 1)


def test_gain_is_two_to_the_grade_minus_one_and_discount_log2() -> None:
    score = evaluate_ranking(ranking("y", "z", "x"), [CASE]).cases[0]
    assert score.ndcg == pytest.approx((1 + 3 / math.log2(4)) / (3 + 1 / math.log2(3)))
    assert score.rr == pytest.approx(1 / 3)


def test_the_reciprocal_rank_asks_for_grade_two() -> None:
    score = evaluate_ranking(ranking("y"), [CASE]).cases[0]
    assert (score.rr, score.success, score.first) == (0.0, 1.0, 1)


def test_only_ten_count() -> None:
    score = evaluate_ranking(ranking(*"abcdefghij", "x"), [CASE]).cases[0]
    assert (score.ndcg, score.rr, score.success, score.first) == (0.0, 0.0, 0.0, None)


def test_a_case_without_answer_scores_zero() -> None:
    assert evaluate_ranking(ranking("x"), [Case("b", "need", {})]).cases[0].ndcg == 0.0


def test_means_by_language_and_kind() -> None:
    metrics = evaluate_ranking(ranking("x", "y"), [CASE, Case("b", "other", {"w": 2}, "en", ("short",))])
    assert metrics.total.n == 2
    assert metrics.total.ndcg == pytest.approx(0.5)
    assert {name: means.ndcg for name, means in metrics.by_lang.items()} == {"en": 0.0, "fr": 1.0}
    assert {name: means.n for name, means in metrics.by_feature.items()} == {"everyday": 1, "short": 2}


def test_no_cases_is_zero_not_an_error() -> None:
    assert evaluate_ranking(ranking("x"), []).total.n == 0


def test_cases_that_moved_are_told_worst_loss_first() -> None:
    cases = [CASE, Case("b", "need", {"z": 2}), Case("c", "need", {"x": 2, "y": 1})]
    before = evaluate_ranking(ranking("x", "y"), cases)
    after = evaluate_ranking(ranking("y", "z"), cases)
    assert [(now.id, was.ndcg > now.ndcg) for was, now in moved(before, after)] == [
        ("a", True),
        ("c", True),
        ("b", False),
    ]
    assert moved(before, before) == []


def test_an_index_is_measured_by_its_own_order(small: Index) -> None:
    metrics = evaluate(small, [Case("a", "réservation de salle", {"salle": 2})])
    assert metrics.total.ndcg == 1.0
