"""Names over a programme: where they come, what stays as it was, that none is stored; files with them hold to their formats."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from programme.making import PUBLISHED, guid, programme, programmes, session, slot
from test_schedules import follows, fromstring, json_follows

from communaux.engines.programme.formats import FORMATS
from communaux.engines.programme.model import Programme, Role, Version
from communaux.engines.programme.names import named
from communaux.engines.programme.snapshot import restored, stored
from communaux.engines.programme.telling import person, role

ADA = "Ada Exemple"
ARCHIVIST, ELECTED, TWIN = Role("", shown="une archiviste"), Role("7"), Role("", shown="une bénévole")
HERE: Programme = programme(
    [session(1, roles=(ARCHIVIST, ELECTED, TWIN, TWIN)), session(2, roles=(ARCHIVIST,))],
    [slot(1), slot(2, room="Grenier")],
    version=Version("1.0", PUBLISHED, 1),
)
NAMES = {(guid(1), "une archiviste"): ADA, (guid(1), "7"): "Bao Exemple", (guid(1), "une bénévole"): "Chi Exemple"}


def told(one: Programme) -> list[str]:
    return [role(each, "fr") for each in one.sessions[0].roles]


def test_a_name_stands_beside_its_role_and_two_that_read_alike_have_none() -> None:
    shown = named(HERE, NAMES)
    assert told(shown) == ["Ada Exemple (une archiviste)", "Bao Exemple", "une bénévole", "une bénévole"]
    assert shown.sessions[1] == HERE.sessions[1], "the same words elsewhere are somebody else"
    assert [person(one, "fr") for one in shown.sessions[0].roles][:2] == [ADA, "Bao Exemple"]


def test_a_name_that_was_taken_back_takes_its_words_along() -> None:
    gone = named(HERE, {(guid(1), "une archiviste"): ""})
    assert told(gone)[0] == "intervenant·e"
    assert role(gone.sessions[0].roles[0], "en") == "speaker"


def test_a_name_of_what_is_not_there_changes_nothing() -> None:
    assert named(HERE, {(guid(9), "une archiviste"): ADA}) is HERE
    assert named(HERE, {(guid(1), "un maire"): ADA}) == HERE
    assert named(HERE, {}) is HERE


@given(programmes(), st.text(min_size=1))
def test_nothing_but_names_differs_and_none_is_stored(one: Programme, name: str) -> None:
    shown = named(one, {(each.guid, held.key): name for each in one.sessions for held in each.roles})
    bare = [replace(each, roles=tuple(replace(held, name="") for held in each.roles)) for each in shown.sessions]
    assert replace(shown, sessions=tuple(bare)) == one
    assert restored(stored(shown)) == one
    assert stored(shown) == stored(one)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_the_name_and_loses_it(form: str) -> None:
    write = FORMATS[form].write
    assert ADA in write(named(HERE, NAMES)).decode()
    assert ADA not in write(named(HERE, dict.fromkeys(NAMES, ""))).decode()
    assert write(named(HERE, {})) == write(HERE)


def test_files_with_names_hold_to_their_formats() -> None:
    shown = named(HERE, NAMES)
    xml, told_json = FORMATS["xml"].write(shown), json.loads(FORMATS["json"].write(shown))
    follows(xml)
    json_follows(told_json)
    assert [one.text for one in fromstring(xml).iterfind(".//event[@code='AAA001']/persons/person")][:2] == [
        ADA,
        "Bao Exemple",
    ]
    events = Calendar.from_ical(FORMATS["ics"].write(shown)).walk("VEVENT")
    assert any(ADA in str(one["description"]) for one in events)
    graph = json.loads(FORMATS["jsonld"].write(shown))
    people = {one["@id"]: [each["name"] for each in one.get("performer", [])] for one in graph["subEvent"]}
    assert people == {guid(1).urn: [ADA, "Bao Exemple"], guid(2).urn: []}


def test_a_name_is_no_formula_in_a_table() -> None:
    shown = named(HERE, {(guid(1), "7"): "=1+1", (guid(1), "une archiviste"): "=2+2"})
    assert ";'=2+2 (une archiviste), =1+1," in FORMATS["csv"].write(shown).decode()
