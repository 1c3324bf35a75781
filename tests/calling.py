"""A program that calls the API, and what its calls leave behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from communaux.core.models import Entry

API = "/api/v1"


@dataclass(frozen=True)
class Program:
    """Sends the secret with each request; what is no text is sent as JSON."""

    secret: str = ""

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return ({"authorization": f"Bearer {self.secret}"} if self.secret else {}) | {"accept-language": "en"} | more

    def get(self, path: str, **more: str) -> HttpResponse:
        return Client().get(API + path, headers=self._headers(more))

    def post(self, path: str, body: Any = None, **more: str) -> HttpResponse:
        data = body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body)
        return Client().post(API + path, data, content_type="application/json", headers=self._headers(more))


def acts(since: int = 0) -> list[tuple[str, Any]]:
    """What the journal tells after that line: act and actor, tokens left out."""
    rows = Entry.objects.filter(seq__gt=since).exclude(act="core.make_token").order_by("seq")
    return [(one.act, one.actor) for one in rows.select_related("actor")]


def last() -> int:
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def refused(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """A problem of this status and code."""
    told = answer.json()
    assert (answer.status_code, told["code"], answer["content-type"]) == (status, code, "application/problem+json"), (
        told
    )
    return told
