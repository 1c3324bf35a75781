"""A page as checks look at it, from a record of a browser (HAR), whose scripts ran. Nothing of who made the visit is kept."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from communaux.engines.footprint import har
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.pagefacts import document, no_page, page_url
from communaux.engines.footprint.rgesn.facts import Page
from communaux.engines.footprint.rgesn.gather import Load, kept, of_loads


def of_har(content: bytes, own_hosts: Iterable[str] = (), budget: tuple[int | None, int | None] = (None, None)) -> Page:
    """Of a record of a browser, whose scripts ran; raise FootprintError."""
    for name, most in zip(("bytes", "requests"), budget, strict=True):
        if most is not None and most < 0:
            raise FootprintError("bad_budget", name=name, given=most)
    found = document(content)
    if not har.is_one(found):
        raise no_page(content)
    facts = har.facts(found, own_hosts)
    loads = sorted((_load(one) for one in har.requests(found)), key=lambda one: page_url(one.url) != facts.url)
    page = of_loads(facts.url, loads, own_hosts=own_hosts, with_javascript=True, budget=budget)
    sizes = facts.size if facts.weighed and not facts.warnings.get("unpacked") else None
    return replace(page, bytes=sizes, requests=facts.requests)


def _load(entry: Mapping[str, Any]) -> Load:
    response = entry["response"]
    content = response.get("content")
    content = content if isinstance(content, dict) else {}
    headers = _headers(response.get("headers"))
    size = content.get("size")
    return Load(
        entry["request"]["url"],
        mime=str(content.get("mimeType") or ""),
        body=_body(content),
        size=size if type(size) is int and size >= 0 else None,
        encoding=headers.get("content-encoding", "").strip().lower() if headers else None,
        protocol=_protocol(response.get("httpVersion")),
        keeps=kept(headers) if headers else None,
    )


def _headers(told: object) -> dict[str, str]:
    pairs = told if isinstance(told, list) else []
    return {str(one.get("name", "")).lower(): str(one.get("value", "")) for one in pairs if isinstance(one, dict)}


def _body(content: Mapping[str, Any]) -> bytes | None:
    text = content.get("text")
    if not isinstance(text, str):
        return None
    if content.get("encoding") != "base64":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _protocol(told: object) -> str | None:
    """As browsers name it, in one way.

    >>> _protocol("HTTP/2.0"), _protocol("h3"), _protocol("http/1.1"), _protocol("unknown")
    ('h2', 'h3', 'http/1.1', None)
    """
    name = str(told or "").lower()
    if name in ("h2", "h3") or not name.startswith("http/"):
        return name if name in ("h2", "h3") else None
    return {"2": "h2", "3": "h3"}.get(name[5:6], name)
