"""What a server takes: by hand, by hour, per unit; files of codecarbon; electricity hour by hour."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint import grid, telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.grid import Hourly
from communaux.engines.footprint.importing import read
from communaux.engines.footprint.intervals import Interval, exactly
from communaux.engines.footprint.power import Energy, Hour
from communaux.engines.footprint.server import Intensity, Machine, Share, Work, server

FACTORS = shipped()
BEGAN = 1_764_000_000
DAY = 24


def measured(*kwh: float, share: Interval | None = None, **more: Any) -> Energy:
    hours = tuple(Hour(BEGAN + 3600 * at, one, 0.0, 3600.0) for at, one in enumerate(kwh))
    told: dict[str, Any] = {
        "kind": "scaphandre",
        "start": float(BEGAN),
        "end": float(BEGAN + 3600 * len(kwh)),
        "points": 1200 * len(kwh),
        "kwh": sum(kwh),
        "hours": hours,
        "coverage": 1.0,
        "perimeter": "psys",
        "share": share,
        "tier": "measured",
        "warnings": {},
    }
    return Energy(**{**told, **more})


def refused(energy: Energy, **asked: Any) -> str:
    with pytest.raises(FootprintError) as told:
        server(FACTORS, energy, **asked)
    assert telling.refused(told.value, "fr")
    return told.value.code


def test_a_day_of_a_server_that_declares_nothing() -> None:
    found = server(FACTORS, measured(*[0.1] * DAY))
    assert found.parts["servers_used"].value == pytest.approx(2.4 * 1.3 * 51.9)
    assert found.parts["servers_used"].high == pytest.approx(2.4 * 2.8 * 1.8 * 98)
    assert found.parts["servers_made"].value == pytest.approx(748_000 / (5 * 365))
    assert found.parts["servers_made"].high == pytest.approx(2_087_000 / (5 * 365))
    assert found.kwh.value == pytest.approx(2.4 * 1.3)
    assert found.tier == "default"
    assert {one.key for one in found.used} == {"grid.FR", "pue", "k_wall", "server.embodied", "server.life"}


def test_what_is_declared_takes_the_place_of_a_hypothesis() -> None:
    machine = Machine(Interval(1000, 1200, 1500), 6, "the maker's sheet, 2024")
    found = server(FACTORS, measured(2.4), pue=1.5, wall=1.2, machine=machine, share=Share(0.25, "vcpu"))
    assert found.parts["servers_used"].value == pytest.approx(2.4 * 1.5 * 1.2 * 51.9 / 4)
    assert found.parts["servers_made"].low == pytest.approx(1_000_000 / (6 * 365 * 24) / 4)
    assert found.tier == "modelled"  # the electricity of France is
    assert found.inputs["share_key"] == "vcpu"


def test_intensity_that_is_typed_leaves_nothing_to_a_model() -> None:
    machine = Machine(exactly(1000), 6, "the maker's sheet, 2024")
    found = server(
        FACTORS, measured(2.0), pue=1.0, wall=1.0, machine=machine, intensity=Intensity(20, "the grid, 2025")
    )
    assert found.parts["servers_used"].value == pytest.approx(40)
    assert (found.tier, found.used) == ("measured", ())
    assert found.inputs["intensity_source"] == "the grid, 2025"


@given(st.floats(1e-6, 1e12), st.floats(1, 1000))
def test_per_unit_is_inverse_to_the_work(count: float, times: float) -> None:
    one = server(FACTORS, measured(2.4), work=Work(count, "request")).beside["per_unit"]
    more = server(FACTORS, measured(2.4), work=Work(count * times, "request")).beside["per_unit"]
    assert more.value == pytest.approx(one.value / times)
    assert one.low <= one.value <= one.high


def test_per_unit_is_all_of_it_over_the_work() -> None:
    found = server(FACTORS, measured(2.4), work=Work(1200, "session"))
    assert found.beside["per_unit"].value == pytest.approx(found.total.value / 1200)


def test_the_share_of_processes_with_its_bounds() -> None:
    found = server(FACTORS, measured(2.4, share=Interval(0.1, 0.2, 0.4)))
    whole = server(FACTORS, measured(2.4))
    assert found.total.value == pytest.approx(whole.total.value * 0.2)
    assert found.total.high == pytest.approx(whole.total.high * 0.4)
    assert found.inputs["share_key"] == "processes"


# --- hour by hour ---


def hourly(*grams: float, method: str = "lca") -> Hourly:
    return Hourly(method, {BEGAN + 3600 * at: one for at, one in enumerate(grams)}, "a file")


def test_each_hour_with_its_own_electricity() -> None:
    found = server(FACTORS, measured(1.0, 3.0), hourly=hourly(10, 50), pue=1, wall=1)
    assert found.parts["servers_used"].value == pytest.approx(160)
    assert found.beside["intensity"].value == pytest.approx(40)
    assert "grid.FR" not in {one.key for one in found.used}
    assert found.beside["yearly"] == FACTORS["grid.FR"].interval
    for lang, sentence in (("fr", "celle de l’année, en cycle de vie : 52 g/kWh, entre 41 et 98"), ("en", "52 g/kWh")):
        assert any(sentence in line for line in telling.told(found, lang))


def test_hours_that_are_missing_take_the_mean_of_the_year_and_are_counted() -> None:
    found = server(FACTORS, measured(*[1.0] * 10), hourly=hourly(*[10.0] * 8), pue=1, wall=1)
    assert found.parts["servers_used"].value == pytest.approx(80 + 2 * 51.9)
    assert found.beside["hours_missing"].value == 2
    typed = server(
        FACTORS, measured(*[1.0] * 10), hourly=hourly(*[10.0] * 8), pue=1, wall=1, intensity=Intensity(20, "s")
    )
    assert typed.parts["servers_used"].value == pytest.approx(120)
    assert typed.beside["yearly"].value == 20


def test_direct_and_whole_life_are_never_added() -> None:
    found = server(FACTORS, measured(1.0), hourly=hourly(10, method="direct"))
    assert "making_of_electricity" in found.not_counted
    assert refused(measured(*[1.0] * 10), hourly=hourly(*[10.0] * 9, method="direct")) == "mixed_methods"


def test_days_of_23_and_25_hours() -> None:
    spring = ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"]
    autumn = ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]
    for lines in (spring, autumn):
        text = ["timestamp,g_per_kwh", *(f"{one},20" for one in lines), ""]
        first, second = grid.read((f"{one}\n" for one in text), method="direct", source="RTE").by_hour
        assert second - first == 3600


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_hourly"),
        ("hour,g\n", "not_hourly"),
        ("timestamp,g_per_kwh\n", "not_hourly"),
        ("timestamp,g_per_kwh\n2026-01-01T00:00,20\n", "no_offset"),
        ("timestamp,g_per_kwh\nnoon,20\n", "bad_line"),
        ("timestamp,g_per_kwh\n2026-01-01T00:00Z\n", "bad_line"),
        ("timestamp,g_per_kwh\n2026-01-01T00:00Z,nan\n", "bad_intensity"),
        ("timestamp,g_per_kwh\n2026-01-01T00:00Z,-1\n", "bad_intensity"),
        ("timestamp,g_per_kwh\n2026-01-01T00:00Z,3001\n", "bad_intensity"),
        ("timestamp,g_per_kwh\n2026-01-01T00:00Z,20\n2026-01-01T01:00+01:00,30\n", "hour_twice"),
        (f'timestamp,g_per_kwh\n"{"x" * 200_000}",1\n', "bad_line"),
    ],
)
def test_an_hourly_file_that_cannot_be(text: str, code: str) -> None:
    with pytest.raises(FootprintError) as told:
        grid.read(io.StringIO(text), method="lca", source="a file")
    assert told.value.code == code


def test_an_hourly_file_needs_its_method_and_source() -> None:
    for asked, code in (
        ({"method": "guess", "source": "s"}, "unknown_method"),
        ({"method": "lca", "source": " "}, "no_source"),
    ):
        with pytest.raises(FootprintError) as told:
            grid.read([], **asked)
        assert told.value.code == code


@pytest.mark.parametrize(
    ("energy", "asked", "code"),
    [
        (measured(1.0), {"zone": "MARS"}, "unknown_zone"),
        (measured(1.0), {"pue": 0.9}, "bad_pue"),
        (measured(1.0), {"wall": 0.9}, "bad_wall"),
        (measured(1.0), {"share": Share(0)}, "out_of_range"),
        (measured(1.0), {"share": Share(1.1)}, "out_of_range"),
        (measured(1.0), {"share": Share(0.5, "guess")}, "unknown_share_key"),
        (measured(1.0, share=exactly(0.5)), {"share": Share(0.5)}, "share_twice"),
        (measured(1.0), {"work": Work(0, "request")}, "out_of_range"),
        (measured(1.0), {"work": Work(1, "like")}, "unknown_unit"),
        (measured(1.0), {"intensity": Intensity(20, "a contract", "market")}, "market_based"),
        (measured(1.0), {"intensity": Intensity(20, "x", "elsewhere")}, "unknown_basis"),
        (measured(1.0), {"intensity": Intensity(20, " ")}, "no_source"),
        (measured(1.0), {"intensity": Intensity(0, "x")}, "out_of_range"),
        (measured(1.0), {"machine": Machine(exactly(1), 5, "")}, "no_source"),
        (measured(1.0), {"machine": Machine(exactly(1), 0, "x")}, "out_of_range"),
        (measured(*[1.0] * 10), {"hourly": hourly(*[1.0] * 7)}, "hours_missing"),
        (measured(1.0, hours=()), {"hourly": hourly(1)}, "no_hours"),
        (measured(1.0, facility=True), {"pue": 1.2}, "pue_twice"),
        (measured(1.0, facility=True), {"wall": 1.2}, "pue_twice"),
    ],
)
def test_what_cannot_be_is_refused(energy: Energy, asked: dict[str, Any], code: str) -> None:
    assert refused(energy, **asked) == code


# --- codecarbon ---

HEAD = "timestamp,project_name,run_id,duration,emissions,energy_consumed,country_iso_code,tracking_mode,on_cloud,pue\n"


def row(run: str, at: str, seconds: float, kwh: object, kg: float = 0.1) -> str:
    return f"2025-11-24T{at},desk,{run},{seconds},{kg},{kwh},FRA,machine,N,1.2\n"


def carbon(text: str, **asked: Any) -> Energy:
    return read(io.BytesIO(text.encode()), **asked)


def test_rows_of_a_run_are_on_the_way_to_its_longest() -> None:
    text = HEAD + row("a", "10:00:00", 60, 1.0) + row("a", "11:00:00", 3660, 2.0) + row("a", "10:30:00", 1860, 1.5)
    found = carbon(text + row("b", "12:00:00+00:00", 600, 0.5, 0.025))
    assert (found.kwh, found.points, found.warnings) == (2.5, 4, {"runs": 2})
    assert found.end - found.start == 2 * 3600 + 60
    assert found.theirs == pytest.approx(1000 * 0.125 / 2.5)
    assert (found.tier, found.coverage, found.extrapolated) == ("modelled", None, None)


def test_its_building_is_never_counted_twice() -> None:
    energy = carbon(HEAD + row("a", "10:00:00", 3600, 2.0))
    found = server(FACTORS, energy)
    assert found.kwh.value == 2
    assert found.parts["servers_used"].value == pytest.approx(2 * 51.9)
    assert found.beside["theirs"].value == pytest.approx(50)
    assert "rest_of_machine" in found.not_counted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("timestamp,run_id\n", "not_codecarbon"),
        (HEAD, "too_short"),
        (HEAD + row("a", "10:00:00", 3600, 0), "no_sensor"),
        (HEAD + row("a", "10:00:00", 3600, "nan"), "bad_power"),
        (HEAD + row("a", "10:00:00", 3600, "-1"), "bad_power"),
        (HEAD + row("a", "10:00:00", 3600, "much"), "bad_power"),
        (HEAD + "2025-11-24T10:00:00,desk,a\n", "bad_power"),
        (HEAD + row("a", "noon", 3600, 1), "bad_time"),
        (HEAD + row("a", "10:00:00", 3600, 1).replace("2025", "1925"), "bad_time"),
        (HEAD + f'"{"x" * 200_000}"\n', "bad_line"),
    ],
)
def test_another_file_is_refused(text: str, code: str) -> None:
    with pytest.raises(FootprintError) as told:
        carbon(text)
    assert told.value.code == code


def test_codecarbon_knows_no_processes() -> None:
    from communaux.engines.footprint.readings import Service

    with pytest.raises(FootprintError) as told:
        carbon(HEAD + row("a", "10:00:00", 3600, 1), service=Service(exe="desk"))
    assert told.value.code == "no_processes"


# --- what is told ---


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_report_says_all_of_it(lang: str) -> None:
    energy = measured(*[1.0] * 10, share=Interval(0.1, 0.2, 0.4), coverage=0.8, warnings={"placeholder": 2})
    found = server(FACTORS, energy, hourly=hourly(*[10.0] * 8), work=Work(100, "request"))
    text = "\n".join(telling.told(found, lang)).replace("\u202f%", " %")
    assert "{" not in text
    for word in ("SCI, ISO/IEC 21031", "80 %", "12,5" if lang == "fr" else "12.5", "20 %"):
        assert word in text
    assert ("2 relevés vides" if lang == "fr" else "2 empty readings") in text
    assert json.loads(json.dumps(telling.as_json(found, FACTORS)))["inputs"]["points"] == 12_000


def test_a_report_of_codecarbon() -> None:
    lines = list(telling.told(server(FACTORS, carbon(HEAD + row("a", "10:00:00", 3600, 2.0))), "en"))
    assert (
        "From 2025-11-24 09:00 to 2025-11-24 10:00 (UTC): 1 readings, 2 kWh measured, quality of this measure: modelled"
        in lines
    )
    assert "The file counted 50 g/kWh; this number is not taken over." in lines


def test_a_report_names_what_was_typed() -> None:
    machine = Machine(exactly(1000), 6, "the maker's sheet, 2024")
    asked = {"pue": 1.4, "wall": 1.2, "machine": machine, "intensity": Intensity(20, "the grid, 2025")}
    text = "\n".join(telling.told(server(FACTORS, measured(2.0), **asked), "en"))
    for line in ("Intensity of electricity: the grid, 2025", "Making of the machine: the maker's sheet, 2024"):
        assert line in text
    assert "PUE declared: 1.4" in text
    assert "Reading at the plug over the sensor: 1.2" in text
