"""One desk, one browser for this folder; without Chromium a loud skip, in CI a failure."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from browser import report
from browser.addresses import addresses
from browser.assessing import lively, read_repositories
from browser.measures import Measured, measure, measure_all
from browser.notes import write_note
from browser.people import door, journeys, persons
from browser.site import READY, Site, opened

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
)
FRENCH: dict[str, Any] = {"locale": "fr-FR", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}

__all__ = ["door", "journeys", "persons"]  # fixtures of the journeys

type NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages are measured first: what other tests leave on the desk would count as growth."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.name != "test_pages.py")


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The desk. `COMMUNAUX_BROWSER_VAR` names a folder to keep it in, so that a second run starts at once."""
    kept = os.environ.get("COMMUNAUX_BROWSER_VAR")
    with opened(Path(kept) if kept else tmp_path_factory.mktemp("desk")) as running:
        start_import(running)
        say_who_uses(running)
        keep_notes(running)
        contest(running)
        say_needs(running)
        assess(running, tmp_path_factory.mktemp("repository"))
        yield running


def assess(site: Site, folder: Path) -> None:
    """One commons whose repository was read; a folder that is kept has it already."""
    if site.rows("select 1 from assessment_run where state = 'done'"):
        return
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=READY) as client:
        sign_in(client, "agent")
        token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
        answer = client.post("/communs/umap/evaluation/demander/", data=token)
        assert "/taches/" in str(answer.url), answer.text[:500]
    read_repositories(site, lively(folder / "made"))


def start_import(site: Site) -> None:
    """One piece of work that nobody does: its page shows how far it is."""
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=60) as client:
        sign_in(client)
        token = client.cookies["csrftoken"]
        answer = client.post("/sources/publiccode/importer/", data={"csrfmiddlewaretoken": token})
        assert answer.status_code == 200, answer.text[:500]


def say_who_uses(site: Site) -> None:
    """One use with what was learned from it, and one provider, by an agent of the town that does not exist."""
    with httpx.Client(base_url=site.url, follow_redirects=True) as client:
        sign_in(client, role="agent")
        form = client.get("/communs/openfisca/utiliser/").text
        (body,) = re.findall(r'name="organisation" value="([\w-]+)"', form)
        lesson = {"context": "Une commune.", "went_well": "Simple.", "again": "yes", "lang": "fr"}
        for path, given in (
            (
                "/communs/openfisca/utiliser/",
                {"organisation": body, "kind": "uses", "use_case": "Calculer des droits."},
            ),
            ("/communs/openfisca/accompagner/", {"organisation": body, "services": "training"}),
            ("/usages/1/retour/", lesson | {"licence": "CC-BY-SA-4.0", "version": "0"}),
        ):
            answer = client.post(path, data=given | {"csrfmiddlewaretoken": client.cookies["csrftoken"]})
            assert answer.status_code == 200, answer.text[:500]


def keep_notes(site: Site) -> None:
    """A published note and a draft, written as a person writes them; a folder that is kept has them already."""
    if site.rows("select 1 from catalogue_opportunitynote"):
        return
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=READY) as client:
        sign_in(client, "editor")
        write_note(client, "Un fond de carte pour la commune", ["fond de carte libre", "carte collaborative"], "freeze")
        write_note(client, "Une messagerie entre agents", ["messagerie instantanée"], "save")


def say_needs(site: Site) -> None:
    """Two needs that say the same, put together; a folder that is kept has them already."""
    if site.rows("select 1 from catalogue_needpool"):
        return
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=READY) as client:
        sign_in(client, "agent")
        for _need in range(2):
            given = {
                "title": "Suivre les nids de poule",
                "theme": "urbanisme",
                "kind": "service",
                "place": "33063",
                "key": str(uuid4()),
            }
            for _time in range(2):
                token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
                page = client.post("/besoins/nouveau/", data=given | token)
                found = re.search(r'name="looked" value="(\w+)"', page.text)
                given |= {"looked": found[1]} if found else {}
            assert "/besoins/suivre" in str(page.url), page.text[:500]
        address = f"{page.url.path}mutualiser/"
        (other,) = re.findall(r'name="others" value="([\w-]+)"', client.get(address).text)
        token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
        together = {"others": other, "title": "Suivre ensemble les nids de poule", "key": str(uuid4())}
        answer = client.post(address, data=together | token)
        assert "/besoins/mutualises/" in str(answer.url), answer.text[:500]


def contest(site: Site) -> None:
    """One value is contested: its page shows who says what."""
    said = {
        "proposed": "operated",
        "fact": "Une version est sortie ce mois-ci.",
        "links": "https://example.org/version",
    }
    with httpx.Client(base_url=site.url, follow_redirects=True) as client:
        sign_in(client)
        given = said | {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
        answer = client.post("/communs/umap/contester/?quoi=stage", data=given)
        assert "/contestations/" in str(answer.url), answer.text[:500]


def sign_in(client: httpx.Client, role: str = "operator") -> None:
    """Sign in with the first trial account of the demonstration that has this role."""
    mail, _role, password = next(login for login in settings.DEMO_LOGINS if login[1] == role)
    client.get("/connexion/")
    given = {"username": mail, "password": password, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    client.post("/connexion/", data=given)
    assert "sessionid" in client.cookies, f"the trial account of the {role} could not sign in"


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or playwright.chromium.executable_path
    if not Path(found).exists():
        reason = "NO CHROMIUM: nothing of tests/browser was checked (install the package chromium, or: playwright install chromium)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def new_page(chromium: Browser, site: Site) -> Iterator[NewPage]:
    """`new_page()` opens a page of a fresh visitor; options are those of a Playwright context."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        contexts.append(chromium.new_context(**({"base_url": site.url} | FRENCH | options)))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture(scope="package")
def cookies(site: Site) -> list[dict[str, str]]:
    """Those of a signed-in editor, who wrote the notes."""
    return cookies_of(site, "editor")


def cookies_of(site: Site, role: str) -> list[dict[str, str]]:
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=READY) as client:
        sign_in(client, role)
        return [{"name": name, "value": value, "url": site.url} for name, value in client.cookies.items()]


def signed_in(site: Site, chromium: Browser, role: str) -> BrowserContext:
    """A browser of somebody of the demonstration."""
    context = chromium.new_context(base_url=site.url, **FRENCH)
    context.add_cookies(cookies_of(site, role))  # type: ignore[arg-type]
    return context


@pytest.fixture(scope="package")
def measured(site: Site, chromium: Browser) -> list[Measured]:
    """Every page, measured once: by a visitor, by an editor where it asks for an account, the sources by an operator too."""
    start_import(site)
    visitor = chromium.new_context(base_url=site.url, **FRENCH)
    editor, operator = (signed_in(site, chromium, role) for role in ("editor", "operator"))
    found = measure_all(site, addresses(site), visitor, editor)
    found.append(measure(operator.new_page(), "sources", "/sources/", "fr"))
    for context in (visitor, editor, operator):
        context.close()
    report.write(site.kind, found)
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in report.lines():
        terminalreporter.write_line(line)
