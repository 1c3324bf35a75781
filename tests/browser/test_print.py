"""A sheet on paper: a few pages, its text, no navigation (10 §§ 3.7, 6.6)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from browser.addresses import RICHEST
from browser.site import Site


def printed(page: Page, folder: Path) -> list[str]:
    """The text of each page on paper."""
    page.pdf(path=folder / "page.pdf", format="A4")
    return [one.extract_text() for one in PdfReader(folder / "page.pdf").pages]


@pytest.fixture
def sheet(page: Page, site: Site) -> Page:
    ((slug,), *_others) = site.rows(RICHEST)
    page.goto(f"/communs/{slug}/")
    return page


def test_a_sheet_is_one_to_four_pages_none_of_them_empty(sheet: Page, tmp_path: Path) -> None:
    texts = printed(sheet, tmp_path)
    assert 1 <= len(texts) <= 4
    assert all(text.strip() for text in texts)


def test_the_printed_text_can_be_read_again(sheet: Page, tmp_path: Path) -> None:
    name = sheet.get_by_role("heading", level=1).inner_text()
    assert name in printed(sheet, tmp_path)[0]


def test_paper_has_no_navigation_and_black_ink(sheet: Page) -> None:
    sheet.emulate_media(media="print")
    assert sheet.get_by_role("navigation").count() == 0
    assert sheet.get_by_role("search").count() == 0
    colours = "() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; }"
    assert sheet.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_paper_says_where_it_comes_from(sheet: Page) -> None:
    """The address of the page and the day of its last change stand on the paper."""
    sheet.emulate_media(media="print")
    assert sheet.get_by_text(re.compile(re.escape(sheet.url))).is_visible()


def test_dark_screens_print_on_white(sheet: Page) -> None:
    sheet.emulate_media(media="print", color_scheme="dark")
    assert sheet.evaluate("getComputedStyle(document.querySelector('.axis h2')).color") == "rgb(0, 0, 0)"
    muted = sheet.locator(".src").first.evaluate("(one) => getComputedStyle(one).color")
    assert muted in {"rgb(0, 0, 0)", "rgb(87, 83, 76)"}


def test_the_kit_of_a_workshop_is_a_sheet_for_each_stage_and_a_large_canvas(
    page: Page, site: Site, tmp_path: Path
) -> None:
    page.goto("/rendez-vous/rencontre-fictive/ateliers/1-1/kit/")
    page.pdf(path=tmp_path / "kit.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "kit.pdf").pages
    sizes = [
        (round(float(one.mediabox.width) / 72 * 25.4), round(float(one.mediabox.height) / 72 * 25.4)) for one in sheets
    ]
    assert sizes == [(210, 297)] * 5 + [(420, 297)]
    texts = [one.extract_text() for one in sheets]
    counts = [
        text.count(word)
        for text, word in zip(texts, ("Enjeu", "Friction", "Qui est concerné", "", "Idée"), strict=False)
    ]
    assert [counts[n] for n in (0, 1, 2, 4)] == [8, 8, 8, 8]
    assert all(f"Phase {n}" in texts[5] for n in (1, 2, 3))


def test_a_programme_is_printed_whole_and_without_an_empty_page(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto("/rendez-vous/rencontre-fictive-a-venir/programme/")
    titles = page.locator("main section a[href*='/sessions/']").all_inner_texts()
    texts = printed(page, tmp_path)
    assert 1 <= len(texts) <= 3
    assert all(text.strip() for text in texts)
    whole = " ".join(" ".join(texts).split())
    assert len(titles) == 12
    assert [title for title in titles if " ".join(title.split())[:20] not in whole] == []
