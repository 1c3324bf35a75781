"""What every answer under /api/ passes through: the language asked for, and problems where Django would send a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from communaux.api.bodies import LARGEST
from communaux.api.problems import problem

type Next = Callable[[HttpRequest], HttpResponse]


def problems(get_response: Next) -> Next:
    """Addresses of the API have no language of their own: that of `Accept-Language` is taken."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = _too_large(request) or _as_problem(get_response(request))
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        if "Authorization" in request.headers:
            response["Cache-Control"] = "private, no-store"  # then no ETag is made either, and no 304
        patch_vary_headers(response, ("Accept-Language", "Authorization"))
        return response

    return middleware


def _too_large(request: HttpRequest) -> HttpResponse | None:
    """Told before anything of it is read."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) <= LARGEST:
        return None
    return problem(413, "too_large", _("At most %(n)d kB can be sent at once.") % {"n": LARGEST // 1000})


def _as_problem(response: HttpResponse) -> HttpResponse:
    if response.status_code not in {404, 405} or "json" in response.get("Content-Type", ""):
        return response
    if response.status_code == 404:
        return problem(404, "no_address", _("There is nothing at this address."))
    answer = problem(405, "method_not_allowed", _("This address does not take this method."))
    answer["Allow"] = response["Allow"]
    return answer
