"""What a person reads of a footprint, and what a program gets."""

from __future__ import annotations

import json

import pytest

from communaux.data import footprint_words
from communaux.engines.footprint import telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Change, shipped
from communaux.engines.footprint.generation import answer
from communaux.engines.footprint.results import Result
from communaux.engines.footprint.search import search
from communaux.engines.footprint.video import video

FACTORS = shipped()
ANSWERS = {
    "video": video(FACTORS, minutes=60, device="tv", network="fixed_fr"),
    "search": search(FACTORS),
    "ai": answer(FACTORS, tokens=350, active=12),
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("result", ANSWERS.values(), ids=ANSWERS)
def test_a_report_says_all_of_it(result: Result, lang: str) -> None:
    lines = list(telling.told(result, lang))
    text = "\n".join(lines)
    assert lines[0] == footprint_words()["kind"][result.kind][lang]
    for code in result.parts:
        assert footprint_words()["part"][code][lang] in text
    for code in result.not_counted:
        assert footprint_words()["not_counted"][code][lang] in text
    assert "{" not in text


def test_an_hour_of_television_in_french() -> None:
    lines = list(telling.told(ANSWERS["video"], "fr"))
    assert lines[1] == "71 g de CO2 équivalent, entre 30 et 98"
    assert lines[2] == "  fabrication de l’appareil\u00a0: 39 g, entre 19 et 63"


def test_the_answer_beside_a_search() -> None:
    found = ANSWERS["ai"].beside["searches"]
    assert f"From {telling.bounds(found, 'en')['low']} to" in "\n".join(telling.told(ANSWERS["ai"], "en"))


@pytest.mark.parametrize("result", ANSWERS.values(), ids=ANSWERS)
def test_everything_for_programs(result: Result) -> None:
    found = json.loads(json.dumps(telling.as_json(result, FACTORS)))
    assert found["total"]["value"] == result.total.value
    assert {one["key"] for one in found["factors_used"]} == {one.key for one in result.used}
    assert found["unit"] == "gCO2e"


def test_a_number_with_its_bounds_and_one_without() -> None:
    assert telling.factor(FACTORS["grid.FR"], "fr").startswith("grid.FR = 51,9 g/kWh (de 41,4 à 98), ADEME")
    assert telling.factor(FACTORS["video.hd"], "en") == "video.hd = 3 GB/h, ADEME's model"
    assert telling.factor(FACTORS["video.direct"], "en").endswith("Netflix, Environmental Social Governance 2019, 2019")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "pue", "new: pue = 1.3"),
        ("pue", None, "gone: pue = 1.3"),
        ("pue", "grid.FR", "pue: 1.3 → 51.9 (+3892.3 %)"),
        ("pue", "pue", "pue: the same value, other bounds, source or rule"),
    ],
)
def test_what_changed(before: str | None, after: str | None, told: str) -> None:
    sides = [one and FACTORS[one] for one in (before, after)]
    assert telling.changed(Change("pue", *sides), "en") == told  # type: ignore[arg-type]  # None stays None


@pytest.mark.parametrize(
    ("error", "lang", "told"),
    [
        (FootprintError("bad_pue", given=0.9), "en", "There is no PUE of 0.9"),
        (
            FootprintError("unknown_zone", given="MARS", known="FR, EU"),
            "fr",
            "«\u00a0MARS\u00a0» n’est pas une zone connue. Connues\u00a0: FR, EU",
        ),
        (
            FootprintError("no_rule", path="a . b"),
            "en",
            "The rule “a . b” is no longer in the model: nothing is written.",
        ),
    ],
)
def test_a_refusal_is_a_sentence(error: FootprintError, lang: str, told: str) -> None:
    assert told in telling.refused(error, lang)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_number_has_a_name_and_its_unit_a_word(lang: str) -> None:
    names = [telling.named(one, lang) for one in FACTORS]
    assert len(set(names)) == len(names)
    neutral = {"", "%", "g", "kg", "W", "kW", "g/kWh"}
    assert {one.unit for one in FACTORS} <= neutral | footprint_words()["measured_in"].keys()


def test_a_number_as_a_page_writes_it() -> None:
    assert telling.quantity(FACTORS["grid.FR"], "fr") == ("51,9 g/kWh", "entre 41,4 et 98")
    assert telling.quantity(FACTORS["video.hd"], "fr") == ("3 Go/h", "")
    assert telling.quantity(FACTORS["pue"], "en") == ("1.3", "between 1.1 and 1.8")
    assert telling.quantity(FACTORS["server.embodied"], "fr")[0] == "748\u202f000 g"
    assert telling.quantity(FACTORS["server.embodied"], "en")[1] == "between 460,000 and 2,087,000"
    assert telling.quantity(FACTORS["search.per_mb"], "fr")[0] == "9,94817 × 10⁻¹¹ par Mo"


@pytest.mark.parametrize("result", ANSWERS.values(), ids=ANSWERS)
def test_what_was_told_to_programs_is_the_result_again(result: Result) -> None:
    document = json.loads(json.dumps(telling.as_json(result, FACTORS)))
    again = telling.from_json(document)
    assert telling.as_json(again, FACTORS) == document
    assert (again.total, again.kwh, again.tier) == (result.total, result.kwh, result.tier)
