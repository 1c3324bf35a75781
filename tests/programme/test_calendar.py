"""iCalendar, read again by the library: times, identifiers, the same bytes for the same programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from icalendar import Calendar
from programme.making import EDITION, PUBLISHED, at, guid, programme, programmes, session, slot

from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import FORMATS
from communaux.engines.programme.formats.calendar import Milestone, write, write_all, write_milestones
from communaux.engines.programme.model import Edition, Programme, Role, Slot, Version

CHANGE = Edition("Heure", "heure2023", date(2023, 10, 28), date(2023, 10, 30), "Europe/Paris")
FIRST = Version("1.0", PUBLISHED, 1)
CAYENNE = ZoneInfo("America/Cayenne")


def published(*slots: Slot, edition: Edition = CHANGE, **given: object) -> Programme:
    made = [session(one.session.int, **given) for one in slots]
    return programme(made, list(slots), edition=edition, version=FIRST)


def events(content: bytes) -> list[dict[str, str]]:
    """Lines of each event, as they stand there."""
    parts = content.decode().replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]
    return [dict(line.split(":", 1) for line in one.split("END:VEVENT")[0].strip().splitlines()) for one in parts]


def test_half_past_nine_across_the_change() -> None:
    slots = [Slot(guid(n), "Halle", at(f"2023-10-{27 + n}T09:30"), at(f"2023-10-{27 + n}T10:30")) for n in (1, 2, 3)]
    content = write(published(*slots), instance="desk.example")
    assert [one["DTSTART;TZID=Europe/Paris"] for one in events(content)] == [f"202310{n}T093000" for n in (28, 29, 30)]
    read = Calendar.from_ical(content)
    assert [one.start for one in read.events] == [one.start for one in slots]
    assert [one.end for one in read.events] == [one.end for one in slots]
    assert [zone["TZID"] for zone in read.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert b"RDATE:20231029T030000" in content.replace(b"\r\n ", b"") or b"DTSTART:20231029T030000" in content


def test_the_second_of_two_hours_is_told_in_utc() -> None:
    first, second = (
        Slot(guid(1 + fold), None, at("2023-10-29T02:30", fold=fold), at("2023-10-29T03:30")) for fold in (0, 1)
    )
    told = events(write(published(first, second)))
    assert told[0]["DTSTART;TZID=Europe/Paris"] == "20231029T023000"
    assert told[1]["DTSTART"] == "20231029T013000Z"


def test_overseas_and_utc() -> None:
    overseas = replace(CHANGE, timezone="America/Cayenne")
    start = datetime(2023, 10, 29, 9, 30, tzinfo=CAYENNE)
    content = write(published(Slot(guid(1), None, start, start + timedelta(hours=1)), edition=overseas))
    assert events(content)[0]["DTSTART;TZID=America/Cayenne"] == "20231029T093000"
    assert [zone["TZID"] for zone in Calendar.from_ical(content).walk("VTIMEZONE")] == ["America/Cayenne"]
    plain = write(
        published(Slot(guid(1), None, start, start + timedelta(hours=1)), edition=replace(CHANGE, timezone="UTC"))
    )
    assert events(plain)[0]["DTSTART"] == "20231029T123000Z"
    assert Calendar.from_ical(plain).walk("VTIMEZONE") == []


def test_who_and_since_when() -> None:
    made = programme(
        [
            session(
                1,
                title="Ouverture, suite; fin",
                summary="Deux\nlignes",
                theme="Communs, ici",
                roles=(Role("7"), Role("8", shown="Mairie")),
            )
        ],
        [slot(1)],
        version=Version("1.2", PUBLISHED, 3),
    )
    content = write(made, instance="desk.example")
    (told,) = events(content)
    assert told["UID"] == f"{guid(1)}@desk.example"
    assert (told["SEQUENCE"], told["DTSTAMP"], told["STATUS"]) == ("3", "20230901T120000Z", "CONFIRMED")
    assert (told["SUMMARY"], told["LOCATION"]) == ("Ouverture\\, suite\\; fin", "Halle")
    assert told["DESCRIPTION"] == "Deux\\nlignes\\n\\nintervenant·e\\, Mairie"
    assert (told["CATEGORIES"], told["URL"]) == (
        "Communs\\, ici",
        "https://desk.example/rendez-vous/essai/sessions/AAA001/",
    )
    head = content.decode().split("BEGIN:VTIMEZONE")[0].split("\r\n")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in head
    assert f"X-WR-CALNAME:{EDITION.title}" in head
    assert "speaker" in write(made, lang="en").decode()


def test_what_is_cancelled_stays_a_year() -> None:
    gone = published(slot(1), state="cancelled", edition=EDITION)
    assert events(write(gone))[0]["STATUS"] == "CANCELLED"
    for days, left in ((364, 1), (366, 0)):
        late = replace(gone, version=Version("2.0", gone.slots[0].end + timedelta(days=days), 9))
        assert len(events(write(late))) == left


@given(programmes())
def test_the_same_programme_gives_the_same_bytes(one: Programme) -> None:
    made = replace(one, version=FIRST)
    again = replace(made, sessions=made.sessions[::-1], slots=made.slots[::-1])
    content = write(made)
    assert content == write(again)
    read = Calendar.from_ical(content)
    assert {str(each["UID"]) for each in read.events} == {f"{each.session}@localhost" for each in made.slots}


def test_a_few_sessions_under_a_name_of_their_own() -> None:
    made = published(slot(1), slot(2, room="Grenier"), edition=EDITION)
    content = write(made, only={guid(2)}, name="Mon programme", instance="")
    assert [one["UID"] for one in events(content)] == [f"{guid(2)}@localhost"]
    assert b"X-WR-CALNAME:Mon programme" in content


def test_editions_of_a_territory_in_one_calendar() -> None:
    overseas = replace(CHANGE, timezone="America/Cayenne")
    content = write_all(
        [published(slot(1)), published(slot(2), edition=overseas)], instance="desk.example", lang="fr", name="Guyane"
    )
    read = Calendar.from_ical(content)
    assert [zone["TZID"] for zone in read.walk("VTIMEZONE")] == ["America/Cayenne", "Europe/Paris"]
    assert len(read.events) == 2


@pytest.mark.parametrize("version", [None, Version("1.0")])
def test_a_draft_is_no_calendar(version: Version | None) -> None:
    with pytest.raises(ProgrammeError, match="no_version"):
        write(programme([], version=version))


def test_milestones_are_tasks() -> None:
    given_ = [
        Milestone(guid(1), "Référentiel", date(2025, 6, 30), "doing", "https://desk.example/x/"),
        Milestone(guid(2), "Sans date", None, "dropped", "javascript:1"),
    ]
    content = write_milestones(
        given_, name="Feuille", at=datetime(2025, 1, 1, tzinfo=UTC), instance="desk.example", lang="fr"
    )
    first, second = Calendar.from_ical(content).walk("VTODO")
    assert (first["DUE"].dt, first["STATUS"], first["UID"]) == (
        date(2025, 6, 30),
        "IN-PROCESS",
        f"{guid(1)}@desk.example",
    )
    assert str(first["URL"]) == "https://desk.example/x/"
    assert (second.get("DUE"), second.get("URL"), second["STATUS"]) == (None, None, "CANCELLED")


def test_every_format_is_named() -> None:
    made = published(slot(1), edition=EDITION)
    assert list(FORMATS) == ["ics", "xml", "json", "csv", "txt", "jsonld"]
    assert all(one.write(made, instance="desk.example", lang="en") for one in FORMATS.values())
