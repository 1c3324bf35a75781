"""What one page costs and whether it is sound: network by CDP, elements, console, headings, axe in light and dark."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import BrowserContext, Page

from browser.addresses import Address, in_english
from browser.site import Site

VENDOR = Path(__file__).parent / "vendor"
BLOCKING = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
RULES = (*BLOCKING, "best-practice")
COLOURS = ("cat.color",)  # all that another scheme of colours can change
# Elements through shadow roots, children of SVG included; ids met twice
COUNT = """() => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  const elements = all(document), ids = elements.map((one) => one.id).filter(Boolean);
  const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => Number(one.tagName[1]));
  return {
    dom: elements.length, title: document.title, lang: document.documentElement.lang, levels,
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
  };
}"""
RUN = """async ([locale, tags]) => {
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  axe.configure({locale});
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.map((one) => ({
    rule: one.id, tags: one.tags, help: one.help, nodes: one.nodes.map((node) => node.html.slice(0, 160)),
  }));
}"""


@dataclass(slots=True)
class Measured:
    """One page in one language."""

    pattern: str
    path: str
    lang: str
    requests: int = 0
    transferred: int = 0
    decoded: int = 0
    hosts: set[str] = field(default_factory=set)
    console: list[str] = field(default_factory=list)
    dom: int = 0
    title: str = ""
    shown_lang: str = ""
    levels: list[int] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def measure_all(
    site: Site, wanted: list[Address], context: BrowserContext, signed_in: BrowserContext
) -> list[Measured]:
    """French for every address, English for the first of each pattern; what needs an account is read signed in.

    One tab for each of both: a new one for each page is a new process, which takes longer than the page.
    """
    found, tabs = [], (context.new_page(), signed_in.new_page())
    with httpx.Client(base_url=site.url, timeout=60) as client:
        for address in wanted:
            answer = client.get(address.path)
            if not is_page(answer):
                continue
            used = tabs[answer.status_code == 302]
            found.append(measure(used, address.pattern, address.path, "fr"))
            if address.first:
                found.append(measure(used, address.pattern, in_english(address.path), "en"))
    return found


def is_page(answer: httpx.Response) -> bool:
    to_sign_in = answer.status_code == 302 and "connexion" in answer.headers["location"]
    return to_sign_in or answer.headers["content-type"].startswith("text/html")


def measure(page: Page, pattern: str, path: str, lang: str) -> Measured:
    result = Measured(pattern, path, lang)
    with heard(page, result):
        page.emulate_media(color_scheme="light")
        with counted(page, result):
            page.goto(path, wait_until="load")
        for name, value in page.evaluate(COUNT).items():
            setattr(result, "shown_lang" if name == "lang" else name, value)
        result.violations, result.advice = violations(page)
        if lang == "fr":  # colours do not depend on the language
            page.emulate_media(color_scheme="dark")
            result.violations += [f"dark: {one}" for one in violations(page, COLOURS)[0]]
    return result


@contextmanager
def heard(page: Page, result: Measured) -> Iterator[None]:
    """What the console says."""
    hearing = {
        "console": lambda said: result.console.append(said.text) if said.type in {"error", "warning"} else None,
        "pageerror": lambda error: result.console.append(str(error)),
    }
    for name, hear in hearing.items():
        page.on(name, hear)  # type: ignore[call-overload]  # one overload an event
    yield
    for name, hear in hearing.items():
        page.remove_listener(name, hear)


@contextmanager
def counted(page: Page, result: Measured) -> Iterator[None]:
    """Count what goes over the wire, as for a first visit."""
    asked: set[str] = set()
    wire = page.context.new_cdp_session(page)
    wire.on("Network.requestWillBeSent", lambda event: _asked(result, event, asked))
    wire.on("Network.dataReceived", lambda event: _add(result, "decoded", event, "dataLength", asked))
    wire.on("Network.loadingFinished", lambda event: _add(result, "transferred", event, "encodedDataLength", asked))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield
    wire.detach()


def _asked(result: Measured, event: dict[str, Any], asked: set[str]) -> None:
    """The icon is left out: the browser asks for it after the page, or not at all."""
    url = event["request"]["url"]
    result.hosts |= {urlsplit(url).netloc} - {""}
    if not url.startswith("data:") and not url.endswith(".svg"):
        result.requests += 1
        asked.add(event["requestId"])


def _add(result: Measured, name: str, event: dict[str, Any], key: str, asked: set[str]) -> None:
    if event["requestId"] in asked:
        setattr(result, name, getattr(result, name) + int(event[key]))


def violations(page: Page, rules: Sequence[str] = RULES) -> tuple[list[str], list[str]]:
    """Rules of WCAG 2.1 A and AA that do not hold, and rules of good practice that do not."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe())
    found = page.evaluate(RUN, [french(), list(rules)])
    told = Counter({_told(one): bool(set(one["tags"]) & set(BLOCKING)) for one in found})
    return [one for one in told if told[one]], [one for one in told if not told[one]]


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['rule']}: {violation['help']} × {len(violation['nodes'])}: {violation['nodes'][0]}"


@cache
def axe() -> str:
    return (VENDOR / "axe-4.14.1.min.js").read_text("utf-8")


@cache
def french() -> dict[str, Any]:
    return json.loads((VENDOR / "axe-fr.json").read_text("utf-8"))
