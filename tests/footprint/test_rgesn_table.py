"""The criteria that are shipped: how many, how they weigh, what they are called."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from communaux.data import footprint_words, rgesn_2024, rgesn_schema
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import audit as terms
from communaux.engines.footprint.rgesn import own
from communaux.engines.footprint.rgesn.referential import referential

KNOWN = referential()
LINES = tuple(KNOWN.criteria.values())


def test_seventy_eight_criteria_in_nine_themes_in_order() -> None:
    counts = Counter(one.theme.number for one in LINES)
    assert counts == {1: 10, 2: 10, 3: 7, 4: 15, 5: 8, 6: 7, 7: 4, 8: 10, 9: 7}
    numbers = [f"{theme}.{line}" for theme, count in sorted(counts.items()) for line in range(1, count + 1)]
    assert [one.number for one in LINES] == numbers == list(KNOWN.criteria)


def test_how_they_weigh() -> None:
    assert Counter(one.priority for one in LINES) == {"priority": 30, "recommended": 29, "moderate": 19}
    assert rgesn_2024()["counts"] == Counter(one.priority for one in LINES)
    assert {one.priority: one.weight for one in LINES} == {"priority": 150, "recommended": 125, "moderate": 100}
    sums = {number: sum(one.weight for one in LINES if one.theme.number == number) for number in KNOWN.themes}
    assert list(sums.values()) == [1350, 1400, 825, 1800, 1025, 800, 500, 1300, 1025]
    assert sum(sums.values()) == 10025
    assert {one.difficulty for one in LINES} == {"low", "medium", "high"}


def test_eighteen_always_apply_and_the_others_have_a_condition_of_the_table() -> None:
    always = [one.number for one in LINES if one.condition is None]
    expected = "1.1 1.2 1.3 1.4 1.5 1.6 1.8 1.9 2.1 2.2 2.3 2.6 2.7 4.1 4.5 4.6 4.7 9.1"
    assert always == expected.split()
    assert {one.condition for one in LINES if one.condition} == KNOWN.conditions.keys()
    assert {one.condition: one.fact for one in LINES if one.fact} == {
        "no-video": "has_video",
        "no-ml": "has_ai",
        "no-terminal-sold": "sells_terminal",
        "no-hosting": "hosted",
    }
    assert {one.number: one.fact for one in KNOWN.themes.values() if one.fact} == {9: "has_ai"}


def test_fifty_four_are_in_the_declaration() -> None:
    left_out = "1.9 1.10 3.5 3.6 4.1 4.2 4.3 4.4 4.8 4.9 4.10 4.11 4.14 5.1 5.8 6.3 6.4 6.5 6.6 6.7 7.2 7.3 8.8 8.9"
    assert [one.number for one in LINES if not one.in_declaration] == left_out.split()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_titles_are_ours_short_and_no_question(lang: str) -> None:
    titles = [one.titles[lang] for one in LINES]
    assert len(set(titles)) == 78
    assert max(map(len, titles)) <= 70
    assert [one for one in titles if one.rstrip().endswith("?") or re.search("-t-il|-t-elle|'", one)] == []
    assert all(one[0].isupper() for one in titles)


def test_every_name_and_condition_in_both_languages() -> None:
    words = [*rgesn_2024()["themes"].values(), *rgesn_2024()["conditions"].values()]
    assert all(one["fr"] and one["en"] for one in words)
    assert KNOWN["4.8"].titles == {"fr": "Peu de polices à télécharger", "en": "Few fonts to download"}


@pytest.mark.parametrize(
    ("act", "code"),
    [(lambda: referential("rgesn-2020"), "other_referential"), (lambda: KNOWN["4.16"], "no_criterion")],
)
def test_another_version_or_criterion_is_refused(act: object, code: str) -> None:
    with pytest.raises(FootprintError) as refused:
        act()  # type: ignore[operator]  # each is a function
    assert refused.value.code == code


def test_every_code_has_its_words() -> None:
    words = footprint_words()
    for table, codes in (
        ("answer", terms.ANSWERS),
        ("service", terms.SERVICES),
        ("mode", terms.MODES),
        ("state", terms.STATES),
        ("evidence", terms.EVIDENCE),
        ("block", terms.BLOCKS),
        ("review", terms.REVIEWS[1:]),
        ("level", terms.LEVELS[1:]),
        ("priority", ("priority", "recommended", "moderate")),
    ):
        assert words[f"rgesn_{table}"].keys() == set(codes), table


def test_the_schema_has_the_keys_and_the_words_that_are_read() -> None:
    schema = json.loads(rgesn_schema())
    assert schema["properties"].keys() == {*own.HEAD, *own.PARTS}
    parts = {name: schema["$defs"][name]["properties"] for name in ("service", "finding", "evidence")}
    assert parts["service"].keys() == own.SERVICE.keys()
    assert parts["finding"].keys() == {*own.FINDING, "evidence"}
    assert parts["evidence"].keys() == own.EVIDENCE.keys()
    assert schema["properties"]["declaration"]["properties"].keys() == terms.BLOCKS.keys()
    assert schema["properties"]["findings"]["minItems"] == len(LINES)
    for told, words in (
        (parts["finding"]["answer"], terms.ANSWERS),
        (parts["finding"]["review"], terms.REVIEWS),
        (parts["finding"]["effort"], terms.LEVELS),
        (parts["evidence"]["kind"], terms.EVIDENCE),
        (parts["service"]["kind"], terms.SERVICES),
        (schema["properties"]["mode"], terms.MODES),
        (schema["properties"]["state"], terms.STATES),
    ):
        assert told["enum"] == list(words)
