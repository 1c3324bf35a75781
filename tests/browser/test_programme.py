"""A meeting from its opening to a place in a session: who organises it, and who comes without account."""

from __future__ import annotations

from browser.people import Persons


def test_a_meeting_is_opened_published_and_joined(persons: Persons) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    name = agent.either("Journée des communs voisins", "Day of the commons next door")
    agent.go("/rendez-vous/")
    agent.follow("Open a meeting")
    agent.accessible()
    agent.fill("Name of the meeting", name)
    agent.fill("First day", "2031-03-04")
    agent.fill("Last day", "2031-03-03")
    agent.press("Open the meeting")
    agent.sees("The last day comes before the first.")
    assert agent.value("Name of the meeting") == name
    agent.accessible()
    agent.fill("Last day", "2031-03-05")
    agent.press("Open the meeting")
    agent.sees("The meeting is there. Give it rooms and sessions.")
    agent.accessible()
    agent.fill("Name of the room", "Halle")
    agent.fill("Places", "1")
    agent.press("Add the room")
    agent.follow("Add a session")
    agent.accessible()
    agent.fill("Title", "Relever les fontaines")
    agent.fill("Day", "2031-03-04")
    agent.fill("Begins at", "09:30")
    agent.choose("Room", "Halle")
    agent.tick("Who comes has to register")
    agent.press("Save in the draft")
    agent.sees("Nothing: it can be published.")
    agent.press("Publish the programme")
    agent.reads("Relever les fontaines", "09:30")
    agent.accessible()

    visitor.page.goto(agent.page.url)
    visitor.accessible()
    visitor.lead(visitor.page.get_by_role("link", name="Relever les fontaines"))
    visitor.accessible()
    visitor.press("Take a place")
    visitor.sees("You have a place.")
    visitor.press("Add to my programme")
    visitor.sees("It is in your programme.")
    visitor.accessible()
    visitor.follow("My programme")
    visitor.reads("Relever les fontaines", "Halle")
    visitor.accessible()
