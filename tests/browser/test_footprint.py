"""Journeys of footprints: weigh a video, ask whether AI is needed, measure a service, audit it; with and without script."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from browser.people import Persons, published
from browser.site import Site

BEGAN = 1_764_000_000
WHY = "Rien à télécharger : la police est celle du système."


@pytest.fixture
def slug(journeys: Site) -> str:
    return published(journeys, uuid4().hex[:12])[0]


@pytest.fixture
def measures(tmp_path: Path) -> Path:
    """Two hours of a machine, written by hand as Scaphandre writes it."""
    reports = [
        {
            "host": {"consumption": 4e7, "timestamp": float(BEGAN + at), "components": {}},
            "consumers": [
                {"exe": exe, "cmdline": exe, "pid": 1, "resources_usage": None, "container": None, "consumption": 1e7}
                for exe in ("gunicorn", "postgres")
            ],
            "sockets": [],
        }
        for at in range(0, 7201, 60)
    ]
    path = tmp_path / "measures.json"
    path.write_text(json.dumps(reports))
    return path


def test_weigh_a_video_and_ask_whether_ai_is_needed(persons: Persons) -> None:
    visitor = persons("visitor")
    visitor.go("/empreinte/")
    visitor.accessible()
    visitor.follow("An hour of video")
    visitor.fill("How long, in minutes", "0")
    visitor.press("Compute")
    assert visitor.value("How long, in minutes") == "0"
    visitor.accessible()
    visitor.fill("How long, in minutes", "37")
    visitor.choose("Watched on", "a tablet")
    visitor.choose("Definition", "standard definition")
    visitor.choose("Network", "mobile, in France")
    visitor.press("Compute")
    visitor.reads(visitor.either("30 g de CO2 équivalent", "30 g of CO2 equivalent"))  # the oracle of ADEME's model
    visitor.accessible()
    visitor.go("/empreinte/besoin-ia/")
    visitor.choose("1. What is to be done?", "find something")
    visitor.press("What follows?")
    visitor.reads(visitor.either("Sans IA", "Without AI"))
    visitor.accessible()


def test_a_service_is_measured_and_its_result_stays(persons: Persons, slug: str, measures: Path) -> None:
    editor, visitor = persons("editor"), persons("visitor")
    editor.go(f"/communs/{slug}/empreinte/")
    editor.accessible()
    editor.follow("Declare a service")
    editor.fill("Name of the service", "Vélos en ligne")
    editor.fill("PUE that the data centre declares", editor.either("1,4", "1.4"))
    editor.press("Declare")
    editor.sees("A PUE needs the address where it is declared.")
    assert editor.value("Name of the service") == "Vélos en ligne"
    editor.fill("Where it is declared", "https://host.example/pue")
    editor.press("Declare")
    editor.accessible()
    editor.follow("Bring in what was measured")
    editor.send("File that was measured", measures)
    editor.fill("Program of the service", "gunicorn")
    editor.press("Read this file")
    editor.accessible()
    editor.fill("How much work it did meanwhile", "1200")
    editor.press("Compute")
    editor.reads("SCI, ISO/IEC 21031")
    editor.accessible()
    visitor.go(editor.path)
    visitor.reads("SCI, ISO/IEC 21031")
    visitor.misses("Compute anew with the numbers of today")
    visitor.accessible()


def test_a_service_is_audited_line_by_line(persons: Persons, slug: str) -> None:
    editor = persons("editor")
    editor.go(f"/communs/{slug}/services/nouveau/")
    editor.fill("Name of the service", "Vélos en ligne")
    editor.press("Declare")
    editor.press("Begin an audit")
    audit = editor.path
    editor.accessible()
    editor.go(f"{audit}4.8/")
    editor.accessible()
    editor.tick(editor.either("conforme", "conforms"))
    editor.press("Keep")
    editor.accessible()  # refused: neither a link nor forty letters
    editor.fill("Why", WHY)
    editor.press("Keep")
    editor.reads(editor.either("1 sur 100", "1 of 100"))
    editor.open("Close this audit")
    editor.press("Close it: nothing changes any more")
    editor.reads(editor.either("Il manque", "This is lacking"))
