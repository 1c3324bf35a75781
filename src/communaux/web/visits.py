"""Which requests are a person's search, told by nothing but the request: no cookie, no script, no address kept."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils import timezone

from communaux.catalogue import searches
from communaux.catalogue.queries.search import Answer
from communaux.web import pager

# Programs that say what they are; one that pretends to be a browser counts as one.
PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|monitor|curl|wget|python|httpx|java/|go-http", re.I
)


def keep_search(request: HttpRequest, text: str, answer: Answer) -> None:
    """Write down a search that a person made; a page turned, a filter, a reload is the same search again."""
    new = pager.asked(request) <= 1 and not answer.chosen and not request.GET.get("pourquoi")
    if new and not answer.degraded and _is_a_persons(request):
        searches.record(text, answer.result, day=timezone.localdate())


def _is_a_persons(request: HttpRequest) -> bool:
    """A browser that asks to show this page now: no robot, no page fetched ahead, none it has already."""
    agent = request.headers.get("User-Agent", "")
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    held = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
    return request.method == "GET" and bool(agent) and not PROGRAM.search(agent) and not ahead and not held
