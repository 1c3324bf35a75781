"""A facilitator's evening: a board in five stages, a pad that becomes a road map with milestones, a link that tells signs."""

from __future__ import annotations

import re

from browser.hands import Hand
from browser.people import Persons

PAD = """# {title}

Theme: associations
Notre soirée.

## Phase 1: Compter
Compter les tentes.
### Milestones
- [ ] la liste est ouverte @2031-06-30
Criterion: dix associations

## Phase 2: Essayer
Un trimestre.
Criterion: vingt prêts

## Phase 3: Tenir
Chaque an.

## Acteurs
La maison des associations.
"""


def stage(n: int) -> str:
    return f"section:has(#stage-{n})"


def finish(hand: Hand, n: int) -> None:
    button = hand.page.get_by_role("button", name=hand.words("Finish stage %(n)s", n=n), exact=True)
    hand.lead(button)


def test_a_group_ends_its_evening_with_a_road_map(persons: Persons) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    axis = agent.either("Les tentes qui dorment", "Tents that sleep")
    title = agent.either("Prêter les tentes entre rues", "Lend tents between streets")
    agent.go("/rendez-vous/rencontre-fictive/ateliers/")
    agent.fill("What this axis is about", axis)
    agent.fill("Number of groups", "1")
    agent.press("Add it")
    region = agent.page.get_by_role("region", name=re.compile(re.escape(axis)))
    agent.lead(region.get_by_role("link", name=agent.words("Group %(n)s", n=1)))
    agent.accessible()
    agent.fill("One thought", "Trop de tentes dorment.", stage(1))
    agent.press("Lay this card", stage(1))
    agent.reads("Trop de tentes dorment.")
    finish(agent, 1)
    agent.choose("What it is", "friction", stage(2))
    agent.fill("One thought", "Personne ne sait qui en a.", stage(2))
    agent.press("Lay this card", stage(2))
    finish(agent, 2)
    finish(agent, 3)
    agent.sees("Write the problem first, and for whom it is one.")
    agent.fill("The problem, in one sentence", "Nul ne sait où sont les tentes.", stage(3))
    agent.fill("For whom", "les associations", stage(3))
    agent.press("Save the problem", stage(3))
    finish(agent, 3)
    finish(agent, 4)
    agent.follow("Write the road map")
    agent.open("Fill it from a pad")
    agent.accessible()
    agent.fill("Text of the pad, in Markdown", PAD.format(title=title))
    agent.press("Read the pad")
    agent.sees(
        "This is what the pad says. Nothing is kept yet: read it again, put right what stands in the wrong place, then publish."
    )
    agent.accessible()
    assert agent.value("Title") == title
    summary = ("Nul ne sait où sont les tentes.", "Notre soirée.", "## Acteurs\nLa maison des associations.")
    assert agent.value("In a few words") == "\n\n".join(summary), "what stood there stays"
    agent.press("Publish the road map")
    agent.lead(agent.page.get_by_role("main").get_by_role("link", name=title))
    agent.reads("la liste est ouverte")
    agent.accessible()
    agent.follow("Change the links")
    agent.fill("Address", "https://ville.example/tentes")
    agent.choose("What it is to the road map", "draws on")
    agent.press("Add the link")
    agent.sees("The link is there.")
    agent.accessible()

    visitor.page.goto(agent.page.url.removesuffix("liens/"))
    visitor.reads(title, "la liste est ouverte", "https://ville.example/tentes")
    visitor.misses("Change the links")
    visitor.accessible()
