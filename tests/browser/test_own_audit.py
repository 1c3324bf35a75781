"""Our own checks on our own pages, as a browser records them: what we declare of ourselves is seen anew at each change."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.site import Site
from browser.test_pages import BUDGETS, KB
from communaux.data import own_audit
from communaux.engines.footprint.rgesn import own, recorded
from communaux.engines.footprint.rgesn.checks import OF_PAGES, Found, of_page

TOLD = own.read(own_audit())
SEEN = ("4.1", "4.8", "6.1", "6.2", "6.3")  # what we say conforms, and the browser shows


@pytest.fixture(scope="module")
def visits(chromium: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Found]]:
    """Each page that the audit names, visited once by a browser that had nothing of it."""
    found, folder = {}, tmp_path_factory.mktemp("visits")
    size, requests, _elements = BUDGETS["read"]
    for n, path in enumerate(TOLD.pages):
        record = Path(folder, f"{n}.har")
        context = chromium.new_context(base_url=site.url, record_har_path=record, record_har_content="embed")
        context.new_page().goto(path, wait_until="networkidle")
        context.close()
        found[path] = of_page(recorded.of_har(record.read_bytes(), budget=(size, requests)))
    return found


def test_what_we_say_conforms_is_what_a_browser_sees(visits: dict[str, dict[str, Found]]) -> None:
    answers = {one.criterion: one.answer for one in TOLD.findings}
    assert {number: answers[number] for number in SEEN} == dict.fromkeys(SEEN, "conforming")
    names = [one.id for one in OF_PAGES.values() if one.criterion in SEEN]
    assert len(names) == len(SEEN)
    wrong = {
        (path, name): told[name]
        for path, told in visits.items()
        for name in names
        if told[name].outcome != "favourable"
    }
    assert wrong == {}


def test_no_page_reaches_a_third_party(visits: dict[str, dict[str, Found]]) -> None:
    assert {path: told["third_parties"].outcome for path, told in visits.items()} == dict.fromkeys(
        TOLD.pages, "favourable"
    )


def test_the_budget_that_we_declare_is_the_one_that_is_measured() -> None:
    size, requests, _elements = BUDGETS["read"]
    for told in (TOLD.blocks["budget"], next(one.justification for one in TOLD.findings if one.criterion == "6.1")):
        assert f"{size // KB}\u00a0ko et {requests} requêtes" in told
        size_of_form, requests_of_form, _ = BUDGETS["form"]
        assert f"{size_of_form // KB}\u00a0ko et {requests_of_form} requêtes" in told
