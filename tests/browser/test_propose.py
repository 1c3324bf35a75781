"""Journey 2: propose a commons by its address; look-alikes first, a file fills the form, an editor publishes."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from browser.hands import Hand
from browser.people import SECRET, TEXT, Persons

FILE = """publiccodeYmlVersion: "0.4"
name: "{name}"
url: "{url}"
description:
  fr:
    shortDescription: "Prêt de vélos entre deux écoles"
    longDescription: "{text}"
legal:
  license: "EUPL-1.2"
"""
MISSING = "What is missing to publish"


@pytest.fixture
def name() -> str:
    return f"Vélos {uuid4().hex[:8]}"


def begin(agent: Hand, name: str, address: str) -> None:
    agent.go("/communs/proposer/")
    agent.fill("Name", name)
    agent.fill("Address of the repository or of the site", address)
    agent.press("Look, then begin a sheet")


def test_a_commons_is_proposed_filled_from_a_file_and_published_by_an_editor(
    persons: Persons, name: str, tmp_path: Path
) -> None:
    agent, address = persons("agent"), f"https://github.com/demo/{name.split()[1]}"
    begin(agent, name, address)
    agent.titled("Describe %(name)s", name=name)
    file = tmp_path / "publiccode.yml"
    file.write_text(FILE.format(name=name, url=address, text=TEXT), "utf-8")
    agent.open("Fill the form from a file of the project")
    agent.send("publiccode.yml or codemeta.json", file)
    agent.press("Read this file")
    agent.sees("Fields filled from %(file)s: %(n)d. Read them again.", file="publiccode.yml", n=3)
    assert agent.value("Licence") == "EUPL-1.2"
    assert agent.value("Description in French") == TEXT.strip()
    agent.accessible()
    agent.press("Save")
    assert agent.listed(MISSING) == [agent.words("at least one theme")]  # the file itself is evidence
    agent.misses("Propose it to the editors")
    agent.accessible()
    complete(agent, f"{address}/LICENSE")
    agent.press("Propose it to the editors")
    agent.sees("Proposed: an editor will read it.")
    editor = persons("editor")
    editor.go("/mon-espace/")
    editor.follow(name)
    editor.press("Publish")
    editor.titled(name)
    persons("visitor").go(editor.path)
    persons("visitor").titled(name)
    persons("visitor").accessible()


def complete(hand: Hand, evidence: str) -> None:
    """What a file of the project cannot say: a theme of the desk, and where the claim can be checked."""
    hand.follow("Describe it")
    hand.tick(hand.either("Mobilité et transports", "Mobility and transport"))
    hand.press("Save")
    hand.choose("What it shows", "the licence")
    hand.fill("Address", evidence)
    hand.press("Add this evidence")
    hand.sees("Nothing is missing: it can be published.")


def test_look_alikes_are_shown_before_anything_is_saved(persons: Persons) -> None:
    agent = persons("agent")
    begin(agent, "uMap", "https://github.com/umap-project/umap")
    agent.sees("It may be here already")
    agent.reads("uMap", near=".note.warn")
    agent.sees("same repository", near=".note.warn")
    agent.accessible()
    agent.press("None of these is it: begin a sheet")
    agent.follow("uMap", near=".crumbs")
    assert agent.words("a word on each look-alike") in agent.listed(MISSING)
    agent.press("Throw the draft away")
    agent.sees("The draft is thrown away.")


def test_an_editor_sends_it_back_and_its_author_reads_why(persons: Persons, name: str) -> None:
    agent, editor, why = persons("agent"), persons("editor"), "Le nom ne dit pas à quoi il sert."
    begin(agent, name, f"https://github.com/demo/{name.split()[1]}")
    agent.fill("Licence", "MIT")
    agent.fill("Description in French", TEXT)
    agent.press("Save")
    complete(agent, "https://example.org/LICENSE")
    agent.press("Propose it to the editors")
    editor.go("/edition/propositions/")
    editor.follow(name)
    editor.fill("Reason, shown to everybody (required)", why)
    editor.press("Send back to its author")
    agent.go("/mon-espace/")
    agent.reads(why)
    agent.follow(name, near="section[aria-labelledby=mine]")
    agent.reads(why)
    agent.press("Propose it to the editors")
    agent.sees("Proposed: an editor will read it.")


def test_a_confirmed_steward_publishes(persons: Persons, name: str) -> None:
    """Somebody who proves to take care of it needs no editor any more."""
    steward, editor, second = persons("colleague"), persons("editor"), persons("second editor")
    begin(steward, name, f"https://github.com/demo/{name.split()[1]}")
    steward.fill("Licence", "MIT")
    steward.fill("Description in French", TEXT)
    steward.press("Save")
    complete(steward, "https://example.org/LICENSE")
    steward.misses("Publish")
    draft = steward.path
    steward.follow("I take care of it")
    steward.tick("a file in its repository that names you")
    steward.fill("Where an editor finds it", "https://example.org/MAINTAINERS")
    steward.press("Ask")
    editor.go("/mon-espace/")
    editor.follow(name)
    editor.reads("https://example.org/MAINTAINERS")
    editor.accessible()
    claim = editor.path
    editor.press("The proof holds: prepare the role for a year")
    steward.go(draft)
    steward.misses("Publish")
    second.go(claim)
    second.follow("Read what will be done")
    second.accessible()
    second.press("I have read it: release")
    second.confirm(SECRET)
    steward.go(draft)
    steward.press("Publish")
    steward.titled(name)
