"""Error pages: what happened, what to do, nothing lost. The 500 page needs neither database nor context."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from communaux.core.errors import Refusal
from communaux.web import resuming

log = logging.getLogger(__name__)


def refusal_page(request: HttpRequest, error: Refusal) -> HttpResponse:
    if error.code == "sign_in_first" and resuming.keep(request):
        return render(request, "sign_in_first.html", status=error.status)
    words = str(error.details.get("slug", "")).replace("-", " ").strip()
    return _page(request, error.status, error.message, error.details.get("missing", ()), words)


def _page(request: HttpRequest, status: int, message: str, missing: object = (), words: str = "") -> HttpResponse:
    context = {"status": status, "message": message, "missing": missing, "words": words}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return _page(
            request,
            413,
            _("A form may weigh %(most)d MB at most. Go back: what you typed is still there.") % {"most": most},
        )
    return _page(request, 400, _("This address could not be read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, _("You are not allowed to do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("There is no page at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours: told with a number that finds it again in the log."""
    incident = uuid.uuid4().hex[:8]
    log.error("incident %s at %s", incident, request.path)
    return HttpResponseServerError(render_to_string("500.html", {"incident": incident}))


def too_many(request: HttpRequest) -> HttpResponse:
    """Limits of sign-in, sign-up and mails: by address, by account."""
    answer = _page(request, 429, _("Too many tries in a short time. Wait a minute, then try again."))
    answer["Retry-After"] = "60"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token has expired: send it again, what was typed is still there."""
    fields = resuming.typed(request.POST)
    context = {"fields": fields, "written": resuming.written(fields), "secrets": resuming.secrets(request.POST)}
    return render(request, "csrf.html", context, status=403)
