"""RFC 9457 answers: what went wrong, with a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from ninja import Schema
from pydantic import Field as F


class Problem(Schema):
    """Problem details (RFC 9457 § 3)."""

    type: str = F(description="Stable name of the kind of problem: urn:communaux:problem:<code>")
    title: str = F(description="Name of the HTTP status")
    status: int = F(description="HTTP status")
    detail: str = F(description="A sentence for a person, in the language of Accept-Language (fr, en)")
    code: str = F(description="Stable code for a program")


def problem(status: int, code: str, detail: str, more: Mapping[str, Any] | None = None) -> HttpResponse:
    body = {
        "type": f"urn:communaux:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **(more or {}),
    }
    answer = JsonResponse(body, status=status, encoder=DjangoJSONEncoder, content_type="application/problem+json")
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


REFUSALS = {400: Problem, 404: Problem, 422: Problem}
OF_A_MEETING = REFUSALS | {410: Problem}  # a person took it off the desk, and said why
