"""The JSON API, prefix /api/v1/: same queries and services as the pages; errors are RFC 9457 problems."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from communaux.api.catalogue import router as catalogue
from communaux.api.core import router as core
from communaux.api.problems import problem
from communaux.core.errors import Refusal

api = NinjaAPI(
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


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "refused", str(error))
