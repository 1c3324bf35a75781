"""By keyboard alone: skip link, search, main action in visual order; the focus is always seen (10 § 6.3)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browser.conftest import NewPage

SHEET = "/communs/openfisca/"
PAGES = ["/", "/chercher/?q=carte", "/communs/", SHEET, "/sources/", "/journal/", "/connexion/", "/evaluer/"]
LONGEST_WALK = 260
# Where the focus is, how it is drawn, and against what
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!colour.endsWith(', 0)') && colour !== 'transparent') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    tag: one.tagName, id: one.id, href: one.getAttribute('href'), region: (one.closest('header,main,footer') || {}).tagName,
    top: box.top + scrollY, left: box.left, width: box.width, height: box.height,
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth), colour: style.outlineColor,
    ground: ground(one.parentElement),
  };
}"""


REACHABLE = "a[href]:visible, button:visible, input:visible:not([type=hidden]), summary:visible"
# Where the blocks of the page stand, in the order of the keyboard
BLOCKS = """() => [...document.querySelectorAll('header, main .facets, main .list, footer')].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.top + scrollY, box.left];
})"""


def walk(page: Page, limit: int = LONGEST_WALK) -> list[dict]:
    """Every stop of the Tab key, until it leaves the page."""
    stops: list[dict] = []
    for _press in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop == stops[0]):
            return stops
        stops.append(stop)
    raise AssertionError(f"after {limit} presses the Tab key has not left {page.url}: a trap?")


def luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_stop_is_seen_in_the_order_of_the_eye_and_none_is_a_trap(
    new_page: NewPage, path: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(path)
    stops = walk(page)
    unseen = [stop for stop in stops if stop["outline"] < 2 or not (stop["width"] and stop["height"])]
    faint = [stop for stop in stops if contrast(stop["colour"], stop["ground"]) < 3]
    assert (unseen, faint) == ([], [])
    everything = page.locator(REACHABLE).count()
    assert len(stops) >= everything
    assert [stop["href"] for stop in stops[:2]] == ["#content", "#menu"]
    for region in ("HEADER", "FOOTER"):
        rows = [round(stop["top"] / 40) for stop in stops if stop["region"] == region]
        assert rows == sorted(rows)
        assert len(rows) >= 3
    blocks = page.evaluate(BLOCKS)
    assert blocks == sorted(blocks)


def test_the_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto(SHEET)
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("(one) => one.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_skip_link_to_the_search_leads_to_its_field(page: Page) -> None:
    page.goto(SHEET)
    for _press in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("cantine")
    assert page.url.endswith(f"{SHEET}#q")
    assert page.input_value("[role=search] #q") == "cantine"


def test_a_fold_opens_and_closes_by_keyboard(page: Page) -> None:
    page.goto("/chercher/?q=carte")
    fold = page.locator(".hits details").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None
    page.keyboard.press("Space")
    assert fold.get_attribute("open") is None
