"""Files of measures, read and integrated.

The fixtures are written by hand from Scaphandre's documentation and the source of its exporters: no public sample of a real machine
exists. Format 1.0, not yet confirmed on hardware.
"""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint import importing, scaphandre
from communaux.engines.footprint import power as powers
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.importing import kind_of, read
from communaux.engines.footprint.power import KWH, Energy, by_hour, energy
from communaux.engines.footprint.readings import Readings, Service

BEGAN = 1_764_000_000.0  # a whole hour
WATT = 1e6  # µW


def consumer(exe: str, watts: float, **more: Any) -> dict[str, Any]:
    told = {"exe": exe, "cmdline": f"{exe} --serve", "pid": 1, "resources_usage": None, "consumption": watts * WATT}
    return {**told, "timestamp": BEGAN, "container": None, **more}


def report(at: float, watts: float, *consumers: dict[str, Any], domains: tuple[str, ...] = ("core",)) -> dict[str, Any]:
    sockets = [
        {
            "id": 0,
            "consumption": 1.0,
            "domains": [{"name": one, "consumption": 1.0, "timestamp": at} for one in domains],
        }
    ]
    host = {"consumption": watts * WATT, "timestamp": BEGAN + at, "components": {"disks": []}}
    return {"host": host, "consumers": list(consumers), "sockets": sockets}


def written(*reports: dict[str, Any]) -> str:
    return json.dumps(reports)


def taken(text: str | bytes, **asked: Any) -> Energy:
    return read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), **asked)


def refused(text: str | bytes, **asked: Any) -> FootprintError:
    with pytest.raises(FootprintError) as told:
        taken(text, **asked)
    return told.value


THREE = (report(0, 40), report(30, 60), report(60, 50))


def test_three_readings_by_hand() -> None:
    found = taken(written(*THREE))
    assert found.kwh == pytest.approx(8.75e-4, rel=1e-12)
    assert (found.points, found.coverage, found.perimeter, found.tier) == (3, 1, "unknown", "measured")
    assert found.end - found.start == 60
    assert found.share is None
    assert sum(one.host_kwh for one in found.hours) == pytest.approx(found.kwh)


def test_an_hour_in_which_nothing_was_measured_is_not_told() -> None:
    found = taken(written(*(report(at, 40) for at in range(0, 3601, 600))))
    assert [one.at for one in found.hours] == [BEGAN]


# --- the nine traps of spec 08 § 3.3, those of JSON ---


def test_placeholders_are_dropped_and_counted() -> None:
    empty = {**report(-30, 0), "consumers": [], "sockets": []}
    found = taken(written(empty, empty, *THREE))
    assert found.kwh == pytest.approx(8.75e-4)
    assert found.warnings == {"placeholder": 2}


def test_sockets_are_never_added_up() -> None:
    doubled = [{**one, "sockets": one["sockets"] * 2} for one in THREE]
    assert taken(written(*doubled)).kwh == taken(written(*THREE)).kwh


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_a_file_that_was_interrupted_keeps_every_whole_report(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = written(*THREE, report(90, 50))
    last = text.rindex('{"host"')
    monkeypatch.setattr(importing, "CHUNK", chunk)
    found = taken(text[:last] + "received Ctrl+C!\n" + text[last : last + 50])
    assert (found.points, found.kwh) == (3, pytest.approx(8.75e-4))
    assert found.warnings == {"broken": 1, "interrupted": 1}


def test_a_report_in_the_middle_of_another() -> None:
    text = written(THREE[0])[:-60] + written(*THREE)
    assert taken(text).points == 3
    assert taken(text).warnings == {"broken": 1}


def test_one_report_a_line_without_components() -> None:
    lines = "\n".join(
        json.dumps({**one, "host": {k: v for k, v in one["host"].items() if k != "components"}}) for one in THREE
    )
    assert taken(lines).kwh == pytest.approx(8.75e-4)


def test_only_the_biggest_processes_are_told_so_the_share_is_wider() -> None:
    processes = (consumer("/usr/bin/desk", 10), consumer("/usr/bin/other", 10))
    found = taken(written(report(0, 40, *processes), report(60, 40, *processes)), service=Service(exe="desk"))
    assert found.warnings == {"consumers_partial": 1}
    assert found.share is not None
    assert (found.share.low, found.share.value, found.share.high) == pytest.approx((0.25, 0.5, 0.75))
    assert found.hours[0].service_kwh == pytest.approx(found.hours[0].host_kwh / 4)


def test_the_perimeter_of_the_sensor() -> None:
    assert taken(written(*(report(at, 40, domains=("core", "dram")) for at in (0, 30)))).perimeter == "pkg_dram"


@pytest.mark.parametrize(("ours", "theirs", "low"), [(300, 100, 0.75), (0.02, 0.02, 0.0005)])
def test_processes_at_a_wrong_scale(ours: float, theirs: float, low: float) -> None:
    """A known fault of 1.0: they add up to more than the machine, or to nothing of it."""
    processes = (consumer("desk", ours), consumer("other", theirs))
    found = taken(written(report(0, 40, *processes), report(60, 40, *processes)), service=Service(exe="desk"))
    assert found.warnings == {"process_scale_suspect": 1}
    assert found.share is not None
    assert found.share.value == found.share.high == pytest.approx(ours / (ours + theirs))
    assert found.share.low == pytest.approx(low)


def test_at_a_wrong_scale_the_time_of_processors_decides() -> None:
    usage = {"cpu_usage": "30", "cpu_usage_unit": "%"}
    processes = (
        consumer("desk", 300, resources_usage=usage),
        consumer("other", 300, resources_usage={**usage, "cpu_usage": "10"}),
    )
    found = taken(written(report(0, 40, *processes), report(60, 40, *processes)), service=Service(exe="desk"))
    assert found.share is not None
    assert (found.share.low, found.share.value, found.share.high) == (0.75, 0.75, 0.75)


def test_a_machine_without_a_sensor_is_refused() -> None:
    assert refused(written(report(0, 0), report(30, 0))).code == "no_sensor"


# --- services ---


@pytest.mark.parametrize(
    ("service", "share"),
    [
        (Service(exe="^desk$"), 0.5),
        (Service(cmdline="desk --serve"), 0.5),
        (Service(container="^web-1$"), 0.5),
        (Service(exe="desk", cmdline="other"), 1),
    ],
)
def test_whose_processes_they_are(service: Service, share: float) -> None:
    processes = (consumer("desk", 10, container={"name": "web-1", "id": "a"}), consumer("other", 10))
    found = taken(written(report(0, 40, *processes), report(60, 40, *processes)), service=service)
    assert found.share is not None
    assert found.share.value == share


def test_no_process_of_the_service_is_refused_with_what_is_there() -> None:
    processes = (consumer("desk", 10), consumer("other", 0))
    text = written(report(0, 40, *processes), report(60, 40, *processes))
    assert refused(text, service=Service(exe="gone")).what == {"seen": "desk, other"}
    assert refused(text, service=Service(exe="other")).code == "no_process"  # which took nothing that was measured


@pytest.mark.parametrize(
    ("pattern", "code"), [("(", "bad_pattern"), ("a" * 201, "long_pattern"), (r"(a|aa)+$", "slow_pattern")]
)
def test_an_expression_that_cannot_be(pattern: str, code: str) -> None:
    processes = consumer("a" * 200 + "b", 1)
    assert refused(written(report(0, 40, processes)), service=Service(exe=pattern)).code == code


# --- bad input ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("hello", "not_measures"),
        ('{"host" of nothing', "not_scaphandre"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 20, "not_measures"),
        ('{"host": 4}', "bad_report"),
        ('{"host": {"timestamp": 1764000000.0}}', "bad_report"),
        ('{"host": {"timestamp": 1764000000.0, "consumption": 4e7}, "consumers": [3]}', "bad_report"),
        (written(report(0, 40), {**report(30, 40), "sockets": [1]}), "bad_report"),
        (written(report(0, float("nan")), *THREE), "bad_power"),
        (written(report(0, -1), *THREE), "bad_power"),
        (written(report(0, 40, consumer("a", float("nan")))), "bad_power"),
        (written(report(0, 40, consumer("a", -1))), "bad_power"),
        (written(report(0, 40, consumer("a", float("inf")))), "bad_power"),
        (written(report(0, 40, consumer("a", 1, consumption=True))), "bad_power"),
        (written(report(0, 40, consumer("a", 1, resources_usage={"cpu_usage": "many"}))), "bad_power"),
        (written(report(1e12, 40)), "bad_time"),
        (written({**THREE[0], "host": {"consumption": 4e7, "timestamp": True}}), "bad_time"),
        (written(report(0, 200_000), report(1, 200_000)), "unit"),
        (written(report(0, 0.001), report(1, 0.001)), "unit"),
        (written(report(0, 40)), "too_short"),
        (written(report(0, 40), report(0, 40)), "too_short"),
        (written(report(0, 40), report(1, 40), report(2, 40), report(3600, 40)), "low_coverage"),
        (b'{"host": "\xff"}', "not_text"),
    ],
)
def test_what_is_no_measure_is_refused(text: str | bytes, code: str) -> None:
    assert refused(text).code == code


def test_a_report_that_nests_too_deep_is_left_out() -> None:
    deep = '{"host": ' + "[" * 200_000
    assert taken(deep + written(*THREE)).warnings == {"broken": 1}


def test_a_report_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaphandre, "LONGEST", 3_000_000)
    assert refused('{"host": "' + "a" * 5_000_000).code == "long_report"


def test_readings_in_another_order_are_sorted_and_told() -> None:
    found = taken(written(THREE[2], THREE[0], THREE[1]))
    assert (found.kwh, found.warnings) == (pytest.approx(8.75e-4), {"unsorted": 1})


def test_a_hole_is_neither_energy_nor_time() -> None:
    near = [report(at, 40) for at in range(0, 100, 2)]
    after = [report(at, 40) for at in range(150, 250, 2)]
    found = taken(written(*near, *after))
    assert found.coverage == pytest.approx(196 / 248)
    assert found.kwh == pytest.approx(40 * 196 / 3.6e6)
    assert found.extrapolated == pytest.approx(40 * 248 / 3.6e6)
    assert taken(written(*near, *after), gap=60).coverage == 1


@given(st.integers(0, 3000))
def test_any_beginning_of_a_file_gives_the_beginning_of_its_reports(size: int) -> None:
    whole = [report(at, 40 + at, consumer("desk", 3)) for at in range(8)]
    found = Readings("scaphandre", Service(), partial=True)
    reports = list(scaphandre._reports([written(*whole)[:size]], found))
    assert reports == whole[: len(reports)]


def test_what_a_beginning_tells() -> None:
    assert kind_of(b"received Ctrl+C!\n[") == "scaphandre"
    assert kind_of(b"scaph_host_power_microwatts 1") == "prometheus"
    assert kind_of(b"go_gc 1\nscaph_host_power_microwatts 1") == "prometheus"
    assert refused(written(*THREE), kind="xml").code == "unknown_kind"
    assert taken(written(*THREE), kind="scaphandre").points == 3


def test_how_far_the_reading_is_told() -> None:
    done: list[int] = []
    text = written(*THREE)
    taken(text, report=done.append)
    assert done == [len(text)]


# --- integration ---

STEPS = st.lists(st.tuples(st.floats(0.5, 1000), st.floats(1e4, 1e8)), min_size=3, max_size=30)


def series(steps: list[tuple[float, float]]) -> tuple[Any, Any]:
    return BEGAN + np.cumsum([one for one, _power in steps]), np.array([power for _step, power in steps])


@given(STEPS, st.floats(0.01, 0.99))
def test_splitting_at_a_kept_point_changes_nothing(steps: list[tuple[float, float]], where: float) -> None:
    times, power = series(steps)
    cut = 1 + int(where * (len(times) - 2))
    whole = by_hour(times, power, gap=500)[1].sum()
    parts = (
        by_hour(times[: cut + 1], power[: cut + 1], gap=500)[1].sum()
        + by_hour(times[cut:], power[cut:], gap=500)[1].sum()
    )
    assert whole == pytest.approx(parts, rel=1e-9)


@given(STEPS)
def test_hours_add_up_to_the_trapezes_that_are_kept(steps: list[tuple[float, float]]) -> None:
    times, power = series(steps)
    hours, kwh, seconds = by_hour(times, power, gap=500)
    kept = [i for i in range(len(times) - 1) if times[i + 1] - times[i] <= 500]
    naive = sum((power[i] + power[i + 1]) / 2 * (times[i + 1] - times[i]) for i in kept) / KWH
    assert kwh.sum() == pytest.approx(naive, rel=1e-9, abs=1e-15)
    assert seconds.sum() == pytest.approx(sum(times[i + 1] - times[i] for i in kept), rel=1e-9)
    assert (seconds <= 3600 * (1 + 1e-9)).all()
    assert hours[0] <= times[0]
    assert hours[-1] + 3600 > times[-1]


@given(STEPS, st.sampled_from((1, 2, 5)), st.booleans())
def test_a_part_at_a_time_gives_what_the_whole_does(
    steps: list[tuple[float, float]], block: int, counter: bool
) -> None:
    times, power = series([*steps, (9000.0, 1e6), *steps])
    whole = by_hour(times, power, gap=500, counter=counter)
    with patch.object(powers, "BLOCK", block):
        parts = by_hour(times, power, gap=500, counter=counter)
    for one, other in zip(parts, whole, strict=True):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-18)


def test_a_long_series_takes_little_more_than_itself() -> None:
    times = BEGAN + np.arange(2_000_000.0) * 3
    power = np.full(len(times), 4e7)
    tracemalloc.start()
    try:
        assert by_hour(times, power)[1].sum() == pytest.approx(4e7 * 3 * (len(times) - 1) / KWH)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000, "one column alone is 16 MB"
    finally:
        tracemalloc.stop()


@given(STEPS)
def test_a_counter_that_wraps_never_adds_energy(steps: list[tuple[float, float]]) -> None:
    times, grown = series(steps)
    counter = np.cumsum(grown)
    _hours, kwh, _seconds = by_hour(times, counter, gap=5000, counter=True)
    assert kwh.sum() == pytest.approx((counter[-1] - counter[0]) / KWH, rel=1e-9)
    wrapped = counter.copy()
    wrapped[1:] = np.maximum(wrapped[1:] - counter[1], 0)  # begins again at the second
    _hours, less, seconds = by_hour(times, wrapped, gap=5000, counter=True)
    assert less.sum() <= kwh.sum() * (1 + 1e-9)
    assert seconds.sum() == pytest.approx(times[-1] - times[1], abs=1e-6)


def test_a_step_over_three_hours_is_spread_along_its_line() -> None:
    times, power = np.array([BEGAN + 1800, BEGAN + 1800 + 7200]), np.array([1e6, 3e6])
    _hours, kwh, seconds = by_hour(times, power, gap=7200)
    assert seconds.tolist() == [1800, 3600, 1800]
    assert (kwh * KWH).tolist() == pytest.approx([1800 * 1.25e6, 3600 * 2e6, 1800 * 2.75e6])


def test_an_hour_in_which_nothing_was_read_has_nothing() -> None:
    times = BEGAN + np.array([0, 10, 20, 7210, 7220, 7230.0])
    _hours, kwh, seconds = by_hour(times, np.full(6, 1e6))
    assert seconds.tolist() == [20, 0, 20]
    assert kwh[1] == 0


def test_a_reading_on_the_hour_belongs_to_the_next() -> None:
    times = BEGAN + np.array([3590, 3600, 3610.0])
    _hours, _kwh, seconds = by_hour(times, np.full(3, 1e6))
    assert seconds.tolist() == [10, 10]


def test_the_usual_step_of_a_long_series_is_that_of_some_of_it() -> None:
    times = BEGAN + np.arange(150_000.0) * 3
    found = Readings("scaphandre", Service(), partial=False)
    for at in times[[0, 1]]:
        found.add(float(at), 4e7, 0, 0, 1)
    assert energy(found).coverage == 1
    assert by_hour(times, np.full(len(times), 4e7))[2].sum() == times[-1] - times[0]


def test_a_refusal_tells_some_of_the_names() -> None:
    processes = [consumer(f"program-{at}", 1) for at in range(30)]
    text = written(report(0, 40, *processes), report(60, 40, *processes))
    assert str(refused(text, service=Service(exe="gone")).what["seen"]).count("program-") == 12
