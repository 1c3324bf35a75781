"""Video, search, answer of a model: the worked examples of ADEME's model and of EcoLogits' method, to the printed digit."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint import video as watching
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.generation import ZONES, answer
from communaux.engines.footprint.intervals import printed, total
from communaux.engines.footprint.results import Result
from communaux.engines.footprint.search import DEVICES, search
from communaux.engines.footprint.video import NETWORKS, QUALITIES, video

# Evaluated by the engine of Publicodes on the model 2.1.0 (spec 08 § 6)
VIDEOS = [
    (
        {"minutes": 37, "quality": "sd", "device": "tablet", "network": "mobile_fr"},
        30.473371309830,
        {
            "device_made": 18.98860274,
            "device_used": 0.6401,
            "network": 10.65512152,
            "servers_made": 0.14592566,
            "servers_used": 0.04362139,
        },
    ),
    (
        {"minutes": 95, "quality": "uhd", "device": "desktop_monitor", "network": "fixed_eu"},
        413.97566461938,
        {
            "device_made": 61.16257610,
            "device_used": 9.861,
            "network": 341.45740591,
            "servers_made": 0.37467400,
            "servers_used": 1.12000861,
        },
    ),
    ({"minutes": 60, "quality": "hd", "device": "mean", "network": "fixed_fr"}, 67.815341283335, {}),
]
FACTORS = shipped()


@pytest.mark.parametrize(("asked", "grams", "parts"), VIDEOS)
def test_a_video(asked: dict[str, object], grams: float, parts: Mapping[str, float]) -> None:
    found = video(FACTORS, **asked)  # type: ignore[arg-type]  # the three cases have different words
    assert found.total.value == pytest.approx(grams, rel=1e-9)
    for code, value in parts.items():
        assert found.parts[code].value == pytest.approx(value, rel=1e-6)
    assert found.tier == "modelled"


def test_an_hour_in_front_of_a_television_and_its_bounds() -> None:
    assert printed(video(FACTORS, minutes=60, device="tv", network="fixed_fr").total) == ("30", "71", "98")


@pytest.mark.parametrize(("line", "abroad"), [("fixed_fr", "fixed_eu")])
def test_where_the_place_is_not_known_the_upper_bound_is_that_of_europe(line: str, abroad: str) -> None:
    unknown, here, there = (video(FACTORS, minutes=60, network=one) for one in (None, line, abroad))
    assert unknown.parts["network"].value == here.parts["network"].value
    assert unknown.parts["network"].high == there.parts["network"].high
    assert f"network.{abroad}" in {one.key for one in unknown.used}


def test_what_the_servers_of_video_take() -> None:
    taken = watching.Taken(FACTORS)
    made, per_gb = watching.hosting(taken)
    assert made == pytest.approx(0.236636, rel=1e-5)
    assert per_gb == pytest.approx(1.947079, rel=1e-6)
    assert watching.devices.room(taken) == pytest.approx(1_336_680.2, rel=1e-7)


def test_a_search() -> None:
    found = search(FACTORS)
    assert found.total.value == pytest.approx(1.082982770894, rel=1e-9)
    expected = (1.005858417, 0.061506546, 0.001418810, 0.000020842, 0.014178156)
    for part, value in zip(found.parts.values(), expected, strict=True):
        assert part.value == pytest.approx(value, rel=1e-4 if value < 1e-4 else 1e-6)
    assert found.energy["servers_used"].value == pytest.approx(2.731821895425e-4, rel=1e-9)
    on_a_phone = search(FACTORS, device="smartphone", network="mobile_fr")
    assert on_a_phone.total.value == pytest.approx(0.912658857004, rel=1e-9)


def test_answers_of_models() -> None:
    dense = answer(FACTORS, tokens=350, active=12, pue=1.25)
    assert dense.beside["gpus"].value == 1
    assert dense.beside["seconds"].value == pytest.approx(16.652793, rel=1e-7)
    assert dense.kwh.value == pytest.approx(3.427306e-5, rel=1e-6)
    assert dense.parts["servers_made"].value == pytest.approx(1000 * 2.710416e-6, rel=1e-6)
    assert dense.beside["searches"].value == pytest.approx(3.427306e-5 / 2.731821895425e-4, rel=1e-6)
    assert answer(FACTORS, tokens=350, active=12, pue=1.25, batch=16).kwh.value == pytest.approx(6.000017e-5, rel=1e-6)
    mixture = answer(FACTORS, tokens=350, active=8, whole=119, pue=1.16)
    assert mixture.beside["gpus"].value == 4
    assert mixture.kwh.value == pytest.approx(1.206532e-4, rel=1e-6)


def test_a_declared_pue_has_no_bounds_and_another_has() -> None:
    declared, unknown = answer(FACTORS, tokens=350, active=12, pue=1.3), answer(FACTORS, tokens=350, active=12)
    assert declared.kwh.value == unknown.kwh.value
    assert unknown.kwh.low < declared.kwh.low == declared.kwh.value
    assert declared.kwh.high == pytest.approx(5 * declared.kwh.value)
    assert "pue" in {one.key for one in unknown.used} - {one.key for one in declared.used}


def test_an_old_mix_lowers_the_tier() -> None:
    assert answer(FACTORS, tokens=350, active=12, zone="EU").tier == "default"


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("out_of_range", lambda: video(FACTORS, minutes=0)),
        ("out_of_range", lambda: video(FACTORS, minutes=math.nan)),
        ("out_of_range", lambda: video(FACTORS, minutes=math.inf)),
        ("unknown_device", lambda: video(FACTORS, minutes=1, device="fridge")),
        ("unknown_quality", lambda: video(FACTORS, minutes=1, quality="4k")),
        ("unknown_network", lambda: video(FACTORS, minutes=1, network="5g")),
        ("unknown_device", lambda: search(FACTORS, device="tv")),
        ("unknown_network", lambda: search(FACTORS, network="")),
        ("out_of_range", lambda: answer(FACTORS, tokens=-1, active=12)),
        ("bad_batch", lambda: answer(FACTORS, tokens=1, active=12, batch=0.5)),
        ("bad_batch", lambda: answer(FACTORS, tokens=1, active=12, batch=math.nan)),
        ("more_active_than_whole", lambda: answer(FACTORS, tokens=1, active=12, whole=8)),
        ("unknown_zone", lambda: answer(FACTORS, tokens=1, active=12, zone="MARS")),
        ("bad_pue", lambda: answer(FACTORS, tokens=1, active=12, pue=0.9)),
        ("bad_pue", lambda: answer(FACTORS, tokens=1, active=12, pue=math.nan)),
    ],
)
def test_what_cannot_be_computed_is_refused(code: str, act: object) -> None:
    with pytest.raises(FootprintError) as refused:
        act()  # type: ignore[operator]  # each is a function
    assert refused.value.code == code


def holds(found: Result) -> None:
    whole = found.total
    assert 0 <= whole.low <= whole.value <= whole.high < math.inf
    assert whole.value == pytest.approx(math.fsum(one.value for one in found.parts.values()))
    assert found.used == tuple(sorted(found.used, key=lambda one: one.key))


@given(
    st.floats(0.01, 5_000),
    st.sampled_from(watching.DEVICES),
    st.sampled_from(QUALITIES),
    st.sampled_from((None, *NETWORKS)),
    st.floats(1.1, 50),
)
def test_any_video(minutes: float, device: str, quality: str, network: str | None, times: float) -> None:
    found = video(FACTORS, minutes=minutes, device=device, quality=quality, network=network)
    holds(found)
    longer = video(FACTORS, minutes=minutes * times, device=device, quality=quality, network=network)
    for code, part in found.parts.items():
        assert longer.parts[code].value == pytest.approx(times * part.value)


@given(st.sampled_from(DEVICES), st.sampled_from(NETWORKS))
def test_any_search(device: str, network: str) -> None:
    holds(search(FACTORS, device=device, network=network))


@given(
    st.floats(1, 1e6), st.floats(0.1, 500), st.floats(1, 30), st.sampled_from(ZONES), st.floats(1, 3), st.floats(1, 512)
)
def test_any_answer(tokens: float, active: float, times: float, zone: str, pue: float, batch: float) -> None:
    found = answer(FACTORS, tokens=tokens, active=active, whole=active * times, zone=zone, pue=pue, batch=batch)
    holds(found)
    twice = answer(FACTORS, tokens=2 * tokens, active=active, whole=active * times, zone=zone, pue=pue, batch=batch)
    for code, part in found.parts.items():
        assert twice.parts[code].value == pytest.approx(2 * part.value)
    assert total(found.energy.values()) == found.kwh


@pytest.mark.parametrize("least", [5e-324, 1e-300, 9.9e-7])
def test_what_would_end_in_zero_on_its_way_is_refused(least: float) -> None:
    for asked in ({"tokens": 1, "active": least}, {"tokens": least, "active": 1}):
        with pytest.raises(FootprintError) as told:
            answer(FACTORS, **asked)
        assert told.value.code == "out_of_range"
    with pytest.raises(FootprintError):
        video(FACTORS, minutes=least)


def test_the_least_and_the_most_that_can_be_asked() -> None:
    for asked in ({"tokens": 1e-6, "active": 1e-6}, {"tokens": 1e9, "active": 1e5}):
        found = answer(FACTORS, **asked)
        assert 0 < found.total.low <= found.total.value <= found.total.high < math.inf
