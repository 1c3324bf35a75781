"""The JSON API, prefix /api/v1/: same queries and services as the pages; errors are RFC 9457 problems."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from communaux.api import describing
from communaux.api.account import router as account
from communaux.api.ai_notes import router as ai_notes
from communaux.api.ambassadors import router as ambassadors
from communaux.api.answering import router as answers
from communaux.api.assessment import router as assessment
from communaux.api.assessments_by_address import router as assessments_by_address
from communaux.api.assessments_compared import router as assessments_compared
from communaux.api.assessments_over_time import router as assessments_over_time
from communaux.api.audits import router as audits
from communaux.api.bodies import Json, sentences
from communaux.api.catalogue import router as catalogue
from communaux.api.contributions import router as contributions
from communaux.api.core import router as core
from communaux.api.digital_services import router as digital_services
from communaux.api.footprints import router as footprints
from communaux.api.forge_items import router as forge_items
from communaux.api.organisations import router as organisations
from communaux.api.places import router as places
from communaux.api.problems import problem
from communaux.api.programmes import router as programmes
from communaux.api.roadmap_writing import router as gatherings  # that of meetings, with what can be written
from communaux.api.territory import router as territory
from communaux.core.errors import as_refusal

log = logging.getLogger(__name__)


class DeskAPI(NinjaAPI):
    """The API, and the description of what every address of it does alike."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        return describing.complete(super().get_openapi_schema(*args, **kwargs))


api = DeskAPI(
    title="Communaux",
    version="1",
    description="The one-stop desk for digital commons. Reading what is public needs no account. "
    "To write, and to read what is yours, make a token on /mon-compte/jetons/ and send it: `Authorization: Bearer cmx_…`; you "
    "may do what you may do on the pages, under the same rules and limits.",
    servers=[{"url": settings.DESK_URL, "description": "This desk"}],
    openapi_extra={
        "tags": [
            {"name": "catalogue", "description": "Commons, their relations, their sources, and how to find them"},
            {"name": "assessment", "description": "What repositories tell of a commons, and runs that read them"},
            {"name": "territory", "description": "Places by official code, what holds them, and how to find one"},
            {"name": "gatherings", "description": "Meetings, road maps in three phases, and what became of them"},
            {"name": "core", "description": "The public journal, and long work"},
            {"name": "people", "description": "Who you are here, organisations, who holds which role"},
        ],
    },
    docs_url=None,
    parser=Json(),
    urls_namespace="api",
)
api.add_router("", catalogue)
api.add_router("/assessment", assessment)
api.add_router("/assessment", answers)
api.add_router("/assessment", assessments_by_address)
api.add_router("/assessment", assessments_compared)
api.add_router("/assessment", assessments_over_time)
api.add_router("/assessment", footprints)
api.add_router("/assessment", digital_services)
api.add_router("/assessment", ai_notes)
api.add_router("/assessment", audits)
api.add_router("/assessment", forge_items)
api.add_router("/gatherings", gatherings)
api.add_router("/gatherings", programmes)
api.add_router("/gatherings", contributions)
api.add_router("", territory)
api.add_router("", places)
api.add_router("", ambassadors)
api.add_router("", core)
api.add_router("", account)
api.add_router("", organisations)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if all(one["loc"][0] == "body" for one in error.errors):
        return problem(
            422, "unfit", _("Some fields are not right. Nothing was written."), {"errors": sentences(error.errors)}
        )
    return problem(422, "invalid", _("Some parameters cannot be read."), {"errors": error.errors})


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", _("Nothing answers to this identifier."))


@api.exception_handler(Exception)
def refused_or_broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """What may be told is told; a bug of ours answers with a number that finds it again in the log."""
    if told := as_refusal(error):
        return problem(told.status, told.code, told.message, told.details)
    incident = uuid.uuid4().hex[:8]
    log.exception("incident %s at %s", incident, request.path, exc_info=error)
    return problem(500, "internal", _("Something went wrong on our side."), {"incident": incident})


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Django Ninja raises one of its own: for a body that is no JSON."""
    if error.status_code == 400:
        return problem(400, "no_json", _("What was sent is no JSON. Nothing was written."))
    return problem(error.status_code, "refused", str(error))
