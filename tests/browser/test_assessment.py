"""Journeys of assessment: ask for one and read it, put right who is who, ask not to be counted; as several people, both ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from assess.histories import ADA, Made, repository

from browser.assessing import FILES, lively, read_repositories
from browser.hands import Hand
from browser.people import Persons, published
from browser.site import Site

type Read = Callable[[], int]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lively(tmp_path_factory.mktemp("made") / "velos")


@pytest.fixture
def read(journeys: Site, made: Path) -> Read:
    """The worker, with the small repository for every address."""
    return lambda: read_repositories(journeys, made)


@pytest.fixture
def slug(journeys: Site) -> str:
    """A new commons that tells a repository nobody has read; its name is its own, so that nothing looks like it."""
    return published(journeys, uuid4().hex[:12])[0]


def assessed(hand: Hand, slug: str, read: Read) -> None:
    hand.go(f"/communs/{slug}/evaluation/")
    hand.press("Assess")
    assert read() == 1


def test_ask_from_the_sheet_follow_and_read(persons: Persons, slug: str, read: Read) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    agent.go(f"/communs/{slug}/")
    agent.lead(agent.page.get_by_role("main").locator(f"a[href$='/communs/{slug}/evaluation/']").first)
    agent.titled("Assessment of %(name)s", name=slug)
    agent.sees("not assessed")
    agent.accessible()
    agent.press("Assess")
    assert agent.path.startswith("/taches/")
    bar = agent.path
    agent.accessible()
    agent.go(f"/communs/{slug}/evaluation/")
    agent.sees("An assessment is under way.")
    agent.misses("Assess")  # two clicks are one run
    assert read() == 1
    agent.go(bar)
    agent.follow("See the result")
    for axis in ("resource", "community", "governance"):
        panel = agent.page.locator(f"section.{axis}")
        assert panel.get_by_role("heading", level=2).count() == 1
        assert panel.locator("p.lead .state").inner_text().strip()
    agent.touch.press(agent.page, agent.page.locator("section.axis summary").first)
    agent.accessible()
    measure = agent.page.locator("a[href$='/evaluation/caf_w/']").first
    agent.lead(measure)
    agent.sees("Over time")
    agent.sees("To have it yourself")
    agent.accessible()
    visitor.go(f"/communs/{slug}/evaluation/historique/")
    visitor.sees("in force")
    visitor.accessible()


def test_a_repository_that_tells_little_says_so(persons: Persons, slug: str, journeys: Site, tmp_path: Path) -> None:
    """Unknown is unknown: one commit is no community, and no figure is 0 for want of anything to count."""
    agent = persons("agent")
    alone = repository(tmp_path / "alone", [Made(0, ADA, FILES)])
    agent.go(f"/communs/{slug}/evaluation/")
    agent.press("Assess")
    assert read_repositories(journeys, alone) == 1
    agent.go(f"/communs/{slug}/evaluation/")
    agent.sees("No global mark: each axis is read by itself.")
    agent.follow("All measures, and where they come from")
    rows = agent.page.locator("section[aria-labelledby=measures] tbody tr")
    told = {row.locator("a").get_attribute("href"): row.locator("td").first.inner_text() for row in rows.all()}
    unknown = agent.either("inconnu", "unknown")
    for code in ("retention", "silence", "trend"):
        assert told[f"{'' if agent.lang == 'fr' else '/en'}/communs/{slug}/evaluation/{code}/"] == unknown
    agent.accessible()


def test_an_address_is_pasted(persons: Persons) -> None:
    visitor, reader = persons("visitor"), persons("reader")
    visitor.go("/evaluer/")
    visitor.accessible()
    visitor.fill("Address of a repository", "ssh://git@github.com/demo/velos")
    visitor.press("Look at it")
    visitor.sees("Only an address that begins with https:// is read, since anybody can open it: give that one.")
    assert visitor.value("Address of a repository") == "ssh://git@github.com/demo/velos"
    visitor.accessible()
    visitor.fill("Address of a repository", "github.com/umap-project/umap/issues")
    visitor.press("Look at it")
    visitor.titled("Assessment of %(name)s", name="uMap")
    reader.go("/evaluer/")
    reader.fill("Address of a repository", "https://github.com/demo/inconnu/tree/main/src")
    reader.press("Look at it")
    reader.sees("No commons of this desk has this address")
    reader.reads("communaux assess https://github.com/demo/inconnu.git")
    reader.accessible()
    reader.follow("Propose this commons")
    assert reader.value("Address of the repository or of the site") == "https://github.com/demo/inconnu.git"


def test_a_reader_says_who_is_who_an_editor_decides(persons: Persons, slug: str, read: Read) -> None:
    reader, editor, visitor = persons("reader"), persons("editor"), persons("visitor")
    assessed(reader, slug, read)
    reader.go(f"/communs/{slug}/evaluation/")
    reader.follow("Who is who: put it right")
    reader.tick("These two addresses are of one person")
    reader.fill("Address, as the history has it", "ada@x.org")
    reader.fill("How you know", "Elle le dit sur la page des auteurs.")
    reader.press("Say it")
    reader.sees("Give both addresses of that person.")
    assert reader.value("How you know") == "Elle le dit sur la page des auteurs."
    reader.accessible()
    reader.fill("Second address", "bob@y.org")
    reader.press("Say it")
    reader.sees("Noted. A steward or an editor decides on it; until then nothing changes.")
    reader.accessible()
    editor.go(f"/communs/{slug}/evaluation/corrections/")
    editor.open("Which address it is about")
    editor.fill("Is it about this address?", "Bob@y.org")
    editor.press("Compare")
    editor.sees("Yes: the address that you typed is one of its two.")
    editor.accessible()
    editor.press("Take it in")
    editor.sees("Decided. The repository is read again where that changes a figure.")
    assert read() == 1
    visitor.go(f"/communs/{slug}/evaluation/corrections/")
    visitor.reads("Elle le dit sur la page des auteurs.")
    assert "ada@x.org" not in visitor.page.content()
    visitor.accessible()
    editor.go(f"/communs/{slug}/evaluation/corrections/")
    editor.press("Take it back")
    assert read() == 1
    editor.accessible()


def test_somebody_asks_not_to_be_counted_and_comes_back(persons: Persons) -> None:
    reader = persons("reader")
    reader.go("/mon-compte/donnees/")
    reader.follow("Ask not to be counted")
    reader.accessible()
    reader.lead(reader.page.get_by_role("button", name=reader.words("Do not count me")))
    reader.sees("counted nowhere")
    reader.accessible()
    reader.lead(reader.page.get_by_role("button", name=reader.words("Count me again")))
    reader.sees("counted")
