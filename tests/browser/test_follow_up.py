"""The carrier's journey: take a road map up, answer the link that comes by mail without an account, read what became of it."""

from __future__ import annotations

import pytest

from browser.people import Persons, run
from browser.site import Site

REAL = {"fr": "solutions-sobres-territoire", "en": "coordination-filiere"}
LINK = """
from communaux.core import journal, signed_links
from communaux.gatherings.letters import PURPOSE
from communaux.gatherings.models import Roadmap
one = Roadmap.objects.get(slug={slug!r})
link = signed_links.give(PURPOSE, journal.subject_of(one), one.contact, now)
print(signed_links.secret(link))
"""


def test_a_carrier_answers_by_the_link_without_account(persons: Persons, journeys: Site) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    slug = agent.either(REAL["fr"], REAL["en"])
    visitor.go("/rendez-vous/")
    visitor.accessible()
    visitor.follow("All road maps")
    visitor.accessible()
    agent.go(f"/feuilles-de-route/{slug}/")
    agent.sees("Nobody has told this desk anything. That does not mean that nothing was done.")
    agent.follow("We carry this road map")
    agent.accessible()
    agent.fill("Your role there", "chargée du numérique")
    agent.press("We carry this road map")
    agent.sees("Your body carries it. The desk will ask you how it goes in three months.")
    agent.accessible()

    (secret,) = run(journeys, LINK.format(slug=slug))
    visitor.go(f"/suivi/{secret}/")
    visitor.sees("How is it going?")
    visitor.accessible()
    visitor.tick("it is delivered")
    visitor.fill("In one line", "Le territoire a publié ses solutions.")
    visitor.press("Publish this news")
    visitor.sees("Say where what was delivered can be seen.")
    assert visitor.value("In one line") == "Le territoire a publié ses solutions."
    visitor.accessible()
    visitor.fill("Where it can be seen", "https://demo.example/solutions")
    visitor.press("Publish this news")
    visitor.sees("Thank you: your answer is there, for everybody to read.")
    visitor.reads("Le territoire a publié ses solutions.", "chargée du numérique")
    visitor.accessible()
    visitor.go("/rendez-vous/nec-2021/bilan/")
    visitor.reads("Commune de démonstration")
    visitor.accessible()


@pytest.mark.parametrize("path", ["/suivi/rien/"])
def test_a_link_that_was_cut_says_so(persons: Persons, path: str) -> None:
    visitor = persons("visitor")
    visitor.page.goto(path)
    visitor.accessible()
