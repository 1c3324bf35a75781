"""A refurbished device against a new one: the worked example of the specification, what never pays, what cannot be."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.data import footprint_words
from communaux.engines.footprint import reports, telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.generation import ZONES
from communaux.engines.footprint.hardware import DEVICES, Purchase, Years, refurbished_or_new
from communaux.engines.footprint.intervals import Difference

FACTORS = shipped()


def weighed(**told: Any) -> Purchase:
    return refurbished_or_new(FACTORS, **({"device": "tablet", "extra_life": 2.5} | told))


def test_the_tablet_of_the_specification() -> None:
    found = weighed(share=0.15)
    assert found.new.kwh.value == found.refurbished.kwh.value == 18.25
    assert found.new.total.value / 1000 == pytest.approx(29.045, abs=5e-4)
    assert found.refurbished.total.value / 1000 == pytest.approx(6.005, abs=5e-4)
    assert found.avoided.value / 1000 == pytest.approx(23.040, abs=5e-4)
    assert found.break_even.value == pytest.approx(0.45, abs=5e-4)
    # the same electricity on both sides: its spread is no spread of what is avoided
    assert found.avoided.low == found.avoided.value == found.avoided.high
    assert found.warnings == ("rebound",)
    assert weighed(parts=84294 * 0.15).avoided.value == pytest.approx(found.avoided.value)


@pytest.mark.parametrize(
    ("device", "made", "life", "kwh"),
    [
        ("smartphone", 79_516, 2.5, 3 * 4.5 * 0.365),
        ("desktop_monitor", 338_390, 6, 4 * 120 * 0.365),
        ("box", 63_040, 5, 24 * 8 * 0.365),
    ],
)
def test_a_new_one_as_the_model_has_it(device: str, made: float, life: float, kwh: float) -> None:
    found = weighed(device=device).new
    assert found.parts["device_made"].value == pytest.approx(made / life)
    assert found.parts["device_used"].value == pytest.approx(kwh * 51.9)
    assert (found.parts["device_used"].low, found.parts["device_used"].high) == pytest.approx((kwh * 41.4, kwh * 98))


@pytest.mark.parametrize(("device", "kilos"), [("smartphone", 24.6), ("laptop", 27)])
def test_the_order_of_magnitude_of_ademe_2022_is_ours(device: str, kilos: float) -> None:
    low, high = weighed(device=device, extra_life=2.5).avoided.low, weighed(device=device, extra_life=2.5).avoided.high
    assert low / 1000 < kilos < high / 1000


def test_unknown_parts_are_an_interval_and_the_worst_tier() -> None:
    found = weighed()
    assert [found.refurbished.inputs["parts"], found.refurbished.tier] == [84294 * 0.2, "default"]
    assert found.new.tier == "modelled"
    assert found.refurbished.parts["parts"].low * 3 == pytest.approx(found.refurbished.parts["parts"].high)
    assert found.avoided.low < found.avoided.value < found.avoided.high
    assert found.break_even == Years(*(pytest.approx(one) for one in (0.3, 0.6, 0.9)))
    assert found.warnings == ("rebound", "parts_guessed")
    assert "hardware.parts" in {one.key for one in reports.purchase_used(found)}


def test_what_is_given_replaces_the_model_and_is_not_told_as_of_it() -> None:
    found = weighed(embodied=100_000, life=4, kwh=10, kwh_refurbished=12, parts=5000, extra_life=2, zone="WORLD")
    assert found.new.total.value == pytest.approx(25_000 + 4580)
    assert found.refurbished.total.value == pytest.approx(2500 + 12 * 458)
    assert {one.key for one in reports.purchase_used(found)} == {"grid.WORLD"}
    # the upper bound of what is avoided is where the electricity of the one that takes more is the least carbon
    assert found.avoided.high == pytest.approx(25_000 - 2 * 390 - 2500)
    assert found.avoided.low == pytest.approx(25_000 - 2 * 475 - 2500)
    assert weighed(kwh=10).refurbished.kwh.value == 10


def test_it_never_pays_where_the_electricity_of_the_old_one_takes_more_than_a_new_one() -> None:
    found = weighed(share=0.15, kwh_refurbished=1000)
    assert found.break_even == Years(None, None, None)
    assert found.warnings == ("rebound", "nothing_avoided")
    between = weighed(share=0.15, kwh_refurbished=18.25 + 28_098 / 51.9 - 1)
    assert between.break_even.value is not None
    assert between.break_even.high is None


def test_parts_heavier_than_a_new_one_are_told_and_not_refused() -> None:
    assert "parts_heavier" not in weighed(share=1, extra_life=50).warnings
    assert "parts_heavier" in weighed(share=1.01, extra_life=50).warnings
    assert weighed(share=0).break_even == Years(0, 0, 0)


def test_bounds_on_both_sides_of_nothing() -> None:
    assert weighed(extra_life=0.7).warnings == ("rebound", "parts_guessed", "perhaps_nothing")
    assert weighed(extra_life=0.6).warnings == ("rebound", "parts_guessed", "nothing_avoided")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unknown_device", {"device": "fridge"}),
        ("unknown_zone", {"zone": "MARS"}),
        ("out_of_range", {"extra_life": 0}),
        ("out_of_range", {"extra_life": -1}),
        ("out_of_range", {"extra_life": math.nan}),
        ("out_of_range", {"extra_life": 101}),
        ("out_of_range", {"life": 0}),
        ("out_of_range", {"embodied": 0}),
        ("below_zero", {"kwh": -1}),
        ("below_zero", {"kwh": math.inf}),
        ("below_zero", {"kwh_refurbished": math.nan}),
        ("below_zero", {"share": -0.1}),
        ("below_zero", {"parts": -1}),
        ("parts_twice", {"share": 0.1, "parts": 1}),
        ("text_too_long", {"index": "x" * 501}),
    ],
)
def test_what_cannot_be_is_refused(code: str, told: dict[str, Any]) -> None:
    with pytest.raises(FootprintError) as refused:
        weighed(**told)
    assert refused.value.code == code
    for lang in ("fr", "en"):
        assert "{" not in telling.refused(refused.value, lang)


@pytest.mark.parametrize("bounds", [(1, 0, 2), (math.nan, 0, 1), (0, 1, math.inf)])
def test_a_difference_is_in_order(bounds: tuple[float, float, float]) -> None:
    with pytest.raises(FootprintError, match="bad_difference"):
        Difference(*bounds)


def ordered(found: Years) -> bool:
    told = [math.inf if one is None else one for one in (found.low, found.value, found.high)]
    return told == sorted(told)


@given(
    st.sampled_from(DEVICES),
    st.sampled_from(ZONES),
    st.floats(0.1, 20),
    st.floats(0, 5),
    st.floats(0, 5),
    st.none() | st.floats(0, 2000),
)
def test_any_purchase(
    device: str, zone: str, extra_life: float, share: float, more: float, kwh_refurbished: float | None
) -> None:
    told: dict[str, Any] = {"device": device, "zone": zone, "kwh_refurbished": kwh_refurbished}
    found = weighed(share=share, extra_life=extra_life, **told)
    assert found.avoided.value == pytest.approx(found.new.total.value - found.refurbished.total.value, abs=1e-6)
    assert ordered(found.break_even)
    # what is avoided falls as parts rise, and grows with the life they add
    assert weighed(share=share + more, extra_life=extra_life, **told).avoided.value <= found.avoided.value
    assert weighed(share=share, extra_life=2 * extra_life, **told).avoided.value >= found.avoided.value
    if found.break_even.value is not None and abs(extra_life - found.break_even.value) > 1e-6:
        assert (found.avoided.value > 0) == (extra_life > found.break_even.value)
    assert ordered(weighed(extra_life=extra_life, **told).break_even)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "told", [{"share": 0.15, "index": "8,1 sur 10"}, {"extra_life": 0.7}, {"kwh_refurbished": 2e3, "share": 2}]
)
def test_a_report_of_a_purchase(told: dict[str, Any], lang: str) -> None:
    found = weighed(**told)
    text = "\n".join(reports.purchase(found, lang))
    assert "{" not in text
    for code in found.warnings:
        assert footprint_words()["purchase_warning"][code][lang] in text
    assert ("8,1 sur 10" in text) == bool(found.index)
    assert ((" jamais" if lang == "fr" else " never") in text) == (found.break_even.value is None)


def test_the_words_of_the_tablet() -> None:
    lines = list(reports.purchase(weighed(share=0.15), "fr"))
    assert lines[0] == "Un an\u00a0: tablette, neuf ou reconditionné"
    assert "Neuf\u00a0: 29 kg de CO2 équivalent, entre 28 et 30" in lines
    assert "Évité chaque année\u00a0: 23 kg" in lines
    assert "Années ajoutées à partir desquelles le reconditionné l’emporte\u00a0: 0,45" in lines
    assert "Avoided each year: −28 kg, between −57 and 0" in list(reports.purchase(weighed(extra_life=0.3), "en"))
    assert {*DEVICES, "mean"} == footprint_words()["device"].keys()


def test_a_purchase_for_programs() -> None:
    told = json.loads(json.dumps(reports.purchase_json(weighed(share=0.15, kwh_refurbished=1000), FACTORS)))
    assert told["break_even_years"] == {"low": None, "value": None, "high": None}
    difference = told["new"]["total"]["value"] - told["refurbished"]["total"]["value"]
    assert told["avoided"]["value"] == pytest.approx(difference)
    assert [one["inputs"]["choice"] for one in (told["new"], told["refurbished"])] == ["new", "refurbished"]
