"""How a person works a page: by mouse in French without scripts, or in English with nothing but the keyboard.

A journey is written once, in the English words of the texts; each hand says them in its language. The keyboard hand also
looks that the focus is seen wherever it stops to act.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, Response, expect

from browser.measures import violations

FARTHEST = 250  # presses of Tab before the page counts as a trap
SEEN = """(one) => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0
    && box.bottom > 0 && box.top < innerHeight;
}"""
# Where the focus is, told to the locator that is looked for: itself, or a radio button of the same question
STANDS = """(one) => {
  const here = document.activeElement;
  return here === one || (one.type === 'radio' && here.type === 'radio' && here.name === one.name && here.form === one.form);
}"""


# Fields of a day or an hour are typed part by part, as an American browser shows them
CLOCKS = {
    "date": lambda text: "".join((*text.split("-")[1:], text[:4])),
    "time": lambda text: f"{text.replace(':', '')}A",  # before noon
}


class Touch(Protocol):
    """What differs between two ways to work a page."""

    def fill(self, page: Page, field: Locator, text: str) -> None: ...
    def choose(self, page: Page, field: Locator, words: str) -> None: ...
    def tick(self, page: Page, field: Locator) -> None: ...
    def press(self, page: Page, button: Locator) -> None: ...
    def send(self, page: Page, field: Locator, file: Path) -> None: ...


class Mouse:
    def fill(self, page: Page, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, page: Page, field: Locator, words: str) -> None:
        field.select_option(label=words)

    def tick(self, page: Page, field: Locator) -> None:
        field.check()

    def press(self, page: Page, button: Locator) -> None:
        button.click()

    def send(self, page: Page, field: Locator, file: Path) -> None:
        field.set_input_files(file)


class Keyboard:
    def fill(self, page: Page, field: Locator, text: str) -> None:
        reach(page, field)
        if field.get_attribute("type") in CLOCKS:
            page.keyboard.type(CLOCKS[field.get_attribute("type") or ""](text))
            return
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)

    def choose(self, page: Page, field: Locator, words: str) -> None:
        reach(page, field)
        page.keyboard.type(words)

    def tick(self, page: Page, field: Locator) -> None:
        """A radio button is reached by an arrow from its neighbour."""
        reach(page, field)
        for _press in range(12):
            if field.is_checked():
                return
            here = field.evaluate("(one) => one === document.activeElement")
            page.keyboard.press("Space" if here else "ArrowDown")
        raise AssertionError(f"{field} could not be ticked by keyboard on {page.url}")

    def press(self, page: Page, button: Locator) -> None:
        reach(page, button)
        page.keyboard.press("Enter")

    def send(self, page: Page, field: Locator, file: Path) -> None:
        """The browser is told before the first Tab that nobody looks at its window of files."""
        with page.expect_file_chooser() as asked:
            reach(page, field)
            page.keyboard.press("Enter")
        asked.value.set_files(file)


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the focus stands on the target, and see that it is seen there."""
    expect(target).to_have_count(1)
    for _press in range(FARTHEST):
        if target.evaluate(STANDS):
            assert page.locator(":focus").evaluate(SEEN), f"the focus on {target} of {page.url} is not seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{FARTHEST} presses of Tab on {page.url} did not reach {target}")


@dataclass(frozen=True, slots=True)
class Hand:
    """One person at one browser."""

    page: Page
    lang: str
    touch: Touch

    def words(self, text: str, **given: object) -> str:
        """The text of the desk in the language of this hand."""
        with override(self.lang):
            return gettext(text) % given if given else gettext(text)

    def go(self, path: str) -> None:
        """To an address, given in French, in the language of this hand."""
        answer = self.page.goto(path if self.lang == "fr" else f"/en{path}")
        assert answer is not None
        assert answer.ok, f"{path} answers {answer.status}"

    def _within(self, near: str) -> Page | Locator:
        return self.page.locator(near) if near else self.page.get_by_role("main")

    def fill(self, label: str, text: str, near: str = "") -> None:
        self.touch.fill(self.page, self._labelled(label, near), text)

    def choose(self, label: str, option: str, near: str = "") -> None:
        field, words = self._labelled(label, near), self.words(option)
        self.touch.choose(self.page, field, words)
        assert field.evaluate("(one) => one.selectedOptions[0].label") == words

    def tick(self, label: str, near: str = "") -> None:
        self.touch.tick(self.page, self._labelled(label, near))

    def _labelled(self, label: str, near: str) -> Locator:
        """By its words as they are or, of a field, with `(required)` behind."""
        needed = re.escape(f" ({self.words('required')})")
        return self._within(near).get_by_label(re.compile(rf"^\s*{re.escape(self.words(label))}({needed})?\s*$"))

    def send(self, label: str, file: Path) -> None:
        self.touch.send(self.page, self._labelled(label, ""), file)

    def press(self, button: str, near: str = "") -> Response | None:
        """Press a button and wait for the page that answers."""
        return self.lead(self._within(near).get_by_role("button", name=self.words(button), exact=True))

    def follow(self, link: str, near: str = "", **given: object) -> Response | None:
        return self.lead(self._within(near).get_by_role("link", name=self.words(link, **given), exact=True))

    def lead(self, target: Locator) -> Response | None:
        """Press what leads to another page, and wait for it."""

        def leads(answer: Response) -> bool:
            """A page, not a redirect; a step in the history of the same page, which scripts make, is none."""
            return answer.request.is_navigation_request() and not 300 <= answer.status < 400

        with self.page.expect_event("load"), self.page.expect_response(leads) as led:
            self.touch.press(self.page, target)
        return led.value

    def open(self, summary: str) -> None:
        """Unfold what stands under this line."""
        self.touch.press(self.page, self._within("").locator("summary", has_text=self.words(summary)).first)

    def sees(self, text: str, near: str = "", **given: object) -> None:
        """These words of the desk are on the page."""
        expect(self._within(near).get_by_text(self.words(text, **given)).first).to_be_visible()

    def reads(self, *texts: str, near: str = "") -> None:
        """These words of people, not of the desk, are on the page."""
        for text in texts:
            expect(self._within(near).get_by_text(text).first).to_be_visible()

    def misses(self, text: str, near: str = "") -> None:
        """Neither a button nor a link nor a line of the desk says so."""
        expect(self._within(near).get_by_text(self.words(text), exact=True)).to_have_count(0)

    def value(self, label: str) -> str:
        return self._labelled(label, "").input_value()

    def listed(self, heading: str) -> list[str]:
        """Lines of the list under this heading."""
        title = self.page.get_by_role("heading", name=self.words(heading), exact=True)
        expect(title).to_be_visible()
        return self.page.locator("section").filter(has=title).get_by_role("listitem").all_inner_texts()

    def either(self, french: str, english: str) -> str:
        """Of a text of the data, which no catalogue of messages holds, the one this hand reads."""
        return french if self.lang == "fr" else english

    @property
    def path(self) -> str:
        """Where this hand is, as an address of the French pages."""
        return urlsplit(self.page.url).path.removeprefix("/en")

    def confirm(self, password: str) -> None:
        """Who signed in a while ago is asked once more who they are."""
        if self.page.get_by_role("heading", name=self.words("Is it really you?"), exact=True).count():
            self.fill("Password", password)
            self.press("Confirm")

    def titled(self, text: str, **given: object) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words(text, **given))

    def accessible(self) -> None:
        """Nothing that axe finds stands against WCAG 2.1 A and AA; a browser without scripts cannot run it."""
        if isinstance(self.touch, Keyboard):
            assert violations(self.page)[0] == []
