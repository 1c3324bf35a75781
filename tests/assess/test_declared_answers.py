"""The bank and its frames hang together; levels, expiry and what answers decide; agreement against published figures."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.data import assess_table
from communaux.engines.assess import answers, telling
from communaux.engines.assess.answers import Agreement, Standing

RESERVED = {
    *("privacy_law", "open_standards", "best_practices", "no_harm"),
    *("data_security", "illegal_content", "harassment"),
}
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units, values missing
OBSERVERS = ("1 2 3 3 2 1 4 1 2 * * *", "1 2 3 3 2 2 4 1 2 5 * 3", "* 3 3 3 2 3 4 2 2 5 1 *", "1 2 3 3 2 4 4 1 2 5 1 *")
UNITS = [[int(one) for one in unit if one != "*"] for unit in zip(*(row.split() for row in OBSERVERS), strict=True)]


def test_the_frames_have_their_points() -> None:
    refs = {code: [item.ref for item in frame.items] for code, frame in answers.frames().items()}
    assert refs == {
        "dpg": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "9a", "9b", "9c"],
        "spc": [str(n) for n in range(1, 17)],
        "ostrom": [str(n) for n in range(1, 9)],
    }


def test_every_question_is_asked_and_every_point_has_questions_of_the_bank() -> None:
    asked = {code for frame in answers.frames().values() for code in frame.questions}
    assert asked == set(answers.bank())
    assert [frame.code for frame in answers.frames().values() for item in frame.items if not item.questions] == []


def test_points_seven_to_nine_of_dpg_are_for_who_speaks_for_the_commons() -> None:
    ninth = [one for one in answers.frames()["dpg"].items if one.ref[0] in "789"]
    assert {code for one in ninth for code in one.questions} == RESERVED
    assert {code for code, one in answers.bank().items() if one.steward} == RESERVED


def test_every_text_is_there_in_both_languages() -> None:
    for lang in ("fr", "en"):
        assert all(len(part) > 3 for code in answers.bank() for part in answers.words(code, lang))
        assert all(answers.words(code, lang)[1].endswith("?") for code in answers.bank())
        assert all(part for code in answers.frames() for part in answers.frame_words(code, lang))
        names = [
            answers.item_name(frame.code, item.ref, lang) for frame in answers.frames().values() for item in frame.items
        ]
        assert len(names) == 36
    assert [answers.level_word(one, "fr") for one in answers.LEVELS] == [
        *("rien", "déclaré", "preuve jointe"),
        *("confirmé par une autre organisation", "confirmé par deux autres organisations"),
    ]


def test_what_a_machine_proposes_is_a_condition_of_the_profile() -> None:
    helped = {one.machine for one in answers.bank().values() if one.machine}
    assert helped == {"R1", "R2", "R3"}
    assert helped <= set(assess_table("conditions"))


def test_the_tables_are_written_as_french_is() -> None:
    folder = Path(answers.__file__).parents[2] / "data" / "assess"
    for name in ("questions", "frames"):
        french = " ".join(_strings(tomllib.loads((folder / f"{name}.toml").read_text("utf-8")), "fr"))
        assert re.findall(r"'| [;:!?»]|« ", french) == []


def _strings(told: object, wanted: str, inside: bool = False) -> Iterator[str]:
    """All texts under the keys of one language."""
    if isinstance(told, dict):
        for key, one in told.items():
            yield from _strings(one, wanted, inside or key == wanted)
    elif isinstance(told, list):
        for one in told:
            yield from _strings(one, wanted, inside)
    elif inside:
        yield str(told)


@pytest.mark.parametrize(
    ("value", "source", "evidence", "confirmed_by", "expired", "level"),
    [
        ("yes", "person", 0, 0, False, 1),
        ("yes", "import", 0, 0, False, 1),
        ("yes", "person", 1, 0, False, 2),
        ("yes", "machine", 0, 0, False, 2),
        ("yes", "person", 0, 1, False, 3),
        ("yes", "person", 2, 2, False, 4),
        ("yes", "person", 0, 5, False, 4),
        ("not_applicable", "person", 1, 1, False, 3),
        ("yes", "person", 2, 2, True, 1),
        ("yes", "machine", 1, 0, True, 1),
        ("no", "person", 2, 2, False, 0),
        ("unknown", "import", 0, 0, False, 0),
        ("no", "person", 2, 2, True, 0),
    ],
)
def test_a_level_is_derived(
    value: answers.Value, source: answers.Source, evidence: int, confirmed_by: int, expired: bool, level: int
) -> None:
    assert answers.level(value, source, evidence=evidence, confirmed_by=confirmed_by, expired=expired) == level


@pytest.mark.parametrize(
    ("on", "source", "last"),
    [
        (date(2026, 9, 1), "person", date(2028, 9, 1)),
        (date(2026, 12, 31), "import", date(2028, 12, 31)),
        (date(2024, 2, 29), "charter", date(2026, 2, 28)),
        (date(2026, 9, 1), "machine", date(2026, 11, 30)),
    ],
)
def test_an_answer_holds_24_months_what_a_machine_read_90_days(on: date, source: answers.Source, last: date) -> None:
    assert answers.expires_on(on, source) == last


def told(**values: str) -> list[Standing]:
    """`data_export="yes2"`: value and level."""
    return [Standing(code, one[:-1], int(one[-1])) for code, one in values.items()]  # type: ignore[arg-type]  # values of the table below


@pytest.mark.parametrize(
    ("given_answers", "outcomes"),
    [
        ({}, {}),
        ({"data_export": "yes2"}, {"R6": "met", "G7": "unmet"}),
        ({"data_export": "yes1"}, {"R6": "unknown", "G7": "unmet"}),
        ({"data_export": "no0"}, {"R6": "unmet", "G7": "unmet"}),
        ({"data_export": "unknown0"}, {"R6": "unknown", "G7": "unmet"}),
        ({"data_export": "not_applicable2"}, {"R6": "unknown", "G7": "unmet"}),
        ({"open_licence": "yes4"}, {"G7": "met"}),
        ({"open_licence": "yes3", "reusable": "yes3"}, {"G7": "unmet"}),
        ({"collective_choice": "yes1"}, {"G3": "unknown", "G7": "unmet"}),
        ({"collective_choice": "yes1", "right_to_organise": "no0"}, {"G3": "unmet", "G7": "unmet"}),
        ({"collective_choice": "yes1", "right_to_organise": "yes1", "no_lock": "yes2"}, {"G3": "met", "G7": "unmet"}),
        (
            {"collective_choice": "yes1", "right_to_organise": "unknown0", "no_lock": "yes2"},
            {"G3": "unknown", "G7": "unmet"},
        ),
    ],
)
def test_what_answers_decide(given_answers: dict[str, str], outcomes: dict[str, str]) -> None:
    found = answers.judged(told(**given_answers))
    assert {code: outcome for code, (outcome, _why) in found.items()} == outcomes
    assert all(telling.because(why, lang) for _o, whys in found.values() for why in whys for lang in ("fr", "en"))


PRINCIPLES = ("collective_choice", "right_to_organise", "no_lock")


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "met"),
        ({"expired": True}, "unknown"),
        ({"contested": True}, "unknown"),
        ({"value": "not_applicable"}, "unknown"),
    ],
)
def test_what_is_expired_contested_or_does_not_apply_decides_nothing(changed: dict[str, Any], outcome: str) -> None:
    for code in PRINCIPLES:
        given = [Standing(one, "yes", 1) for one in PRINCIPLES if one != code]
        found = answers.judged([*given, replace(Standing(code, "yes", 1), **changed)])
        assert found["G3"][0] == outcome
    one = replace(Standing("data_export", "yes", 1 if changed.get("expired") else 2), **changed)
    assert answers.judged([one])["R6"][0] == outcome
    assert answers.judged([replace(Standing("reusable", "yes", 4), **changed)])["G7"][0] == (
        "met" if outcome == "met" or "value" in changed else "unmet"
    )


def test_a_no_that_has_expired_is_no_more_than_unknown() -> None:
    assert answers.judged([Standing("data_export", "no", 0, expired=True)])["R6"][0] == "unknown"
    assert answers.judged([Standing("no_lock", "no", 0, expired=True)])["G3"][0] == "unknown"


def test_agreement_is_that_of_the_published_example() -> None:
    """Printed there: ordinal alpha 0.815, for 40 pairable values."""
    found = answers.agreement(UNITS)
    assert (round(found.alpha or 0, 3), found.things, found.readings) == (0.815, 11, 40)


def by_definition(units: Sequence[Sequence[int]]) -> float | None:
    """1 − D_o / D_e by all pairs of values, one after the other: slow, and written otherwise than the engine."""
    paired = [unit for unit in units if len(unit) > 1]
    values = [value for unit in paired for value in unit]

    def apart(a: int, b: int) -> Fraction:
        between = sum(1 for one in values if min(a, b) <= one <= max(a, b))
        return (between - Fraction(values.count(a) + values.count(b), 2)) ** 2

    expected = sum((apart(a, b) for a, b in permutations(values, 2)), Fraction()) / max(
        1, len(values) * (len(values) - 1)
    )
    if not expected:
        return None
    within = [sum((apart(a, b) for a, b in permutations(unit, 2)), Fraction()) / (len(unit) - 1) for unit in paired]
    return float(1 - sum(within, Fraction()) / len(values) / expected)


levels = st.lists(st.lists(st.integers(0, 3), max_size=5), max_size=8)


@given(levels)
def test_agreement_is_that_of_its_definition(units: list[list[int]]) -> None:
    assert answers.agreement(units).alpha == pytest.approx(by_definition(units))


@given(levels)
def test_agreement_does_not_depend_on_the_order(units: list[list[int]]) -> None:
    assert answers.agreement(units) == answers.agreement([list(reversed(unit)) for unit in reversed(units)])


def test_agreement_that_cannot_be_told() -> None:
    assert answers.agreement([]) == Agreement(None, 0, 0)
    assert answers.agreement([[3], [2]]) == Agreement(None, 0, 0)
    assert answers.agreement([[3, 3], [3, 3]]) == Agreement(None, 2, 4)
    assert answers.agreement([[0, 3], [3, 0]]).alpha == -0.5
