"""The score of an audit: exact, between 0 and 100, and never better for what was not assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from footprint.audits import PAGE, SERVICE, TODAY, answered, audit, line
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.audit import ANSWERS, Answer, Audit, Evidence, Finding, Service, blank, ordered
from communaux.engines.footprint.rgesn.referential import Criterion, referential
from communaux.engines.footprint.rgesn.score import Score, rounded, score

NUMBERS = tuple(referential().criteria)
answers = st.lists(st.sampled_from(ANSWERS), min_size=78, max_size=78)


def made(given_answers: list[Answer], service: Service = SERVICE) -> Audit:
    return Audit(service, tuple(line(*one) for one in zip(NUMBERS, given_answers, strict=True)))


def only_priority(one: Criterion) -> Answer:
    return "conforming" if one.priority == "priority" else "not_conforming"


def test_nothing_assessed_is_nothing() -> None:
    found = score(blank(SERVICE), TODAY).whole
    assert (found.value, found.applicable, found.on_assessed) == (0, 10025, None)
    assert (found.share_assessed, found.share_proven) == (0, None)


def test_every_priority_criterion_and_no_other() -> None:
    whole = score(answered(only_priority), TODAY).whole
    assert (whole.value, rounded(whole.value)) == (Fraction(4500, 10025) * 100, 45)
    without = score(answered(only_priority, replace(SERVICE, has_ai=False)), TODAY)
    assert without.whole.value == Fraction(36, 90) * 100 == 40
    assert without.themes[9] == Score(not_applicable=7)
    by_hand = answered(lambda one: "not_applicable" if one.theme.number == 9 else only_priority(one))
    assert score(by_hand, TODAY).whole.value == 40


def test_where_a_theme_does_not_apply_it_is_neither_0_nor_100() -> None:
    found = score(answered(lambda one: "not_applicable" if one.theme.number == 7 else "conforming"), TODAY)
    seventh = found.themes[7]
    assert (seventh.value, seventh.on_assessed, seventh.share_assessed, seventh.share_proven) == (None,) * 4
    assert (found.themes[6].value, found.whole.value) == (100, 100)
    assert rounded(score(answered(lambda _one: "not_applicable"), TODAY).whole.value) is None


def test_what_was_not_assessed_stays_in_what_applies_and_the_other_number_is_apart() -> None:
    whole = score(audit({"1.1": line("1.1", "conforming"), "4.5": line("4.5", "not_conforming")}), TODAY).whole
    assert whole.value == Fraction(150 * 100, 10025)
    assert whole.on_assessed == Fraction(150 * 100, 250)
    assert whole.share_assessed == Fraction(2, 78)
    aside = audit({"1.1": line("1.1", "conforming"), "4.8": line("4.8", "not_applicable")})
    assert score(aside, TODAY).whole.share_assessed == Fraction(1, 77)


def test_difficulty_never_weighs() -> None:
    easy, hard = (score(audit({one: line(one, "conforming")}), TODAY).whole.met for one in ("1.2", "1.1"))
    assert easy == hard == 150


@pytest.mark.parametrize(
    ("value", "shown"), [(Fraction(1, 2), 1), (Fraction(49, 100), 0), (Fraction(99), 99), (Fraction(199, 2), 100)]
)
def test_half_goes_up(value: Fraction, shown: int) -> None:
    assert rounded(value) == shown


@pytest.mark.parametrize(
    ("proof", "on", "share"),
    [
        (PAGE, TODAY, 1),
        (PAGE, PAGE.valid_until, 1),
        (PAGE, date(2027, 9, 2), 0),
        (replace(PAGE, valid_until=None), date(2099, 1, 1), 1),
        (Evidence("declaration", "dit par l’hébergeur"), TODAY, 0),
    ],
)
def test_evidence_counts_as_long_as_it_holds(proof: Evidence, on: date, share: int) -> None:
    one = replace(line("1.1", "conforming"), evidence=(Evidence("declaration", "dit"), proof))
    assert score(audit({"1.1": one}), on).whole.share_proven == share


def test_evidence_of_a_line_that_does_not_conform_proves_nothing() -> None:
    lines = {"1.1": replace(line("1.1", "not_conforming"), evidence=(PAGE,)), "1.2": line("1.2", "conforming")}
    assert score(audit(lines), TODAY).whole.share_proven == 0


def test_a_theme_that_falls_is_not_applicable_whatever_its_lines_say() -> None:
    found = answered(lambda _one: "conforming", replace(SERVICE, has_ai=False))
    assert found.answers == ("conforming",) * 71 + ("not_applicable",) * 7
    assert set(answered(lambda _one: "conforming", replace(SERVICE, has_ai=True)).answers) == {"conforming"}


@given(answers, st.booleans())
def test_any_audit(given_answers: list[Answer], has_ai: bool) -> None:
    found = score(made(given_answers, replace(SERVICE, has_ai=has_ai)), TODAY)
    whole = found.whole
    for name in Score._fields:
        assert getattr(whole, name) == sum(getattr(one, name) for one in found.themes.values())
    assert whole.value is None or 0 <= whole.value <= 100
    assert whole.not_assessed + whole.conforming + whole.not_conforming + whole.not_applicable == 78
    if whole.value is not None and whole.on_assessed is not None:
        assert whole.value <= whole.on_assessed <= 100
    applicable = [
        (one.weight, answer)
        for one, answer in zip(referential().criteria.values(), given_answers, strict=True)
        if answer != "not_applicable" and (has_ai or one.theme.number != 9)
    ]
    every = sum(Fraction(weight, 100) for weight, _answer in applicable)
    met = sum(Fraction(weight, 100) for weight, answer in applicable if answer == "conforming")
    assert whole.value == (100 * met / every if every else None)


@given(answers, st.integers(0, 77))
def test_a_line_that_comes_to_conform_never_lowers_it(given_answers: list[Answer], place: int) -> None:
    before = score(made(given_answers), TODAY).whole.value
    after = score(made([*given_answers[:place], "conforming", *given_answers[place + 1 :]]), TODAY).whole.value
    assert after is not None
    assert after >= (before or 0)


@given(answers, st.integers(0, 77))
def test_leaving_out_a_line_that_does_not_conform_never_lowers_it(given_answers: list[Answer], place: int) -> None:
    before = score(made([*given_answers[:place], "not_conforming", *given_answers[place + 1 :]]), TODAY).whole.value
    after = score(made([*given_answers[:place], "not_applicable", *given_answers[place + 1 :]]), TODAY).whole.value
    assert before is not None
    assert after is None or after >= before


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(given_answers: list[Answer], chance: object) -> None:
    once = made(given_answers)
    shuffled = list(once.findings)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert replace(once, findings=tuple(shuffled)) == once


@given(answers, st.lists(st.integers(0, 800), min_size=78, max_size=78), st.integers(0, 800), st.integers(0, 77))
def test_the_share_with_evidence_is_no_better_without_evidence_or_later(
    given_answers: list[Answer], days: list[int], later: int, place: int
) -> None:
    lines = [
        replace(one, evidence=(replace(PAGE, valid_until=TODAY + timedelta(until)),))
        for one, until in zip(made(given_answers).findings, days, strict=True)
    ]
    whole = Audit(SERVICE, tuple(lines))
    now = score(whole, TODAY).whole.share_proven or 0
    assert (score(whole, TODAY + timedelta(later)).whole.share_proven or 0) <= now
    lines[place] = replace(lines[place], evidence=())
    assert (score(Audit(SERVICE, tuple(lines)), TODAY).whole.share_proven or 0) <= now


def test_lines_that_are_unknown_twice_or_missing_are_all_named() -> None:
    given_lines = [Finding(one) for one in NUMBERS if one != "3.3"]
    given_lines[4:4] = [Finding("4.16"), Finding("1.2")]
    with pytest.raises(FootprintError) as refused:
        ordered(given_lines, referential())
    told = refused.value.what["lines"]
    assert isinstance(told, tuple)
    assert [(one.code, one.what.get("line"), one.what["number"]) for one in told] == [
        ("criterion_twice", 2, "1.2"),
        ("criterion_unknown", 5, "4.16"),
        ("criterion_twice", 6, "1.2"),
        ("criterion_missing", None, "3.3"),
    ]
