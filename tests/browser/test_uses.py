"""Journey 3: a body says what it uses, a colleague confirms it, one click renews it a year later, and what was learned."""

from __future__ import annotations

from uuid import uuid4

import pytest

from browser.people import Persons, published, run
from browser.site import Site

WHAT_FOR = "Prêter des vélos aux élèves de deux écoles, de septembre à juin."
LESSON = "Les enfants rendent les vélos à l’heure."
A_YEAR_LATER = """
from datetime import timedelta
from communaux.catalogue import services
from communaux.catalogue.models import Reuse
from communaux.core.models import Person
then = now - timedelta(days=400)
Reuse.objects.filter(commons__slug={slug!r}).update(declared_at=then, confirmed_at=then, confirm_by=then.date() + timedelta(365))
services.mark_stale_reuses(Person.objects.desk(), at=now)
"""
ASKED = "section[aria-labelledby=asked]"
USES = "section[aria-labelledby=uses]"


@pytest.fixture
def name() -> str:
    return f"Prêts {uuid4().hex[:8]}"


@pytest.fixture
def slug(journeys: Site, name: str) -> str:
    (made,) = published(journeys, name)
    return made


def declare(persons: Persons, slug: str) -> None:
    agent = persons("agent")
    agent.go(f"/communs/{slug}/")
    agent.follow("We use it")
    agent.fill("Since when", "2024")
    agent.fill("What for", WHAT_FOR)
    agent.press("Declare this use")
    agent.sees("The use is declared. Another person of the body can now confirm it.")


def confirm(persons: Persons, name: str) -> None:
    colleague = persons("colleague")
    colleague.go("/mon-espace/")
    colleague.follow(name, near=ASKED)
    colleague.press("I confirm this use")
    colleague.sees("Thank you: the use is confirmed for a year.")


def test_one_declares_another_confirms(persons: Persons, name: str, slug: str) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    declare(persons, slug)
    agent.sees("You declared it: a colleague of the body has to confirm it, here.")
    agent.misses("I confirm this use")
    agent.accessible()
    visitor.go(f"/communs/{slug}/")
    visitor.reads("Commune de démonstration", near=USES)
    visitor.sees("declared", near=f"{USES} .state")
    confirm(persons, name)
    visitor.go(f"/communs/{slug}/")
    visitor.sees("%(shown)s confirmed use", near=USES, shown=1)
    visitor.follow("Commune de démonstration", near=USES)
    visitor.reads(WHAT_FOR)
    visitor.misses("This use has ended")
    visitor.accessible()


def test_a_year_later_one_click_renews_it(persons: Persons, journeys: Site, name: str, slug: str) -> None:
    declare(persons, slug)
    confirm(persons, name)
    run(journeys, A_YEAR_LATER.format(slug=slug))
    editor, agent = persons("editor"), persons("agent")
    editor.go("/edition/")
    editor.follow("Uses to be confirmed again")
    editor.accessible()
    editor.follow("%(name)s at %(body)s", name=name, body="Commune de démonstration")
    editor.misses("It is still so")
    agent.go("/mon-espace/")
    agent.follow(name, near=ASKED)
    agent.press("It is still so")
    agent.sees("Thank you: the use is confirmed for a year.")
    agent.misses("It is still so")
    editor.go("/edition/usages/")
    editor.misses(editor.words("%(name)s at %(body)s", name=name, body="Commune de démonstration"))


def test_what_was_learned_is_told_and_compared(persons: Persons, name: str, slug: str) -> None:
    declare(persons, slug)
    agent, visitor = persons("agent"), persons("visitor")
    agent.follow("Tell what was learned")
    agent.fill("Context", "Une commune de 3 000 habitants.")
    agent.fill("What went well", LESSON)
    agent.tick("on condition")
    agent.fill("Days of work", "3")
    agent.fill("Money spent, in euros", "1200")
    agent.press("Publish")
    agent.sees("Say what the amount covers.")
    agent.accessible()
    assert agent.value("What went well") == LESSON
    agent.choose("What the amount covers", "each year")
    agent.press("Publish")
    agent.reads(LESSON)
    visitor.go(f"/communs/comparer/?c={slug}&c=umap")
    visitor.sees("would do it again on condition")
    visitor.accessible()
    visitor.lead(visitor.page.locator(f"td a[href$='/communs/{slug}/retours/']"))
    visitor.titled("What was learned from %(name)s", name=name)
    visitor.reads(LESSON)
    visitor.sees("each year")
    visitor.accessible()
