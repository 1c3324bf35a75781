"""A HAR, what a browser saves of a visit: requests, bytes, hosts, fonts (spec 08 § 3.3). It says nothing of the DOM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.pagefacts import PageFacts, Tally, host_of, is_font, moment, split, whole

NOT_CHANGED: Final = 304
REDIRECTS: Final = range(300, 400)
LAST: Final = "~"  # after every moment


def is_one(document: Mapping[str, Any]) -> bool:
    """Whether the document is a HAR."""
    log = document.get("log")
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def facts(document: Mapping[str, Any], own_hosts: Iterable[str] = ()) -> PageFacts:
    """Of the first page of the record; raise FootprintError that names the request."""
    tally, first = Tally(), (True, LAST)
    url = ""
    for n, entry in _of_first_page(document["log"], tally.warnings):
        response = _inside(entry, "response", n)
        address = split(_inside(entry, "request", n).get("url"), n)
        if address is None:
            tally.warnings["never_sent"] += 1
            continue
        status, cached = response.get("status"), bool(entry.get("_fromCache"))
        content = response.get("content")
        content = content if isinstance(content, dict) else {}
        font = entry.get("_resourceType") == "font" or is_font(content.get("mimeType"))
        size = _size(response, content, n, tally.warnings, sent=not cached and status != NOT_CHANGED)
        tally.add(host_of(address), size, font=font)
        tally.warnings["cached"] += cached or status == NOT_CHANGED
        tally.warnings["failed"] += status == 0
        # the page itself: the first that is not sent elsewhere
        began = entry.get("startedDateTime")
        rank = (status in REDIRECTS, began if isinstance(began, str) else LAST)
        if not url or rank < first:
            first, url = rank, address.geturl()
    if not tally.requests:
        raise FootprintError("page_no_request")
    tally.warnings = +tally.warnings
    told = tally.told("har", url, moment(first[1]), own_hosts)
    return PageFacts(**told, dom_nodes=None, unused={}, with_javascript=True)


def requests(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the first page asked the network for, as the record has it, once `facts` has found nothing wrong in it."""
    for n, entry in _of_first_page(document["log"], Counter()):
        if split(entry["request"].get("url"), n):
            yield entry


def _of_first_page(log: Mapping[str, Any], warnings: Counter[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Requests with their number. A record may hold several pages: requests of the others are left out, and counted."""
    pages = log.get("pages")
    first = pages[0] if isinstance(pages, list) and len(pages) > 1 else None
    wanted = (None, first.get("id")) if isinstance(first, dict) else ()
    for n, entry in enumerate(log["entries"], 1):
        if not isinstance(entry, dict):
            raise FootprintError("bad_entry", n=n, name="entries")
        if wanted and entry.get("pageref") not in wanted:
            warnings["other_pages"] += 1
            continue
        yield n, entry


def _inside(entry: Mapping[str, Any], name: str, n: int) -> dict[str, Any]:
    found = entry.get(name)
    if not isinstance(found, dict):
        raise FootprintError("bad_entry", n=n, name=name)
    return found


def _size(
    response: Mapping[str, Any], content: Mapping[str, Any], n: int, warnings: Counter[str], *, sent: bool
) -> int | None:
    """Bytes that came over the network: what the browser says, else headers and body, else what they unpack to."""
    if (carried := whole(response.get("_transferSize"), "_transferSize", n)) is not None:
        return carried
    headers = whole(response.get("headersSize"), "headersSize", n)
    body = whole(response.get("bodySize"), "bodySize", n)
    if body is None and not sent:
        body = 0
    if body is not None:
        warnings["no_headers"] += headers is None
        return body + (headers or 0)
    if (unpacked := whole(content.get("size"), "content.size", n)) is not None:
        warnings["unpacked"] += 1
        return unpacked
    return None
