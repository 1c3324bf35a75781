"""Journey 5: nothing fits, so a need carries the words and the results; an editor mends the words, and sees the effect first."""

from __future__ import annotations

from random import choices
from string import ascii_lowercase
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator

from browser.hands import Hand
from browser.people import Persons
from browser.site import Site

LOOKED = "section[aria-labelledby=looked]"
WHY = "Il ne connaît pas les rues de notre commune."


@pytest.fixture
def word() -> str:
    """A word that nobody ever searched for."""
    return "".join(choices(ascii_lowercase, k=11))


def search(hand: Hand, query: str) -> None:
    hand.go(f"/chercher/?{urlencode({'q': query})}")


def express(agent: Hand, query: str) -> list[str]:
    """From the page of results to the published need; the names of the first results."""
    search(agent, query)
    names = [one.strip() for one in agent.page.locator(".hits h3").all_inner_texts()[:2]]
    agent.follow("Express this need", near="main .note")
    assert agent.value("The need, in one line") == query.capitalize()
    agent.open("Why it does not fit")
    agent.choose("Why it does not fit", "its licence", near="li:has(details[open])")
    agent.fill("In a few words", WHY, near="li:has(details[open])")
    agent.fill("In more words", "Une base d’adresses libre, que chacun peut corriger, où placer les pistes.")
    agent.choose("Theme", agent.either("Mobilité et transports", "Mobility and transport"))
    agent.choose("What is missing", "a service or a tool")
    agent.fill("Where", "33063")
    agent.press("Look once more, then express it")
    agent.sees("Before it is saved")
    agent.accessible()
    agent.press("Nothing fits: express this need")
    return names


def test_a_need_carries_the_words_and_the_results_and_others_join(persons: Persons, word: str) -> None:
    agent, colleague, visitor = persons("agent"), persons("reader"), persons("visitor")
    query = f"carte des pistes cyclables {word}"
    express(agent, query)
    agent.titled(query.capitalize())
    agent.reads(query, near=LOOKED)
    agent.reads(WHY, near=LOOKED)
    assert agent.page.locator(f"{LOOKED} a").count() >= 2
    agent.misses("Me too")
    visitor.go(agent.path)
    visitor.sees("Nobody else has said so yet.")
    visitor.accessible()
    colleague.go(agent.path)
    colleague.press("Me too")
    colleague.sees("Noted: you need it too.")
    visitor.go(agent.path)
    visitor.misses("Nobody else has said so yet.")


def listed(editor: Hand, query: str) -> Locator:
    """The line of this search in the queue, wherever it stands there."""
    for page in range(1, 9):
        editor.go(f"/edition/besoins-sans-reponse/?page={page}")
        found = editor.page.get_by_role("link", name=query, exact=True)
        if found.count():
            return found
    raise AssertionError(f"the queue does not hold {query}")


def test_an_editor_finds_the_function_of_a_search_without_answer(persons: Persons, word: str) -> None:
    editor, visitor = persons("editor"), persons("visitor")
    search(visitor, word)
    visitor.sees("No commons answers, as far as this desk knows")
    editor.go("/edition/")
    editor.follow("Needs without answer")
    editor.accessible()
    editor.lead(listed(editor, word))
    editor.fill("A word of the function", editor.either("covoiturage", "carpooling"))
    editor.press("Find the function")
    editor.accessible()
    editor.lead(editor.page.locator("section[aria-labelledby=function] li a").first)
    assert editor.value("The word, as people write it") == word
    editor.accessible()


@pytest.mark.parametrize("persons", ["English, by keyboard"], indirect=True)
def test_the_effect_of_a_word_is_seen_before_it_is_accepted(persons: Persons, journeys: Site, word: str) -> None:
    """In one of the two ways only: two search indexes are built and compared, on all the data there is."""
    reader, editor = persons("reader"), persons("editor")
    editor.go("/thesaurus/mobilite.covoiturage/")
    editor.fill("The word, as people write it", word)
    editor.press("Propose and measure")
    journeys.drain()
    editor.go(editor.path)
    editor.follow("See the result")
    editor.sees("It comes to be understood as this function.")
    editor.accessible()
    reader.go(editor.path)
    reader.misses("Accept this change")
    editor.press("Accept this change")
    editor.sees("Accepted: the next search index will know it.")
    reader.go(editor.path)
    reader.reads("Éditrice", near="main .note.ok")
