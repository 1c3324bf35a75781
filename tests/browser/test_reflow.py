"""A page gives way: 320 px, zoom 200 %, spaced text, forced colours, small targets (10 § 6.4)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from browser.addresses import Address, addresses
from browser.conftest import NewPage
from browser.site import Site

# WCAG 1.4.12
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
RESTYLE = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}"""
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
DRAWN = """(one) => {
  const style = getComputedStyle(one);
  return [style.outlineStyle, parseFloat(style.outlineWidth), parseFloat(style.borderTopWidth)];
}"""
MOVING = """() => [...document.querySelectorAll('*')]
  .filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"""
# Texts cut by their own box
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter((one) => getComputedStyle(one).overflowX === 'hidden' && !one.classList.contains('visually-hidden'))
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML.slice(0, 120))"""
# Links of menus, buttons and fields lower than a finger; links inside sentences are exempt (WCAG 2.5.8)
LOW = """() => [...document.querySelectorAll('button, input:not([type=hidden]), .menu a, .brand, .openfield a')]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="package")
def pages(site: Site) -> list[Address]:
    return [one for one in addresses(site) if not one.path.rpartition(".")[2].isalpha() and not one.path.endswith("z")]


def wide(page: Page, pages: list[Address], style: str = "") -> list[str]:
    found = []
    for address in pages:
        page.goto(address.path)
        if style:
            page.evaluate(RESTYLE, style)
        if (more := page.evaluate(WIDER)) > 0:
            found.append(f"{address.path}: {more} px wider than the screen")
        found += [f"{address.path}: cut {one}" for one in page.evaluate(CUT)]
    return found


def test_no_page_scrolls_sideways_at_320_pixels(new_page: NewPage, pages: list[Address]) -> None:
    assert wide(new_page(**NARROW), pages) == []


def test_no_page_scrolls_sideways_at_twice_the_size(new_page: NewPage, pages: list[Address]) -> None:
    assert wide(new_page(**ZOOMED), [one for one in pages if one.first]) == []


def test_spaced_text_fits(new_page: NewPage, pages: list[Address]) -> None:
    firsts = [one for one in pages if one.first]
    assert wide(new_page(**NARROW), firsts, SPACED) == []


def test_targets_are_as_high_as_a_finger(new_page: NewPage, pages: list[Address]) -> None:
    page = new_page(**NARROW)
    low = {}
    for address in pages:
        if address.first:
            page.goto(address.path)
            low[address.path] = page.evaluate(LOW)
    assert {path: found for path, found in low.items() if found} == {}


def test_tables_scroll_in_their_own_region(new_page: NewPage) -> None:
    page = new_page(**NARROW)
    page.goto("/communs/comparer/?c=umap&c=openfisca")
    region = page.locator(".scroll")
    assert region.evaluate("(one) => one.scrollWidth > one.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert region.evaluate("(one) => one.scrollLeft") > 0


def test_forced_colours_keep_borders_and_focus(new_page: NewPage) -> None:
    """In forced colours a field is still a box and the focus still an outline."""
    page = new_page(forced_colors="active")
    page.goto("/")
    page.locator("#q").focus()
    page.keyboard.press("Tab")
    button = page.locator("form.seek button")
    assert button.evaluate(DRAWN) == ["solid", 3, 2]
    assert page.locator("#q").evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)") >= 2


def test_nothing_moves_for_who_asked_for_stillness(new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate(MOVING) == 0
