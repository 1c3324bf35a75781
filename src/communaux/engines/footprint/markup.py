"""A page as its server sends it, without running anything: its elements, and what it refers to (spec 08 § 3.5).

The text is walked once, whatever it is: the standard parser can take hours on a few megabytes that were written against it. What
style sheets and scripts load in turn is not seen, so no weight is told, and no budget is ever said to be kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import urldefrag, urljoin

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.pagefacts import PageFacts, host_of, page_url, printable, split, third_parties

LONGEST: Final = 5_000_000  # signs
NAME: Final = re.compile(r"<([a-zA-Z][^\s/>]*+)")
# A tag with its attributes; a ">" inside quotes does not end it. Nothing is tried twice.
INSIDE: Final = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
ATTRIBUTE: Final = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
RAW: Final = {name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}
IMPLIED: Final = {"html", "head", "body"}  # there even where they are not written
# Where an element says what it loads
LOADED: Final = {
    "script": ("src",),
    "img": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "track": ("src",),
    "object": ("data",),
}
LINKS: Final = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
LOADERS: Final = {"script", "iframe", "link"}  # they load more in turn

type Tag = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Walked:
    """`loaded`: addresses that a page asks for, in order, and whether each loads more in turn; `base`: what they start from."""

    base: str
    elements: Counter[str]
    loaded: dict[str, bool]
    warnings: Counter[str]


def walked(text: str, base: str) -> Walked:
    """`base`: the address of the page. Raise FootprintError for a text that is too long or an address that is none."""
    if len(text) > LONGEST:
        raise FootprintError("page_too_large", size=len(text), most=LONGEST)
    if split(base, "base") is None:
        raise FootprintError("bad_url", n="base", given=printable(base[:80]))
    elements, warnings = Counter[str](), Counter[str]()
    loaded: dict[str, bool] = {}
    start = base
    for name, attributes in tags(text):
        elements[name] += 1
        if name == "base" and elements["base"] == 1:
            start = joined(base, attributes.get("href", "")) or base
        for address in _addresses(name, attributes):
            if (whole := joined(start, address)) is None:
                warnings["bad_address"] += 1
            elif whole.startswith(("data:", "blob:", "about:", "javascript:")):
                warnings["never_sent"] += 1
            else:
                loaded[whole] = loaded.get(whole, False) or name in LOADERS
    return Walked(start, elements, loaded, warnings)


def facts_of_html(text: str, base: str, own_hosts: Iterable[str] = ()) -> PageFacts:
    """`base`: the address of the page. Raise FootprintError for a text that is too long or an address that is none."""
    found = walked(text, base)
    hosts = {host_of(place) for one in (base, *found.loaded) if (place := split(one, "base"))}
    found.warnings["not_followed"] = sum(found.loaded.values())
    return PageFacts(
        source="html",
        url=page_url(base),
        at=None,
        dom_nodes=found.elements.total() + len(IMPLIED - found.elements.keys()),
        requests=1 + len(found.loaded),
        size=None,
        third_parties=third_parties(hosts, own_hosts, base),
        fonts=None,
        font_bytes=None,
        unused={},
        with_javascript=False,
        warnings=dict(sorted((+found.warnings).items())),
    )


def joined(base: str, address: str) -> str | None:
    """The whole address, None where it cannot be read."""
    try:
        whole = urldefrag(urljoin(base, address.strip())).url
        split(whole, "href")
    except (ValueError, FootprintError):
        return None
    return whole


def _addresses(name: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """What a browser fetches for an element; of several images that are offered, one."""
    if name == "link":
        if LINKS & set(attributes.get("rel", "").lower().split()) and attributes.get("href"):
            yield attributes["href"]
        return
    found = [attributes[one] for one in LOADED.get(name, ()) if attributes.get(one)]
    yield from found
    if name == "img" and not found and (offered := attributes.get("srcset", "").split()):
        yield offered[0].rstrip(",")


def tags(text: str) -> Iterator[Tag]:
    """Elements that are in the page, in order: neither those of comments and scripts nor those of a `template`."""
    at, strict, templates = 0, True, 0
    while (at := text.find("<", at)) != -1:
        if text.startswith("<!--", at):
            at = _after(text, "-->", at + 4)
            continue
        named = NAME.match(text, at)
        if named is None:
            closing = text[at : at + 10].lower() == "</template"
            templates = max(0, templates - closing)
            # "<" of a text, or the end of an element, a doctype
            at = _after(text, ">", at) if text[at + 1 : at + 2] in ("/", "!", "?") else at + 1
            continue
        name = named[1].lower()
        # an open quote that is never closed would be sought again at every tag: from there on, quotes hide nothing
        whole = INSIDE.match(text, named.end()) if strict else None
        strict = whole is not None
        end = whole.end() if whole else text.find(">", named.end()) + 1
        if not end:  # cut inside a tag
            return
        if not templates:
            yield name, _attributes(text[named.end() : end - 1])
        templates += name == "template"
        at = end
        if name in RAW:
            closed = RAW[name].search(text, end)
            at = closed.start() if closed else len(text)


def _after(text: str, what: str, at: int) -> int:
    """Where it goes on: after `what`, or at the end."""
    found = text.find(what, at)
    return len(text) if found == -1 else found + len(what)


def _attributes(text: str) -> dict[str, str]:
    """By their name in small letters; the first of two counts, as in browsers."""
    found: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found
