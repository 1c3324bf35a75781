"""CSV, plain text, JSON-LD: local time, nothing that a spreadsheet would compute, nothing that nobody knows."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programme.making import DAY, EDITION, at, guid, later, programme, programmes, session, slot

from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats.structured import write as write_jsonld
from communaux.engines.programme.formats.tables import COLUMNS, defused, read_stars, write_csv, write_text
from communaux.engines.programme.model import Programme, Role, Room, Slot, Version

NIGHT = Slot(guid(2), None, at("2023-10-18T23:30"), at("2023-10-19T00:30"))
THERE = programme(
    [
        session(1, title="=1+1", theme="Communs", roles=(Role("7"), Role("8", shown="Mairie"))),
        session(2, state="cancelled"),
    ],
    [slot(1, later(30)), NIGHT],
    version=Version("1.0"),
)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_a_table_for_a_spreadsheet() -> None:
    content = write_csv(THERE)
    assert content.startswith(b"\xef\xbb\xbfjour;d\xc3\xa9but;fin;salle;")
    first, night = rows(content)
    assert (first["jour"], first["début"], first["fin"], first["salle"]) == ("2023-10-18", "09:30", "10:30", "Halle")
    assert (first["titre"], first["rôles"], first["état"]) == ("'=1+1", "intervenant·e, Mairie", "confirmée")
    assert (night["jour"], night["fin"], night["fin (ISO 8601)"]) == (
        "2023-10-18",
        "00:30",
        "2023-10-19T00:30:00+02:00",
    )
    assert [one["state"] for one in rows(write_csv(THERE, lang="en"))] == ["confirmed", "cancelled"]


@given(programmes(), st.text(max_size=6))
def test_no_cell_is_a_formula(one: Programme, text: str) -> None:
    found = rows(write_csv(one))
    assert len(found) == len(one.slots)
    assert {len(row) for row in found} <= {len(COLUMNS)}
    cells = [*(cell for row in found for cell in row.values()), defused(text)]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1"])
def test_formulas_are_shown_as_text(text: str) -> None:
    assert defused(text) == f"'{text}"


def test_a_table_for_a_terminal() -> None:
    assert write_text(THERE).decode() == (
        f"{EDITION.title} — 1.0\nEurope/Paris\n\nmercredi 18 octobre 2023\n"
        "  09:30–10:30  Halle    =1+1 (Communs · intervenant·e · Mairie)\n"
        "  23:30–00:30           annulée — Séance 2\n"
    )
    assert write_text(replace(THERE, version=None, slots=()), lang="en").decode() == f"{EDITION.title}\nEurope/Paris\n"


def test_overseas_it_is_their_time() -> None:
    cayenne = replace(THERE, edition=replace(EDITION, timezone="America/Cayenne"))
    assert "  04:30–05:30  Halle" in write_text(cayenne).decode()
    assert "Wednesday 18 October 2023" in write_text(cayenne, lang="en").decode()


def test_the_autumn_hour_tells_its_offset() -> None:
    twice = Slot(guid(1), None, at("2023-10-29T02:30", fold=1), at("2023-10-29T03:30"))
    edition = replace(EDITION, start=date(2023, 10, 29), end=date(2023, 10, 29))
    told = write_text(programme([session(1)], [twice], edition=edition)).decode()
    assert "  02:30 (UTC+01:00)–03:30" in told


def test_events_for_search_engines() -> None:
    rooms = (Room("Halle", 100, step_free=True), Room("Vide"))
    made = replace(THERE, rooms=rooms, edition=replace(EDITION, licence="CC0-1.0"))
    told = json.loads(write_jsonld(made))
    assert (told["@context"], told["@type"], told["startDate"]) == (
        "https://schema.org",
        "EventSeries",
        DAY.isoformat(),
    )
    first, night = told["subEvent"]
    assert first == {
        "@type": "Event",
        "@id": f"urn:uuid:{guid(1)}",
        "name": "=1+1",
        "startDate": "2023-10-18T09:30:00+02:00",
        "endDate": "2023-10-18T10:30:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {
            "@type": "Place",
            "name": "Halle",
            "maximumAttendeeCapacity": 100,
            "amenityFeature": {"@type": "LocationFeatureSpecification", "name": "step-free access", "value": True},
        },
        "about": "Communs",
        "url": "https://desk.example/rendez-vous/essai/sessions/AAA001/",
    }
    assert night["eventStatus"] == "https://schema.org/EventCancelled"
    assert "location" not in night
    bare = json.loads(
        write_jsonld(programme([session(1)], [slot(1)], edition=replace(EDITION, url=""), rooms=(Room("Halle"),)))
    )
    assert bare.keys() == {"@context", "@type", "name", "startDate", "endDate", "subEvent"}
    assert bare["subEvent"][0]["location"] == {"@type": "Place", "name": "Halle"}


def test_stars_are_read_without_who_gave_them() -> None:
    content = f"\ufeffa;AAA001\nb;AAA001\na;{guid(2)}\n\n;x\n".encode()
    assert read_stars(content, THERE) == [{guid(1), guid(2)}, {guid(1)}]
    with pytest.raises(ProgrammeError, match="unknown_thing"):
        read_stars(b"a;ZZZ999", THERE)
