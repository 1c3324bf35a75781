"""Journeys 1 to 3, in French and one in English, by keyboard only; and all again without JavaScript."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from browser.conftest import NewPage
from browser.site import Site

NEED = "logiciel pour gérer la cantine de l'école"
MISSPELT = "parcoursup choisir sa voit apres le bac"

pytestmark = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


@pytest.fixture
def visitor(new_page: NewPage, script: bool) -> Page:
    return new_page(java_script_enabled=script)


def reach(page: Page, target: Locator, limit: int = 200) -> None:
    """Press Tab until the focus stands on the target."""
    expect(target).to_be_visible()
    for _press in range(limit):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and target.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{limit} presses of Tab on {page.url} did not reach {target}")


def ask(page: Page, text: str) -> None:
    reach(page, page.locator("#q"))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/chercher/?q=*")


def follow(page: Page, target: Locator) -> None:
    reach(page, target)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def hits(page: Page) -> Locator:
    return page.locator(".hits > li")


def words(text: str, lang: str = "fr") -> str:
    with override(lang):
        return gettext(text)


def test_from_a_need_to_a_sheet_its_sources_and_its_history(visitor: Page) -> None:
    """Journey 1: home, a sentence, results with reasons, a sheet on three axes, each value's source, the history."""
    visitor.goto("/")
    ask(visitor, NEED)
    assert 1 <= hits(visitor).count() <= 20
    reasons = visitor.locator(".hits summary")
    assert reasons.count() == hits(visitor).count()
    assert words("Why:") in reasons.first.inner_text()
    first = hits(visitor).first.get_by_role("link").first
    name = first.inner_text()
    follow(visitor, first)
    assert visitor.get_by_role("heading", level=1).inner_text() == name
    axes = visitor.locator(".axis").get_by_role("heading", level=2).all_inner_texts()
    assert axes == [words("Resource"), words("Community"), words("Governance")]
    sheet = visitor.url
    follow(visitor, visitor.locator("a[href$='/sources/']:below(#origins)").first)
    assert visitor.locator("main dl").count() >= 1
    visitor.goto(sheet)
    follow(visitor, visitor.locator("a[href$='/histoire/']"))
    assert visitor.locator(".entries > li").count() >= 1


def test_a_filter_is_a_link_that_is_put_on_and_taken_off(visitor: Page) -> None:
    """Journey 2, first half."""
    visitor.goto("/chercher/?q=carte")
    total = visitor.locator(".list > h2").inner_text()
    choice = visitor.locator(".facets a[href*='kind=software']")
    follow(visitor, choice)
    assert "kind=software" in visitor.url
    narrowed = visitor.locator(".list > h2").inner_text()
    assert number(narrowed) < number(total)
    follow(visitor, visitor.locator(".chosen a"))
    assert "kind=" not in visitor.url
    assert visitor.locator(".list > h2").inner_text() == total


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_why_a_known_commons_is_not_there(visitor: Page) -> None:
    """Journey 2, second half: the desk says why, about a commons it knows and about one it does not know."""
    visitor.goto("/chercher/?q=cantine")
    for name, answers in (("OpenFisca", 1), ("Zzqxv", 0)):
        reach(visitor, visitor.locator("#pourquoi"))
        visitor.keyboard.press("Control+A")
        visitor.keyboard.type(name)
        visitor.keyboard.press("Enter")
        visitor.wait_for_url(f"**pourquoi={name}*")
        told = visitor.locator("#why-not ~ .note")
        assert name in told.inner_text()
        assert (told.get_by_role("listitem").count() > 0) == bool(answers)


def test_nothing_found_is_not_the_end(visitor: Page) -> None:
    visitor.goto("/chercher/?q=zzqxv+wkpq")
    assert hits(visitor).count() == 0
    step = visitor.locator(".list a[href='/communs/']")
    follow(visitor, step)
    assert hits(visitor).count() == 20


def test_a_misspelt_word_is_corrected_and_the_desk_says_so(visitor: Page) -> None:
    visitor.goto("/")
    ask(visitor, "cartografie")
    assert visitor.locator("main p strong").all_inner_texts() == ["cartographie"]
    assert "cartografie" in visitor.locator("main p:has(strong)").inner_text()
    assert hits(visitor).count() >= 1


def test_a_need_without_accents_is_understood(visitor: Page) -> None:
    """« voit » is a word: it is not corrected, the function is understood all the same."""
    visitor.goto("/")
    ask(visitor, MISSPELT)
    assert "orientation scolaire" in visitor.locator(".list > .meta").first.inner_text()
    assert hits(visitor).count() >= 5


def test_a_need_in_english(visitor: Page) -> None:
    visitor.goto("/")
    follow(visitor, visitor.locator("header a[hreflang='en']"))
    assert visitor.locator("html").get_attribute("lang") == "en"
    ask(visitor, "book the village hall")
    assert "/en/chercher/" in visitor.url
    assert words("Why:", "en") in visitor.locator(".hits summary").first.inner_text()
    follow(visitor, hits(visitor).first.get_by_role("link").first)
    axes = visitor.locator(".axis").get_by_role("heading", level=2).all_inner_texts()
    assert axes == ["Resource", "Community", "Governance"]


def sign_in(page: Page) -> None:
    mail, _role, password = settings.DEMO_LOGINS[0]
    page.goto("/")
    follow(page, page.locator("header a[href*='/connexion/']"))
    reach(page, page.locator("#id_username"))
    page.keyboard.type(mail)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_selector("header a[href='/mon-compte/']")


def test_an_operator_starts_an_import_and_follows_it(visitor: Page, site: Site, script: bool) -> None:
    """Journey 3: sign in, start an import, follow it to its end with a real worker."""
    site.drain()
    site.describe(f"velos-{uuid4().hex[:8]}")
    sign_in(visitor)
    visitor.goto("/")
    follow(visitor, visitor.locator("main a[href='/sources/']"))
    follow(visitor, visitor.locator("form[action='/sources/publiccode/importer/'] button"))
    visitor.wait_for_url("**/taches/**")
    state = visitor.locator("#bar [role=status]")
    assert words("waiting") in state.inner_text()
    assert (visitor.locator("meta[http-equiv=refresh]").count() == 1) is not script
    before = visitor.evaluate("performance.timeOrigin") if script else None
    with site.worker():
        expect(state).to_contain_text(words("done"), timeout=120_000)
    assert visitor.locator("progress").evaluate("(one) => one.value / one.max") == 1
    if script:
        assert visitor.evaluate("performance.timeOrigin") == before, (
            "htmx updates the bar, the page is not loaded again"
        )
    assert visitor.locator("#bar li").count() >= 1


def test_a_wrong_password_keeps_what_was_typed(visitor: Page) -> None:
    visitor.goto("/connexion/")
    reach(visitor, visitor.locator("#id_username"))
    visitor.keyboard.type("quelquun@demo.example")
    visitor.keyboard.press("Tab")
    visitor.keyboard.type("pas le bon")
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("alert")).to_be_visible()
    assert visitor.locator("#id_username").input_value() == "quelquun@demo.example"
    assert visitor.locator("#id_username").get_attribute("aria-describedby") == "errors"
