"""Scaphandre's text for Prometheus and answers of Prometheus, beside the parser of `prometheus_client`.

The fixtures are written by hand from Scaphandre's documentation. Format 1.0, not yet confirmed on hardware.
"""

from __future__ import annotations

import io
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from communaux.engines.footprint import importing
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.exposition import sample
from communaux.engines.footprint.importing import read
from communaux.engines.footprint.power import Energy
from communaux.engines.footprint.readings import Service

SCRAPE = """\
# HELP scaph_host_power_microwatts Power measurement on the whole host, in microwatts
# TYPE scaph_host_power_microwatts gauge
scaph_process_power_consumption_microwatts{{pid="7",exe="gunicorn",cmdline="gunicorn desk"}} 5000000
scaph_host_power_microwatts {watts}
scaph_self_memory_bytes 12
scaph_process_power_consumption_microwatts{{cmdline="pg",exe="postgres",pid="8",kubernetes_pod_name="db-0"}} 15000000
scaph_host_load_avg_one 0.2
"""
HOUR = "2025-11-24T16:"


def scrapes(*moments: tuple[str, float], more: str = "") -> str:
    return "".join(f"# scrape_at: {at}\n{SCRAPE.format(watts=watts * 1e6)}{more}" for at, watts in moments)


THREE = ((HOUR + "00:00Z", 40), (HOUR + "00:30Z", 60), (HOUR + "01:00+00:00", 50))


def taken(text: str, **asked: Any) -> Energy:
    return read(io.BytesIO(text.encode()), **asked)


def refused(text: str, **asked: Any) -> FootprintError:
    with pytest.raises(FootprintError) as told:
        taken(text, **asked)
    return told.value


def test_scrapes_one_after_another() -> None:
    found = taken(scrapes(*THREE), service=Service(exe="gunicorn"))
    assert found.kwh == pytest.approx(8.75e-4)
    assert (found.kind, found.points, found.perimeter) == ("prometheus", 3, "unknown")
    assert found.share is not None
    assert found.share.value == found.share.high == pytest.approx(0.25)
    assert found.share.low == pytest.approx(5 * 60 / (8.75e-4 * 3.6e6))


def test_a_pod_is_found_by_its_name() -> None:
    found = taken(scrapes(*THREE), service=Service(container="^db-"))
    assert found.share is not None
    assert found.share.value == pytest.approx(0.75)


def test_times_that_samples_have_themselves() -> None:
    lines = [
        f"scaph_host_power_microwatts {w}e6 {1764000000000 + at}\n" for at, w in ((60000, 50), (0, 40), (30000, 60))
    ]
    assert taken("".join(lines)).kwh == pytest.approx(8.75e-4)


def test_the_counter_goes_before_the_gauge_and_a_wrap_is_a_hole() -> None:
    counters = [1e6, 2e6, 3e6, 4e6, 0.5e6, 1.5e6]
    moments = [(f"{HOUR}{at:02}:00Z", 40.0) for at in range(6)]
    text = "".join(
        scrapes(moment, more=f"scaph_host_energy_microjoules {count}\n")
        for moment, count in zip(moments, counters, strict=True)
    )
    found = taken(text)
    assert found.kwh == pytest.approx(4e6 / 3.6e12)
    assert found.coverage == pytest.approx(0.8)
    only = "".join(
        f"# scrape_at: {at}\nscaph_host_energy_microjoules {count}\n"
        for (at, _watts), count in zip(moments, counters, strict=True)
    )
    assert taken(only).kwh == found.kwh
    assert (
        refused(only + "scaph_process_power_consumption_microwatts 3\n", service=Service(exe="x")).code == "no_process"
    )
    assert (
        refused(only + 'scaph_process_power_consumption_microwatts{exe="x"} 3\n', service=Service(exe="x")).code
        == "too_short"
    )


@pytest.mark.parametrize(
    ("line", "perimeter"),
    [
        ("scaph_host_rapl_psys_microjoules 4\n", "psys"),
        ('scaph_domain_power_microwatts{socket_id="0",domain_name="dram"} 4\n', "pkg_dram"),
        ('scaph_domain_power_microwatts{socket_id="0",domain_name="core"} 4\n', "unknown"),
    ],
)
def test_the_perimeter_of_the_sensor(line: str, perimeter: str) -> None:
    assert taken(scrapes(*THREE, more=line)).perimeter == perimeter


def test_the_time_of_processors_where_processes_are_at_a_wrong_scale() -> None:
    more = 'scaph_process_cpu_usage_percentage{exe="gunicorn"} 3\nscaph_process_cpu_usage_percentage{exe="pg"} 1\n'
    small = scrapes(*THREE, more=more).replace("5000000", "50")
    found = taken(small, service=Service(exe="gunicorn"))
    assert found.share is not None
    assert found.share.value == 0.75
    assert found.warnings == {"process_scale_suspect": 1}


def test_a_moment_without_the_machine_is_left_out_and_told() -> None:
    alone = f'# scrape_at: {HOUR}02:00Z\nscaph_process_power_consumption_microwatts{{exe="a"}} 1\n'
    found = taken(scrapes(*THREE) + alone)
    assert (found.points, found.warnings) == (3, {"no_host": 1})


@pytest.mark.parametrize(
    ("text", "asked", "code"),
    [
        (SCRAPE.format(watts=1e7), {}, "no_time"),
        (SCRAPE.format(watts=1e7), {"at": 1_764_000_000.0}, "too_short"),
        ("# scrape_at: noon\n" + SCRAPE.format(watts=1e7), {}, "bad_scrape_at"),
        ("# scrape_at: 2025-11-24T16:00:00\n" + SCRAPE.format(watts=1e7), {}, "no_offset"),
        ("# nothing of it\ngo_gc 1\n", {}, "not_prometheus"),
        ("# \nscaph_host_power_microwatts\n", {}, "bad_line"),
        ("# \nscaph_host_power_microwatts one\n", {}, "bad_line"),
        ('# \nscaph_host_power_microwatts{a="b} 1\n', {}, "bad_line"),
        (scrapes((HOUR + "00:00Z", math.nan), *THREE[1:]), {}, "bad_power"),
        (scrapes((HOUR + "00:00Z", -1), *THREE[1:]), {}, "bad_power"),
        (scrapes(*THREE, more="scaph_host_energy_microjoules NaN\n"), {}, "bad_power"),
        (scrapes(*THREE, more='scaph_process_cpu_usage_percentage{exe="a"} -1\n'), {}, "bad_power"),
        ("scaph_host_power_microwatts 1 5\n", {}, "bad_time"),
        ("# " + "x" * (1 << 20), {}, "long_line"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, asked: dict[str, Any], code: str) -> None:
    assert refused(text, **asked).code == code


def test_how_far_the_reading_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LINES", 10)
    done: list[int] = []
    text = scrapes(*THREE)
    taken(text, report=done.append)
    assert done == [len(text)] * 2  # of a small file all is read at once


# --- beside prometheus_client ---

VALUES = st.floats(allow_nan=True, allow_infinity=True)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.dictionaries(st.tuples(NAMES, NAMES), VALUES, max_size=8), VALUES.filter(lambda one: not one < 0))
def test_each_sample_is_read_as_prometheus_client_reads_it(rows: dict[tuple[str, str], float], total: float) -> None:
    registry = CollectorRegistry()
    gauge = Gauge("scaph_process_power", "of a \\ process\n", ["exe", "cmdline"], registry=registry)
    counter = Counter("scaph_host_energy", "of it", registry=registry)
    for (exe, cmdline), value in rows.items():
        gauge.labels(exe, cmdline).set(value)
    counter.inc(total)
    text = generate_latest(registry).decode()
    theirs = [one for family in text_string_to_metric_families(text) for one in family.samples]
    ours = [one for one in map(sample, text.split("\n")) if one]
    assert [(one.name, dict(one.labels), repr(one.value)) for one in ours] == [
        (one.name, one.labels, repr(one.value)) for one in theirs
    ]


def test_labels_in_any_order_with_marks_inside() -> None:
    found = sample(r'x{b="1, 2}",a="say \"x\" \\ \n",} 4.5e3 1700')
    assert found is not None
    assert (found.labels, found.value, found.at) == ({"b": "1, 2}", "a": 'say "x" \\ \n'}, 4500, 1700)
    assert sample("x{} 1") == ("x", {}, 1, None)


# --- answers of Prometheus ---


def matrix(*series: tuple[dict[str, str], list[list[Any]]]) -> dict[str, Any]:
    rows = [{"metric": metric, "values": values} for metric, values in series]
    return {"status": "success", "data": {"resultType": "matrix", "result": rows}}


HOST = {"__name__": "scaph_host_power_microwatts", "instance": "a"}
POINTS: list[list[Any]] = [[1764000000 + at, f"{watts}e6"] for at, watts in ((0, 40), (30, 60), (60, 50))]


def test_an_answer_to_a_range_query() -> None:
    process = {"__name__": "scaph_process_power_consumption_microwatts", "exe": "desk"}
    told = matrix((HOST, POINTS), (process, [[at, "20e6"] for at, _watts in POINTS]), ({"__name__": "up"}, POINTS))
    found = taken(json.dumps(told), service=Service(exe="desk"))
    assert found.kwh == pytest.approx(8.75e-4)
    assert found.share is not None
    assert found.share.value == 1


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"resultType": "vector", "result": []}},
        {"data": {"resultType": "matrix"}},
        matrix(({"__name__": "up"}, POINTS)),
        matrix((HOST, [[1764000000, "much"]])),
        matrix((HOST, [[1764000000]])),
        {"data": {"resultType": "matrix", "result": [{"metric": "x", "values": []}]}},
    ],
)
def test_another_answer_is_refused(told: dict[str, Any]) -> None:
    assert refused(json.dumps(told)).code == "not_prometheus"


def test_an_answer_that_is_cut_or_too_big_or_of_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = json.dumps(matrix((HOST, POINTS)))
    assert refused(whole[:-20]).code == "not_prometheus"
    assert refused(json.dumps(matrix((HOST, [["noon", "1"]])))).code == "bad_time"
    monkeypatch.setattr(importing, "BIGGEST_ANSWER", 50)
    assert refused(whole).code == "too_big"
