"""schedule.xml and schedule.json: what the schemas of the c3voc ask for, said here in our own words; read again, the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from programme.making import CLEAN, EDITION, PARIS, PUBLISHED, at, guid, programme, programmes, session, slot

from communaux.engines.programme.formats import read, schedule_json, schedule_xml
from communaux.engines.programme.formats.naming import acronym, numbers, persons, plain, slug
from communaux.engines.programme.model import Edition, Link, Programme, Role, Room, Session, Slot, Version

CHANGE = Edition(
    "Au changement d’heure", "heure2023", date(2023, 10, 28), date(2023, 10, 30), "Europe/Paris", licence="CC-BY-4.0"
)
FULL = session(
    1,
    title="Ouverture & <plénière>",
    minutes=90,
    kind="plenary",
    theme="Communs",
    subtitle="Sous-titre",
    summary="Un résumé",
    description="Une\ndescription",
    language="fr",
    roles=(Role("12"), Role("")),
    recording_optout=True,
    licence="CC0-1.0",
    links=(Link("https://x.example/a?b=1&c=2", "Suite"),),
    url="https://elsewhere.example/",
    number=41,
    slug="heure2023-41-ouverture",
)
NIGHT = Slot(guid(1), "Halle", at("2023-10-29T23:30"), at("2023-10-30T01:00"))
MORNING = Slot(guid(2), None, at("2023-10-29T09:30"), at("2023-10-29T10:30"))
THERE: Programme = programme(
    [FULL, session(2)],
    [NIGHT, MORNING],
    edition=CHANGE,
    rooms=(Room("Halle", guid=UUID(int=5)), Room("Vide")),
    themes=("Sobriété", "Communs"),
    version=Version("1.0"),
)


def nameless(one: Programme) -> Programme:
    """What such a file can hold: placed and not cancelled, in rooms and on people without further facts."""
    gone = {each.guid for each in one.sessions if each.state == "cancelled"}
    slots = tuple(each for each in one.slots if each.session not in gone)
    placed = {each.session for each in slots}
    people = persons(one)
    sessions = tuple(
        replace(
            each,
            state="confirmed",
            capacity=None,
            needs=frozenset(),
            roles=tuple(Role(str(people[role.id]) if role.id else "") for role in each.roles),
            number=numbers(one)[each.guid],
            slug=slug(one.edition.acronym, each),
        )
        for each in one.sessions
        if each.guid in placed
    )
    themes = tuple(
        dict.fromkeys(
            each.theme for slot in in_file(one, slots) for each in sessions if each.guid == slot.session and each.theme
        )
    )
    rooms = tuple(Room(room.name) for room in one.rooms)
    version = Version(one.version.number if one.version else "")
    return Programme(one.edition, rooms, sessions, slots, (), themes, version)


def in_file(one: Programme, slots: tuple[Slot, ...]) -> list[Slot]:
    """Day by day, room by room, those in none last."""
    order = {room.name: place for place, room in enumerate(one.rooms)}
    return sorted(
        slots, key=lambda each: (each.start.astimezone(PARIS).date(), order.get(each.room or "", 99), each.start)
    )


@given(programmes(texts=CLEAN))
def test_what_is_written_is_read_again(one: Programme) -> None:
    content = schedule_xml.write(replace(one, themes=nameless(one).themes))
    assert read(content) == nameless(one)
    assert schedule_xml.write(read(content)) == content, "and written again, the same bytes"
    assert read(schedule_xml.write(one)) == nameless(one), "tracks that nobody declared become themes"


@given(programmes())
def test_any_text_can_be_written_and_read(one: Programme) -> None:
    for written in (schedule_xml.write(one), schedule_json.write(one)):
        again = read(written)
        assert {each.guid for each in again.sessions} == {each.guid for each in nameless(one).sessions}
        assert [(each.start, each.end) for each in again.slots] == [
            (each.start, each.end) for each in nameless(one).slots
        ]


def test_all_fields_come_back_but_names() -> None:
    again = read(schedule_xml.write(THERE))
    (one, two), (slot_two, slot_one) = again.sessions, again.slots
    assert one == FULL
    assert two == replace(session(2), number=3, slug="heure2023-aaa002-seance-2", licence="CC-BY-4.0")
    assert (slot_one, slot_two) == (NIGHT, MORNING)
    assert (again.rooms, again.themes, again.version) == (THERE.rooms, THERE.themes, THERE.version)
    assert again.edition == replace(CHANGE, licence="")


def test_json_comes_back_with_rooms_but_without_people() -> None:
    there = replace(THERE, rooms=(Room("Halle", 80), Room("Vide", guid=UUID(int=5))), edition=EDITION)
    again = read(schedule_json.write(there))
    assert again.rooms == there.rooms
    assert again.by_guid[guid(1)] == replace(FULL, roles=(Role(""), Role("")))
    assert again.slots == there.slots
    assert schedule_json.write(again) == schedule_json.write(there)


def test_names_of_people_stay_behind() -> None:
    named = programme([session(1, roles=(Role("7", shown="Ada Lovelace"),))], [slot(1)])
    content = schedule_xml.write(named)
    assert b"Ada Lovelace" in content
    again = read(content)
    assert again.sessions[0].roles == (Role("7"),)
    assert "Ada" not in repr(again)


# What the published schemas ask for (https://c3voc.de/schedule/schema.xsd and schema.json), in our own words.

OFFSET = r"[+-][0-9]{2}:[0-9]{2}"
MOMENT = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}{OFFSET}"
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ACRONYM = r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?"
IN_EVENT = {
    "room": r"[\s\S]*",
    "title": r"[\s\S]*",
    "subtitle": r"[\s\S]*",
    "type": r"[\s\S]*",
    "date": MOMENT,
    "start": r"([01][0-9]|2[0-3]):[0-5][0-9]",
    "duration": r"[0-9]{1,2}:[0-9]{2}",
    "abstract": r"[\s\S]*",
    "slug": r"[a-z0-9_]{4,}-[a-z0-9_-]{3,}[a-z0-9]",
    "track": r"[\s\S]*",
    "language": r"[\s\S]*",
    "description": r"[\s\S]*",
}


def texts(above: Element) -> dict[str, str]:
    return {one.tag: one.text or "" for one in above}


def follows(written: bytes) -> None:
    root = fromstring(written)
    conference = root.find("conference")
    assert [one.tag for one in root if one.tag != "day"] == ["generator", "version", "conference"]
    assert conference is not None
    told = texts(conference)
    assert re.fullmatch(ACRONYM, told["acronym"])
    assert re.fullmatch("[a-z0-9_-]{4,}", told["acronym"])
    assert all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", told[one]) for one in ("start", "end"))
    days = root.findall("day")
    assert [one.get("index") for one in days] == [str(n) for n in range(1, int(told["days"]) + 1)]
    assert all(re.fullmatch(MOMENT, one.get(name, "")) for one in days for name in ("start", "end"))
    events = root.findall("day/room/event")
    for name in ("id", "guid", "code"):
        assert len({one.get(name) for one in events}) == len(events)
    assert len({one.findtext("slug") for one in events}) == len(events)
    for room in root.findall("day/room"):
        assert room.get("name") is not None
        for event in room:
            event_follows(event)


def event_follows(event: Element) -> None:
    assert re.fullmatch("[1-9][0-9]*", event.get("id", ""))
    assert re.fullmatch(GUID, event.get("guid", ""))
    assert re.fullmatch("[0-9A-Z]{6}", event.get("code", ""))
    assert IN_EVENT.keys() - texts(event).keys() == set()
    assert texts(event).keys() - IN_EVENT.keys() - {"persons", "recording", "links", "url"} == set()
    assert len(texts(event)) == len(list(event)), "each once"
    assert [name for name, rule in IN_EVENT.items() if not re.fullmatch(rule, event.findtext(name) or "")] == []
    assert all(re.fullmatch("[0-9]+", one.get("id", "0")) for one in event.iterfind("persons/person"))
    assert event.findtext("recording/optout") in ("true", "false")
    assert event.find("recording/license") is not None


@given(programmes())
def test_each_schedule_follows_the_schema(one: Programme) -> None:
    follows(schedule_xml.write(one))


def test_the_schedule_with_everything_follows_the_schema() -> None:
    follows(schedule_xml.write(THERE, instance="desk.example"))


EVENT_KEYS = {
    *(
        "guid",
        "code",
        "id",
        "date",
        "start",
        "end",
        "duration",
        "room",
        "slug",
        "url",
        "title",
        "subtitle",
        "track",
        "type",
    ),
    *("language", "abstract", "description", "recording_license", "do_not_record", "persons", "links"),
}


def json_follows(told: dict[str, Any]) -> None:
    assert told.keys() == {"$schema", "generator", "schedule"}
    schedule = told["schedule"]
    assert schedule.keys() - {"base_url"} == {"version", "conference"}
    conference = schedule["conference"]
    needed = {"title", "acronym", "days", "daysCount", "start", "end", "timeslot_duration"}
    assert needed - conference.keys() == set()
    assert conference.keys() - needed - {"time_zone_name", "url", "tracks", "rooms"} == set()
    assert re.fullmatch(ACRONYM, conference["acronym"])
    assert conference["daysCount"] == len(conference["days"])
    assert all(
        room.keys() == {"guid", "name", "capacity"} and re.fullmatch(GUID, room["guid"]) for room in conference["rooms"]
    )
    for day in conference["days"]:
        assert day.keys() == {"index", "date", "day_start", "day_end", "rooms"}
        for event in (event for events in day["rooms"].values() for event in events):
            assert event.keys() == EVENT_KEYS
            assert [
                name for name in ("date", "start", "duration", "slug") if not re.fullmatch(IN_EVENT[name], event[name])
            ] == []
            assert re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", event["slug"])
            assert event["id"] >= 1
            assert re.match(r"https?://|urn:uuid:", event["url"])
            assert all(person.keys() == {"name"} for person in event["persons"])
            assert all(link.keys() == {"url", "title"} for link in event["links"])


@given(programmes())
def test_each_json_follows_the_schema(one: Programme) -> None:
    json_follows(json.loads(schedule_json.write(one)))


def test_half_past_nine_across_the_change() -> None:
    event = fromstring(schedule_xml.write(THERE)).find("day[@index='2']/room[@name='']/event")
    assert event is not None
    assert (event.findtext("date"), event.findtext("start")) == ("2023-10-29T09:30:00+01:00", "09:30")
    told = json.loads(schedule_json.write(THERE, instance="desk.example"))["schedule"]["conference"]
    day = told["days"][1]
    assert (day["date"], day["day_end"]) == ("2023-10-29", "2023-10-30T01:00:00+01:00"), (
        "past midnight, with its real end"
    )
    assert [one["start"] for one in day["rooms"][""]] == ["09:30"]
    assert [one["end"] for one in day["rooms"]["Halle"]] == ["2023-10-30T01:00:00+01:00"]
    assert (told["days"][0]["day_start"], told["days"][0]["day_end"]) == (
        "2023-10-28T00:00:00+02:00",
        "2023-10-29T00:00:00+02:00",
    )


def test_overseas_time_is_local() -> None:
    cayenne = replace(EDITION, timezone="America/Cayenne")
    found = programme([session(1)], [slot(1, datetime.fromisoformat("2023-10-18T09:30-03:00"))], edition=cayenne)
    event = fromstring(schedule_xml.write(found)).find("day/room/event")
    assert event is not None
    assert (event.findtext("date"), event.findtext("start")) == ("2023-10-18T09:30:00-03:00", "09:30")
    assert read(schedule_xml.write(found)).slots == found.slots


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("nec-2023", "nec2023"),
        ("NEC", "nec_"),
        ("nec2023", "nec2023"),
        ("divoc-2021-ptt", "divoc-2021-ptt"),
        ("é à", "ea__"),
        ("", "____"),
    ],
)
def test_acronyms(given: str, wanted: str) -> None:
    assert acronym(given) == wanted


def test_names_that_another_system_gave_twice_are_made_anew() -> None:
    same: list[Session] = [session(n, number=3, slug="essai2023-meme-nom") for n in (1, 2)]
    made = [*same, session(3, number=2), session(4, slug="Pas permis")]
    found = programme(made, [slot(n) for n in (1, 2, 3, 4)])
    assert numbers(found) == {guid(1): 3, guid(2): 4, guid(3): 2, guid(4): 5}
    follows(schedule_xml.write(found))
    assert plain("Œuvre, ça !") == "uvre-ca"


def test_people_keep_their_number_or_get_one() -> None:
    roles = (Role("2"), Role("x"), Role("y"), Role(""), Role("0"))
    assert persons(programme([session(1, roles=roles)])) == {"2": 2, "0": 1, "x": 3, "y": 4}


def test_a_draft_has_no_number() -> None:
    assert fromstring(schedule_xml.write(programme([]))).findtext("version") == ""
    published = programme([], version=Version("1.1", PUBLISHED, 2))
    assert fromstring(schedule_xml.write(published)).findtext("version") == "1.1"
