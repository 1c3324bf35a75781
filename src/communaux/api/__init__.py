"""The JSON API, prefix /api/v1/: same queries and services as the pages; errors are RFC 9457 problems."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from communaux.api.catalogue import router as catalogue
from communaux.api.core import router as core
from communaux.api.problems import problem
from communaux.core.errors import Refusal

log = logging.getLogger(__name__)


class DeskAPI(NinjaAPI):
    """The API as it is described: refusals are problems, and their media type says so (RFC 9457 § 3)."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        for path in schema["paths"].values():
            for operation in path.values():
                _as_problems(operation["responses"])
        return schema


def _as_problems(responses: dict[int, Any]) -> None:
    for answer in responses.values():
        content = answer.get("content", {})
        if content.get("application/json", {}).get("schema", {}).get("$ref", "").endswith("/Problem"):
            content["application/problem+json"] = content.pop("application/json")


api = DeskAPI(
    title="Communaux",
    version="1",
    description="The one-stop desk for digital commons. Reading needs no account.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", catalogue)
api.add_router("", core)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return problem(error.status, error.code, error.message, error.details)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(422, "invalid", "Some parameters cannot be read.", {"errors": error.errors})


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", "Nothing answers to this identifier.")


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug of ours: the answer holds a number that finds it again in the log."""
    incident = uuid.uuid4().hex[:8]
    log.exception("incident %s at %s", incident, request.path, exc_info=error)
    return problem(500, "internal", "Something went wrong on our side.", {"incident": incident})


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "refused", str(error))
