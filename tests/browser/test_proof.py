"""Journey 4, what test_notes.py leaves open: compared ones go into a note; frozen, it leaves as files that anyone can check."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from browser.hands import Hand
from browser.notes import write_note
from browser.people import Door, Persons
from browser.site import READY, Site
from communaux.core.canonical import digest


@pytest.fixture
def title() -> str:
    return f"Gérer la cantine {uuid4().hex[:8]}"


def test_what_is_ticked_is_compared_and_goes_into_a_new_note(persons: Persons, title: str) -> None:
    agent = persons("agent")
    agent.go("/chercher/?q=cantine+scolaire")
    for number in (0, 1, 2):
        agent.touch.tick(agent.page, agent.page.get_by_role("checkbox").nth(number))
    agent.press("Compare those ticked")
    names = agent.page.get_by_role("columnheader").all_inner_texts()[1:]
    assert len(names) == 3
    agent.accessible()
    agent.choose("Add these to a note", "a new note")
    agent.press("Keep")
    agent.fill("Title", title)
    agent.lead(agent.page.get_by_role("button", name=agent.words("Save"), exact=True).first)
    agent.titled(title)
    agent.sees("Still missing before it can be frozen")
    assert agent.page.get_by_role("rowheader").all_inner_texts() == names
    agent.accessible()


@pytest.fixture
def draft(journeys: Site, door: Door, title: str) -> str:
    """A note of the agent in which everything found was judged; its conclusion and its freezing are left to the hand."""
    with httpx.Client(base_url=journeys.url, follow_redirects=True, timeout=READY) as client:
        client.cookies.update({one["name"]: one["value"] for one in door("agent")})
        return write_note(client, title, ["cantine scolaire", "restauration collective"], "save")


def files(hand: Hand) -> dict[str, bytes]:
    """The three files that the page offers, read as this visitor would."""
    found = {}
    for words in ("Markdown file", "Text document (ODT)", "JSON file, to check the hash"):
        link = hand.page.get_by_role("link", name=hand.words(words), exact=True)
        found[words.split()[0]] = hand.page.request.get(str(link.get_attribute("href"))).body()
    return found


def test_a_frozen_note_leaves_as_files_and_anyone_verifies_it(
    persons: Persons, journeys: Site, draft: str, title: str, tmp_path: Path
) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    agent.go(f"{draft.rstrip('/').removesuffix('modifier').rstrip('/')}/modifier/")
    agent.press("Save and freeze")
    agent.misses("Save and freeze")
    agent.press("Publish")
    visitor.go(agent.path)
    visitor.titled(title)
    visitor.accessible()
    found = files(visitor)
    told = json.loads(found["JSON"])
    assert digest(told["content"]) == told["sha256"]
    visitor.reads(told["sha256"])
    markdown = found["Markdown"].decode()
    odt = zipfile.ZipFile(io.BytesIO(found["Text"]))
    assert odt.namelist()[0] == "mimetype"
    for text in (title, told["sha256"]):
        assert text in markdown
        assert text in odt.read("content.xml").decode()
    for content, code in ((found["JSON"], 0), (found["JSON"].replace(title.encode(), b"Autre chose"), 1)):
        (file := tmp_path / "note.json").write_bytes(content)
        assert journeys.command("note", "verify", str(file), stdout=subprocess.DEVNULL).wait(timeout=READY) == code
