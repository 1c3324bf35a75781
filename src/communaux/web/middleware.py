"""What every page passes through: clean text in, refusals as pages out, cache headers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_vary_headers

from communaux.core.errors import as_refusal
from communaux.core.typed import UNWANTED
from communaux.web import errors

type Next = Callable[[HttpRequest], HttpResponse]

REPLACEMENT = "\ufffd"


def clean_text(get_response: Next) -> Next:
    """Take control characters out of query strings, so that no view has to.

    A program is told of what it sent: in the API each stays as one replacement character, which no name, number or
    bound of length takes for something else.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if UNWANTED.search("".join(text for key, values in request.GET.lists() for text in (key, *values))):
            instead = REPLACEMENT if request.path.startswith("/api/") else ""
            request.GET = _cleaned(request.GET, instead)  # type: ignore[assignment]  # no longer mutable, as the first
        return get_response(request)

    return middleware


def _cleaned(given: QueryDict, instead: str) -> QueryDict:
    kept = QueryDict(mutable=True)
    for key, values in given.lists():
        kept.setlist(UNWANTED.sub(instead, key), [UNWANTED.sub(instead, value) for value in values])
    kept._mutable = False
    return kept


def refusals(get_response: Next) -> Next:
    """Turn a Refusal of any view into its page: what happened, what to do."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        told = as_refusal(error)
        return errors.refusal_page(request, told) if told and not request.path.startswith("/api/") else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def caching(get_response: Next) -> Next:
    """Anonymous pages may be kept a minute by anyone; what a signed-in person sees is kept by nobody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response:
            anonymous = request.method in {"GET", "HEAD"} and response.status_code == 200 and not _personal(request)
            kept = "public, max-age=60, stale-while-revalidate=600" if anonymous else "private, no-store"
            response["Cache-Control"] = kept
        patch_vary_headers(response, ("Cookie", "Accept", "HX-Request", "HX-Request-Type"))
        return response

    return middleware


def _personal(request: HttpRequest) -> bool:
    """Whether the page may hold something of this visitor: an account, or a form with its token."""
    return request.user.is_authenticated or bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))
