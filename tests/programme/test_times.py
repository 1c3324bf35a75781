"""The clock of an edition: across a change of the clock, overseas, past midnight; what does not exist is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from programme.making import PARIS, at, guid, programme, session, slot

from communaux.engines.programme import telling, times
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import Edition, Programme, Slot

CHANGE = date(2023, 10, 29)
CAYENNE = ZoneInfo("America/Cayenne")


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Nantes", "../etc/passwd", "/etc/localtime"])
def test_a_zone_that_nobody_knows(name: str) -> None:
    with pytest.raises(ProgrammeError) as refused:
        times.zone(name)
    assert refused.value.code == "unknown_zone"
    assert "Europe/Paris" in telling.refused(refused.value, "fr")


def test_half_past_nine_stays_half_past_nine() -> None:
    shown = [times.local(CHANGE + timedelta(days=n), time(9, 30), PARIS) for n in (-1, 0, 1)]
    assert [times.clock(one, PARIS) for one in shown] == ["09:30"] * 3
    assert [one.isoformat() for one in shown] == [
        "2023-10-28T07:30:00+00:00",
        "2023-10-29T08:30:00+00:00",
        "2023-10-30T08:30:00+00:00",
    ]
    assert times.iso(times.local(CHANGE, time(9, 30), CAYENNE), CAYENNE) == "2023-10-29T09:30:00-03:00"


def test_an_hour_that_the_clock_shows_twice_tells_its_offset() -> None:
    first, second = (times.local(CHANGE, time(2, 30), PARIS, fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
    assert (times.clock(first, PARIS), times.clock(second, PARIS)) == ("02:30 (UTC+02:00)", "02:30 (UTC+01:00)")
    assert (times.hour(second, PARIS), times.clock(first, CAYENNE)) == ("02:30", "21:30")


def test_a_time_that_the_clock_jumps_over_is_refused_with_the_rule() -> None:
    with pytest.raises(ProgrammeError) as refused:
        times.local(date(2024, 3, 31), time(2, 30), PARIS)
    assert refused.value.what == {"day": date(2024, 3, 31), "at": "02:30", "zone": "Europe/Paris", "forward": 60}
    assert telling.refused(refused.value, "en") == (
        "02:30 does not exist on Sunday 31 March 2024: that night the clocks of Europe/Paris go forward by 60 minutes for "
        "summer time. Choose a time before or after."
    )
    assert times.iso(times.local(date(2024, 3, 31), time(3, 30), PARIS), PARIS) == "2024-03-31T03:30:00+02:00"


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2024-03-31T01:59:00+01:00", "2024-03-31T00:59:00+00:00"),
        ("2024-03-31T02:30:00+00:00", "2024-03-31T02:30:00+00:00"),
        ("2023-10-29T02:30:00+01:00", "2023-10-29T01:30:00+00:00"),
        ("2023-10-29T09:30:00", "2023-10-29T08:30:00+00:00"),
    ],
)
def test_a_written_time_is_the_instant_it_says(written: str, instant: str) -> None:
    assert times.told(datetime.fromisoformat(written), PARIS).isoformat() == instant


@pytest.mark.parametrize("written", ["2024-03-31T02:30:00", "2024-03-31T02:30:00+01:00", "2024-03-31T02:30:00+02:00"])
def test_a_written_time_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ProgrammeError, match="gap"):
        times.told(datetime.fromisoformat(written), PARIS)


def test_a_day_begins_at_midnight_even_where_that_is_jumped_over() -> None:
    assert times.iso(times.midnight(CHANGE, PARIS), PARIS) == "2023-10-29T00:00:00+02:00"
    beirut = ZoneInfo("Asia/Beirut")
    assert times.iso(times.midnight(date(2022, 3, 27), beirut), beirut) == "2022-03-27T01:00:00+03:00"


def edition(**given: object) -> Edition:
    return Edition(
        **({"title": "T", "acronym": "a", "start": CHANGE, "end": CHANGE, "timezone": "Europe/Paris"} | given)
    )  # type: ignore[arg-type]


def test_a_session_past_midnight_stands_on_the_day_it_starts() -> None:
    late = Slot(guid(1), None, at("2023-10-29T23:30"), at("2023-10-30T00:30"))
    found = programme([session(1)], [late], edition=edition(end=date(2023, 10, 30)))
    assert [(day.day, len(slots)) for day, slots in found.by_day()] == [(29, 1), (30, 0)]


def test_a_session_elsewhere_has_a_day_of_its_own() -> None:
    found = programme([session(1)], [slot(1)], edition=edition())
    assert [(day.isoformat(), len(slots)) for day, slots in found.by_day()] == [("2023-10-18", 1), ("2023-10-29", 0)]


def test_sessions_stand_by_the_instant_not_by_the_clock() -> None:
    second = Slot(guid(1), None, at("2023-10-29T02:15", fold=1), at("2023-10-29T02:45", fold=1))
    first = Slot(guid(2), None, at("2023-10-29T02:30"), at("2023-10-29T02:15", fold=1))
    found = programme([session(1), session(2)], [second, first], edition=edition())
    assert [(one.session.int, one.minutes) for one in found.slots] == [(2, 45), (1, 30)]
    twin = Slot(guid(1), None, at("2023-10-29T02:15"), at("2023-10-29T02:45"))
    assert found.with_slots([twin, first]) != found, "two readings of one clock are two instants"


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("end_before_start", {"end": date(2023, 10, 28)}),
        ("bad_value", {"end": date(2025, 10, 28)}),
        ("unknown_zone", {"timezone": "Mars/Olympus"}),
    ],
)
def test_days_that_are_none(code: str, given: dict[str, object]) -> None:
    with pytest.raises(ProgrammeError) as refused:
        edition(**given)
    assert refused.value.code == code


NOON = datetime(2023, 10, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("no_offset", NOON.replace(tzinfo=None), NOON),
        ("no_offset", NOON, NOON.replace(tzinfo=None, hour=14)),
        ("end_before_start", NOON, NOON),
        ("bad_value", NOON.replace(second=1), NOON.replace(hour=13)),
        ("bad_value", NOON, NOON.replace(hour=13, microsecond=1)),
    ],
)
def test_spans_that_are_none(code: str, start: datetime, end: datetime) -> None:
    with pytest.raises(ProgrammeError) as refused:
        Slot(guid(1), None, start, end)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "given",
    [
        {"minutes": 0},
        {"minutes": 6000},
        {"code": "abc"},
        {"state": "perhaps"},
        {"needs": frozenset({"coffee"})},
    ],
)
def test_sessions_that_are_none(given: dict[str, object]) -> None:
    with pytest.raises(ProgrammeError, match="bad_value"):
        session(1, **given)


def test_things_that_stand_twice_or_nowhere() -> None:
    one, two = session(1), session(2)
    for code, make in (
        ("twice", lambda: programme([one, one])),
        ("twice", lambda: programme([one, session(2, code=one.code)])),
        ("twice", lambda: programme([one], [slot(1), slot(1, NOON)])),
        ("twice", lambda: programme([one], rooms=programme([]).rooms * 2)),
        ("unknown_thing", lambda: programme([one], [slot(2)])),
        ("unknown_thing", lambda: programme([one, two], [slot(1, room="Cave")])),
    ):
        with pytest.raises(ProgrammeError, match=code):
            make()


def test_programmes_are_equal_whatever_the_order() -> None:
    given = [session(1), session(2)], [slot(1), slot(2, room="Grenier")]
    turned: Programme = programme(given[0][::-1], given[1][::-1])
    assert programme(*given) == turned
