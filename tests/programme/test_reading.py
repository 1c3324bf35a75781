"""A schedule of another system is not believed: what is broken, dangerous or impossible is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from programme.making import PARIS, guid

from communaux.engines.programme import telling, times
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import MOST, read
from communaux.engines.programme.model import Link, Role, Room

ID = str(guid(1))
EVENT = f"<event id='x' guid='{ID}'><title>Séance</title><date>2023-10-18T09:30:00+02:00</date><duration>1:30</duration></event>"
HEAD = "<title>Essai</title><acronym>essai2023</acronym><start>2023-10-18</start><end>2023-10-18</end>"
ZONE = "<time_zone_name>Europe/Paris</time_zone_name>"


def schedule(event: str = EVENT, head: str = HEAD + ZONE, day: str = "2023-10-18", room: str = "Halle") -> bytes:
    inside = f"<day index='1' date='{day}'><room name='{room}'>{event}</room></day>"
    return f"<schedule><version>1.0</version><conference>{head}</conference>{inside}</schedule>".encode()


def refused(content: bytes, timezone: str = "") -> str:
    with pytest.raises(ProgrammeError) as error:
        read(content, timezone)
    assert telling.refused(error.value, "fr") != telling.refused(error.value, "en")
    return error.value.code


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE schedule>",
        "<!DOCTYPE schedule SYSTEM 'http://127.0.0.1/x.dtd'>",
        "<!DOCTYPE schedule [<!ENTITY a 'b'>]>",
        "<!DOCTYPE schedule [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
    ],
)
def test_document_types_and_entities_are_refused(before: str) -> None:
    assert refused(before.encode() + schedule()) == "forbidden"


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("broken", b""),
        ("broken", b"<schedule>"),
        ("broken", b"<?xml version='1.0' encoding='nowhere'?><schedule/>"),
        ("broken", b"{"),
        ("broken", b'{"a":' + b"[" * 100_000),
        ("no_schedule", b"<other/>"),
        ("no_schedule", b"<schedule/>"),
        ("no_schedule", b"<iCalendar><conference/></iCalendar>"),
        ("no_schedule", b"{}"),
        ("no_schedule", b'{"schedule": []}'),
        ("no_schedule", b'{"schedule": {"conference": 1}}'),
        ("too_long", b"<" + b" " * MOST),
        ("too_long", b"{" + b" " * MOST),
        ("no_zone", schedule(head=HEAD)),
        ("unknown_zone", schedule(head=HEAD + "<time_zone_name>Mars</time_zone_name>")),
        ("end_before_start", schedule(head=HEAD.replace("<end>2023-10-18", "<end>2023-10-17") + ZONE)),
        ("bad_value", schedule(head=HEAD.replace("<start>2023", "<start>99999") + ZONE)),
        ("bad_value", schedule(EVENT.replace(ID, "1"))),
        ("bad_value", schedule(EVENT.replace("1:30", "0:00"))),
        ("bad_value", schedule(EVENT.replace("1:30", "an hour"))),
        ("bad_value", schedule(EVENT.replace("2023-10-18T09:30:00+02:00", "tomorrow"))),
        ("bad_value", schedule(EVENT.replace("2023-10-18T09:30:00+02:00", "0001-01-01T00:00:00+14:00"))),
        ("bad_value", schedule(EVENT.replace("09:30:00", "09:30:01"))),
        ("twice", schedule(EVENT * 2)),
        ("gap", schedule(EVENT.replace("2023-10-18T09:30:00+02:00", "2023-03-26T02:30:00+01:00"))),
        (
            "gap",
            schedule(EVENT.replace("<date>2023-10-18T09:30:00+02:00</date>", "<start>02:30</start>"), day="2023-03-26"),
        ),
    ],
)
def test_what_is_no_programme(code: str, content: bytes) -> None:
    assert refused(content) == code


def test_a_zone_is_given_for_a_file_that_names_none() -> None:
    found = read(schedule(head=HEAD), "Europe/Paris")
    assert times.iso(found.slots[0].start, PARIS) == "2023-10-18T09:30:00+02:00"
    assert refused(schedule(head=HEAD), "Europe/Nantes") == "unknown_zone"


def test_what_a_poor_file_does_not_say() -> None:
    event = EVENT.replace("<date>2023-10-18T09:30:00+02:00</date>", "<start>09:30</start><track>Inconnu</track>")
    head = "<title>Essai</title><acronym>e</acronym><track/>" + ZONE
    (one,), found = read(schedule(event, head)).sessions, read(schedule(event, head))
    assert (found.edition.start, found.edition.end) == (found.edition.start, found.edition.start)
    assert found.edition.start.isoformat() == "2023-10-18"
    assert (found.themes, found.rooms) == (("Inconnu",), (Room("Halle"),))
    assert (one.number, one.minutes, one.links, one.roles) == (0, 90, (), ())
    assert one.code == read(schedule(event, head)).sessions[0].code, "made from the guid: the same each time"


def test_rooms_named_by_their_events_or_by_nobody() -> None:
    named = EVENT.replace("<title>", "<room>Grenier</room><title>")
    assert read(schedule(named, room="")).slots[0].room == "Grenier"
    assert read(schedule(room="")).slots[0].room is None


def test_two_slots_of_one_submission_get_codes_of_their_own() -> None:
    both = EVENT.replace("<event", "<event code='ABC123'") + EVENT.replace(ID, str(guid(2))).replace(
        "<event", "<event code='ABC123'"
    )
    codes = [one.code for one in read(schedule(both.replace("09:30", "12:30", 1))).sessions]
    assert codes[0] == "ABC123"
    assert codes[1] != "ABC123"


def test_an_address_that_would_run_something_is_left_out() -> None:
    links = "<links><link href='javascript:alert(1)'>a</link><link href='https://x.example/'>b</link><link/></links>"
    event = EVENT.replace("</event>", f"{links}<url>data:text/html,x</url></event>")
    (one,) = read(schedule(event)).sessions
    assert (one.links, one.url) == ((Link("https://x.example/", "b"),), "")


def test_people_are_told_apart_without_names() -> None:
    people = "<persons><person id='4'>Ada</person><person guid='5'>Bob</person><person>Eve</person></persons>"
    (one,) = read(schedule(EVENT.replace("</event>", f"{people}</event>"))).sessions
    assert one.roles == (Role("4"), Role("5"), Role(""))


def told(**conference: Any) -> bytes:
    given = {"title": "Essai", "acronym": "essai2023", "start": "2023-10-18T09:00:00+02:00", "end": "2023-10-18"}
    return json.dumps({"schedule": {"conference": given | conference}}).encode()


def test_json_of_another_system() -> None:
    event = {
        "guid": ID,
        "title": "Séance",
        "date": "2023-10-18T09:30:00+02:00",
        "duration": "01:30",
        "do_not_record": True,
    }
    event |= {
        "persons": [{"public_name": "Ada", "id": 4}, {"name": "Bob", "code": "BOB"}, 7],
        "links": None,
        "id": True,
    }
    days = [{"date": "2023-10-18", "rooms": {" Halle ": [event]}}, {"rooms": []}, 5]
    rooms = [{"name": "Halle", "capacity": True}, {"name": "Grenier", "capacity": 20, "guid": ID}]
    found = read(
        b"\xef\xbb\xbf" + told(time_zone_name="Europe/Paris", days=days, rooms=rooms, tracks=[{"name": "Communs"}])
    )
    assert found.rooms == (Room("Halle"), Room("Grenier", 20, guid(1)))
    (one,) = found.sessions
    assert (one.roles, one.recording_optout, one.number) == ((Role("4"), Role("BOB")), True, 0)
    assert (found.themes, found.edition.start.isoformat()) == (("Communs",), "2023-10-18")
    assert found.slots[0].room == "Halle"


def test_json_that_names_no_zone() -> None:
    assert refused(told()) == "no_zone"
    assert read(told(), "America/Cayenne").edition.timezone == "America/Cayenne"
    assert refused(told(time_zone_name="Europe/Paris", rooms=[{}])) == "bad_value"
