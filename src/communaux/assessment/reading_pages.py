"""Read a page as a plain reader without scripts: within robots.txt, one request a second of a host. Writes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.utils.translation import gettext as _

from communaux.core import http
from communaux.core.errors import BadRequest, Refusal
from communaux.engines.footprint.markup import LONGEST, walked
from communaux.engines.footprint.rgesn.facts import Page
from communaux.engines.footprint.rgesn.gather import Load, declared_fonts, kept, of_loads, shows_images

MOST: Final = 60  # resources of a page
LARGEST: Final = 5_000_000  # bytes of one
APART: Final = 1.0  # seconds between two requests of one host
type Told = Callable[[int], None]


class Reader:
    """Keeps what robots.txt of each host says, and when it was last asked. `wait` seconds pass between two requests of a host."""

    def __init__(self, *, apart: float = APART, sleep: Callable[[float], None] = time.sleep) -> None:
        self._apart, self._sleep = apart, sleep
        self._robots: dict[str, RobotFileParser] = {}
        self._last: dict[str, float] = {}

    def page(
        self,
        url: str,
        *,
        own_hosts: Iterable[str] = (),
        budget: tuple[int | None, int | None] = (None, None),
        told: Told = lambda done: None,
    ) -> Page:
        """What the page loads, 60 files at most; raise Refusal where the page cannot be had. `told`: how many were fetched."""
        if not self.may(url):
            raise BadRequest("robots", _("The site asks robots not to read this page."))
        first = _load(self._get(url))
        asked = [one for one in self._asked_for(first) if one not in (url, first.url)]
        loads = [first, *self._fetched(asked[:MOST], told)]
        sheets = [(one.text() or "", one.url) for one in loads if one.kind == "css"]
        faces = list(dict.fromkeys(face for css in sheets for face in declared_fonts(*css)))
        came = {one.url for one in loads}
        fonts = list(self._fetched([one for one in faces if one not in came][: MOST - len(asked)], told))
        whole = len(loads) == 1 + len(asked) and not any(shows_images(css) for css, _url in sheets)
        whole = whole and not any(one.kind == "html" for one in loads[1:])  # what a frame loads in turn is not read
        return of_loads(first.url, loads, fonts=fonts, own_hosts=own_hosts, whole=whole, budget=budget)

    def _fetched(self, addresses: Iterable[str], told: Told) -> Iterator[Load]:
        """Those that could be had."""
        for n, address in enumerate(addresses, 1):
            try:
                if self.may(address):
                    yield _load(self._get(address))
            except Refusal:  # a file of others that does not come leaves the page read in part, and it says so
                pass
            told(n)

    def may(self, url: str) -> bool:
        """Whether robots.txt of its host lets us read it. One that is not there lets everybody (RFC 9309)."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            found = RobotFileParser()
            try:
                found.parse(self._get(f"{host}/robots.txt").body.decode("utf-8", "replace").splitlines())
            except Refusal as error:
                if not http.is_refused(error):
                    raise
                found.parse([])
            self._robots[host] = found
        return self._robots[host].can_fetch(http.AGENT, url)

    def _get(self, url: str) -> http.Answer:
        host = urlsplit(url).netloc
        if (left := self._last.get(host, -self._apart) + self._apart - time.monotonic()) > 0:
            self._sleep(left)
        try:
            return http.get(url, limit=LARGEST, attempts=1)
        finally:
            self._last[host] = time.monotonic()

    def _asked_for(self, page: Load) -> Iterator[str]:
        if page.kind != "html":
            raise BadRequest("no_page", _("What this address sends is no page of a site."))
        text = page.text() or ""
        yield from walked(text[:LONGEST], page.url).loaded


def _load(answer: http.Answer) -> Load:
    """The protocol is not told: this reader speaks HTTP/1.1 alone, whatever the server could."""
    found = Load(answer.url, answer.status, answer.content_type, answer.body, len(answer.body), answer.sent)
    return replace(
        found, encoding=answer.headers.get("content-encoding", "").strip().lower(), keeps=kept(answer.headers)
    )
