"""A report of Lighthouse (JSON), alone or as PageSpeed Insights gives it: the DOM, requests, weight, what is not used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.pagefacts import (
    SEEN,
    PageFacts,
    Tally,
    host_of,
    is_font,
    moment,
    page_url,
    printable,
    split,
    whole,
)

ADDRESSES: Final = ("finalDisplayedUrl", "finalUrl", "requestedUrl")
DOM: Final = ("dom-size", "dom-size-insight")  # until version 12, and since
UNUSED: Final = {"javascript": "unused-javascript", "css": "unused-css-rules"}
CACHED: Final = ("disk", "memory", "prefetch")
NOT_CHANGED: Final = 304
FINE: Final = "NO_ERROR"


def is_one(document: Mapping[str, Any]) -> bool:
    """Whether the document is a report."""
    return isinstance(_report(document).get("audits"), dict)


def facts(document: Mapping[str, Any], own_hosts: Iterable[str] = ()) -> PageFacts:
    """Raise FootprintError where Lighthouse could not load the page, or a number is none."""
    report = _report(document)
    failure = _inside(report, "runtimeError").get("code", FINE)
    if failure != FINE:
        raise FootprintError("lighthouse_failed", code=printable(str(failure)[:SEEN]))
    audits = report["audits"]
    field, url = next(((name, report[name]) for name in ADDRESSES if report.get(name)), (ADDRESSES[0], None))
    if not isinstance(url, str) or split(url, field) is None:
        raise FootprintError("bad_url", n=field, given=printable(str(url)[:SEEN]))
    at = moment(report.get("fetchTime"))
    more: dict[str, Any] = {"dom_nodes": _dom(audits), "unused": _unused(audits), "with_javascript": True}
    items = _inside(_inside(audits, "network-requests"), "details").get("items")
    if not isinstance(items, list):
        size = whole(_inside(audits, "total-byte-weight").get("numericValue"), "numericValue", "total-byte-weight")
        unknown: dict[str, Any] = dict.fromkeys(("requests", "third_parties", "fonts", "font_bytes"))
        return PageFacts("lighthouse", page_url(url), at, size=size, warnings={}, **unknown, **more)
    return PageFacts(**_tally(items).told("lighthouse", url, at, own_hosts), **more)


def _report(document: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = document.get("lighthouseResult")
    return inner if isinstance(inner, dict) else document


def _inside(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def _tally(items: list[Any]) -> Tally:
    tally = Tally()
    for n, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise FootprintError("bad_entry", n=n, name="network-requests")
        address = split(item.get("url"), n)
        if address is None:
            tally.warnings["never_sent"] += 1
            continue
        status = item.get("statusCode")
        font = item.get("resourceType") == "Font" or is_font(item.get("mimeType"))
        tally.add(host_of(address), whole(item.get("transferSize"), "transferSize", n), font=font)
        tally.warnings["cached"] += item.get("cache") in CACHED or status == NOT_CHANGED
        tally.warnings["failed"] += status in (-1, 0)
    if not tally.requests:
        raise FootprintError("page_no_request")
    tally.warnings = +tally.warnings
    return tally


def _dom(audits: Mapping[str, Any]) -> int | None:
    for name in DOM:
        audit = _inside(audits, name)
        told = _inside(_inside(audit, "details"), "debugData").get("totalElements")
        for found in (audit.get("numericValue"), told):
            if (nodes := whole(found, "numericValue", name)) is not None:
                return nodes
    return None


def _unused(audits: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for code, name in UNUSED.items():
        told = whole(_inside(_inside(audits, name), "details").get("overallSavingsBytes"), "overallSavingsBytes", name)
        if told is not None:
            found[code] = told
    return found
