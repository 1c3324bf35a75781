"""The assessment of a commons, as the engine tells it; its runs, and how to ask for one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict
from pydantic import Field as F

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, document, made
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import failures, queries, services
from communaux.assessment.models import Run
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import commons as commons_queries
from communaux.core.errors import NotFound

router = Router(tags=["assessment"])
router.add_decorator(strict)

Slug = Annotated[str, Path(description="Name of the commons in addresses")]


class MeasureOut(Schema):
    """One measure; what else the engine tells of it stands beside."""

    model_config = ConfigDict(extra="allow")

    code: str = F(description="Its name for programs: caf_w, newcomers, …")
    axis: str = F(description="resource, community or governance")
    status: str = F(description="measured, declared, unknown, not_applicable or insufficient")
    value: float | None = F(description="Its value; null: unknown, and `reason` says why")
    unit: str = F(description="persons, share, days, …; a share lies between 0 and 1")
    low: float | None = F(description="Lower bound; null: none")
    high: float | None = F(description="Upper bound; null: none")
    level: float = F(description="Level of the interval")
    interval_kind: str = F(description="wilson, poisson, bootstrap, …; empty: no interval")
    n: int = F(description="How many things it rests on")
    coverage: float | None = F(description="Share of the matter that could be looked at; null: unknown")
    reason: str = F(description="Why there is no value, or how to read it; may be empty")
    by_policy: dict[str, float | None] = F(description="The same figure where people are told apart otherwise")
    detail: dict[str, Any] = F(description="What else the engine tells of it")
    reproduce: str = F(description="A command that gives it; may be empty")
    version: str = F(description="Version of the method")


class ConditionOut(Schema):
    """One condition of the profile."""

    model_config = ConfigDict(extra="allow")

    code: str = F(description="R1 … G7")
    axis: str = F(description="resource, community or governance")
    essential: bool = F(description="Whether the word of the axis rests on it")
    outcome: Literal["met", "unmet", "unknown"] = F(description="As the whole interval says")
    because: list[str] = F(description="Codes of what decided it")


class AssessmentOut(Schema):
    """`communaux.assessment/1`, as `communaux assess --json` gives it. There is no global mark."""

    model_config = ConfigDict(extra="allow")

    format: str = F(description="communaux.assessment/1")
    method: str = F(description="Version of the method")
    subject: dict[str, Any] = F(description="Address, assessed commit, its time in seconds UTC")
    as_of: date = F(description="The day it was asked for")
    facts: dict[str, Any] = F(description="Commits, authors by policy, programs: counts only")
    indicators: list[MeasureOut] = F(description="All measures")
    conditions: list[ConditionOut] = F(description="All conditions")
    readings: dict[str, str] = F(description="One word for each axis: established, confirm or attention")
    warnings: list[dict[str, Any]] = F(description="What is odd in the repository, and how often")


class RunOut(Schema):
    """One reading of one repository."""

    id: UUID = F(description="Its number")
    commons: str = F(description="Slug of the commons")
    repository: str = F(description="The address that is read")
    state: Literal["queued", "fetching", "reading", "measuring", "done", "failed", "superseded", "cancelled"] = F(
        description="done: it is the profile; superseded: it was"
    )
    created_at: datetime = F(description="When it was asked for")
    ended_at: datetime | None = F(description="When it ended; null: it has not")
    task: UUID | None = F(description="How far it is: `/tasks/{id}`")
    head: str = F(description="Commit that was read; empty: none yet")
    as_of: date | None = F(description="The day it is about; null: none yet")
    method: str = F(description="Version of the method; empty: none yet")
    error_code: str = F(description="Why it failed: unreachable, too_big, …; empty: it has not")
    error: str = F(description="The same in words")


class RunsOut(Schema):
    """Runs of a commons, newest first."""

    items: list[RunOut] = F(description="The newest ones")
    total: int = F(description="Runs in all")


def run_document(run: Run, slug: str) -> dict[str, Any]:
    lang = translation.get_language() or "fr"
    return {
        "id": run.pk,
        "commons": slug,
        "repository": run.repository.url,
        "state": run.state,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "task": run.progress_id,
        "head": run.head_oid,
        "as_of": run.as_of,
        "method": run.method_version,
        "error_code": run.error_code,
        "error": failures.sentence(run.error_code, lang) if run.error_code else "",
    }


def kept(slug: str) -> Commons:
    """The commons at this address; of a merged one, what it has become."""
    found = commons_queries.by_slug(slug)
    return found.merged_into or found


def elsewhere(name: str, found: Commons) -> HttpResponse:
    return HttpResponsePermanentRedirect(reverse(f"api:{name}", args=[found.slug]), preserve_request=True)


@router.get(
    "/commons/{slug}",
    url_name="assessment",
    response={200: AssessmentOut, 308: None, **REFUSALS},
    summary="The assessment of one commons",
)
def assessment(request: HttpRequest, slug: Slug) -> HttpResponse:
    """Of its main repository, by the last run that was done; 404 with the code `not_assessed` where there is none."""
    found = kept(slug)
    if found.slug != slug:
        return elsewhere("assessment", found)
    told = queries.profile_of(found)
    if told is None:
        raise NotFound("not_assessed", _("This commons was not assessed on this desk."))
    return JsonResponse(told.document())  # whole: the engine may tell more than is described here


@router.get(
    "/commons/{slug}/runs",
    url_name="assessment_runs",
    response={200: RunsOut, 308: None, **REFUSALS},
    summary="Runs of one commons",
)
def runs(
    request: HttpRequest, slug: Slug, limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 50
) -> dict[str, Any] | HttpResponse:
    """Newest first. No run is ever deleted."""
    found = kept(slug)
    if found.slug != slug:
        return elsewhere("assessment_runs", found)
    rows = queries.runs_of(found)
    return {"items": [run_document(one, found.slug) for one in rows[:limit]], "total": rows.count()}


@router.post(
    "/commons/{slug}/runs", auth=WRITES, response={201: RunOut, **REFUSED}, summary="Ask for an assessment of a commons"
)
def ask(request: HttpRequest, response: HttpResponse, slug: Slug) -> Status[dict[str, Any]]:
    """Queue it. 409 while one is under way (`run`: which one), 422 where no repository is known."""
    found = kept(slug)
    run = services.ask_run(caller(request), found, at=timezone.now())
    made(response, document("assessment_run", run.pk))
    return Status(201, run_document(run, found.slug))


@router.get("/runs/{id}", url_name="assessment_run", response={200: RunOut, **REFUSALS}, summary="One run")
def run(
    request: HttpRequest, response: HttpResponse, id: Annotated[UUID, Path(description="Number of the run")]
) -> dict[str, Any]:
    """How far it is, and why it failed; the answer is not to be kept."""
    response["Cache-Control"] = "no-store"
    found = queries.run_at(id)
    return run_document(found, found.repository.commons.slug)
