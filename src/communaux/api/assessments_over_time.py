"""One measure of a commons from run to run, for programs; what the page of the measure draws."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import Field as F

from communaux.api.assessment import Slug, kept
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import queries
from communaux.assessment.models import Run
from communaux.core.errors import NotFound
from communaux.engines.assess.model import Indicator

router = Router(tags=["assessment"])
router.add_decorator(strict)

Code = Annotated[str, Path(description="Name of the measure for programs: caf_w, newcomers, …", max_length=100)]


class PastOut(Schema):
    """The measure in one run."""

    run: UUID = F(description="Number of the run")
    as_of: date | None = F(description="The day it is about")
    head: str = F(description="Commit that was read")
    method: str = F(description="Version of the method: figures of two of them cannot be compared")
    repository: str = F(description="The address that was read")
    status: str = F(description="measured, declared, unknown, not_applicable or insufficient")
    value: float | None = F(description="Its value; null: unknown, and `reason` says why")
    low: float | None = F(description="Lower bound; null: none")
    high: float | None = F(description="Upper bound; null: none")
    n: int = F(description="How many things it rests on")
    reason: str = F(description="Why there is no value, or how to read it; may be empty")


class OverTimeOut(Schema):
    """A measure over the runs of a commons."""

    code: str = F(description="Its name for programs")
    unit: str = F(description="persons, share, days, …; a share lies between 0 and 1")
    items: list[PastOut] = F(description="The 50 newest runs that gave a result, newest first")


@router.get(
    "/commons/{slug}/indicators/{code}/history",
    url_name="assessment_over_time",
    response={200: OverTimeOut, 308: None, **REFUSALS},
    summary="One measure of a commons over time",
)
def history(request: HttpRequest, slug: Slug, code: Code) -> dict[str, Any] | HttpResponse:
    """404 with the code `unknown_measure` where nothing of this name was measured."""
    found = kept(slug)
    if found.slug != slug:
        there = reverse("api:assessment_over_time", args=[found.slug, code])
        return HttpResponsePermanentRedirect(there, preserve_request=True)
    past = queries.over_time(found, code)
    if not past:
        raise NotFound("unknown_measure", _("Nothing of this name was measured of this commons."))
    return {"code": code, "unit": past[0][1].unit, "items": [_item(run, one) for run, one in past]}


def _item(run: Run, one: Indicator) -> dict[str, Any]:
    names = ("status", "value", "low", "high", "n", "reason")
    return {
        "run": run.pk,
        "as_of": run.as_of,
        "head": run.head_oid,
        "method": one.version,
        "repository": run.repository.url,
        **{name: getattr(one, name) for name in names},
    }
