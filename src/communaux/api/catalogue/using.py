"""Say that a body uses a commons, confirm it, renew it, end it, tell what was learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Status
from pydantic import Field as F
from pydantic import StrictInt

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, document, made, page, told
from communaux.api.catalogue.reuses import ExperienceOut, ReuseOut, experience_document, reuse_document, router
from communaux.api.problems import REFUSALS
from communaux.catalogue import services
from communaux.catalogue.forms.experiences import Lesson
from communaux.catalogue.forms.reuses import End, OwnUse, Use, UseFromSource
from communaux.catalogue.models import Reuse
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import reuses as queries

Number = Annotated[int, Path(ge=1, le=queries.LARGEST, description="Number of the use, as in `/reuses`")]


class ReuseIn(Body):
    """In the name of a body of one's own; or, by an editor, of any body, with the source that says so."""

    commons: str = F(max_length=120, description="Slug of the commons", examples=["umap"])
    organisation: str = F(
        max_length=64,
        description="Id of a body of yours, as in `/me`; with `source`, the SIRET or RNA number of any body",
        examples=["01900000-0000-7000-8000-000000000001"],
    )
    kind: Literal["uses", "deploys", "contributes", "hosts"] = F("uses", description="What it does with it")
    since: str | None = F(None, max_length=20, description="2024, 2024-03 or 2024-03-15; none: unknown")
    use_case: str = F(
        max_length=10_000,
        description="What for: 20 to 1,000 characters, no name of a person",
        examples=["Cartes des travaux de voirie, lues par les habitants."],
    )
    source: str | None = F(None, max_length=3000, description="For editors: address of the page or file that says so")


class EndIn(Body):
    """When and why a use ended."""

    until: str = F(max_length=20, description="Last day: 2026-03-15", examples=["2026-03-15"])
    cause: Literal["need_gone", "replaced", "function_missing", "cost", "no_support", "mistake", "other"] = F(
        description="Why"
    )
    note: str = F("", max_length=2000, description="In one line; public, no name of a person")


class ExperienceIn(Body):
    """What a body learned from one use."""

    reuse: StrictInt = F(ge=1, le=queries.LARGEST, description="Number of the use", examples=[1])
    context: str = F(max_length=20_000, description="Markdown: who you are, what you needed", examples=["Une commune."])
    went_well: str = F("", max_length=20_000, description="Markdown", examples=["Pris en main en un jour."])
    went_wrong: str = F("", max_length=20_000, description="Markdown")
    advice: str = F("", max_length=20_000, description="Markdown; one of these three at least")
    again: Literal["yes", "on_condition", "no"] = F(description="Whether you would do it again")
    effort_days: StrictInt | None = F(None, ge=0, le=100_000, description="Days of work; none: unknown")
    cost_cents: StrictInt | None = F(None, ge=0, le=10**14, description="Money spent, in cents; none: unknown")
    cost_scope: Literal["", "once", "yearly", "total"] = F("", description="What the amount covers")
    lang: Literal["fr", "en"] = F("fr", description="Language of the text")
    licence: Literal["CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0", "etalab-2.0"] = F(
        "CC-BY-SA-4.0", description="Under which others may take it up"
    )


@router.post("/reuses", auth=WRITES, response={201: ReuseOut, **REFUSED}, summary="Say that a body uses a commons")
def declare(request: HttpRequest, response: HttpResponse, body: ReuseIn) -> Status[dict[str, Any]]:
    """Another person of the body confirms it. Said already: 409, with the number of that use (`use`)."""
    by, found = caller(request), commons_queries.by_slug(body.commons)
    typed = told(body, "commons")
    form: Use = (
        UseFromSource(typed) if body.source else OwnUse(typed, bodies=queries.bodies_of(by, timezone.localdate()))
    )
    said = checked(form).declared(found.merged_into or found)
    use = services.declare_reuse(by, said, at=timezone.now())
    made(response, document("reuse", use.pk))
    return Status(201, reuse_document(use))


@router.get("/reuses/{id}", url_name="reuse", response={200: ReuseOut, **REFUSALS}, summary="One use")
def reuse(request: HttpRequest, id: Number) -> dict[str, Any]:
    """Also once it has ended."""
    return reuse_document(queries.reuse(id))


@router.post("/reuses/{id}/confirmation", auth=WRITES, response={200: ReuseOut, **REFUSED}, summary="Confirm a use")
def confirm(request: HttpRequest, id: Number) -> dict[str, Any]:
    """By another person of the body; it holds for a year."""
    return _pressed(request, id, services.confirm_reuse)


@router.post("/reuses/{id}/renewal", auth=WRITES, response={200: ReuseOut, **REFUSED}, summary="Confirm a use again")
def renew(request: HttpRequest, id: Number) -> dict[str, Any]:
    """It is still so, a year later."""
    return _pressed(request, id, services.renew_reuse)


def _pressed(request: HttpRequest, number: int, service: Callable[..., Reuse]) -> dict[str, Any]:
    return reuse_document(service(caller(request), queries.reuse(number), at=timezone.now()))


@router.post("/reuses/{id}/end", auth=WRITES, response={200: ReuseOut, **REFUSED}, summary="End a use")
def end(request: HttpRequest, id: Number, body: EndIn) -> dict[str, Any]:
    """It stays readable, with its dates and its cause."""
    said = checked(End(told(body))).cleaned_data
    return reuse_document(services.end_reuse(caller(request), queries.reuse(id), **said, at=timezone.now()))


@router.post("/experiences", auth=WRITES, response={201: ExperienceOut, **REFUSED}, summary="Tell what was learned")
def learned(request: HttpRequest, response: HttpResponse, body: ExperienceIn) -> Status[dict[str, Any]]:
    """One for each use; a second one answers 409: it is corrected on its page."""
    typed = told(body, "reuse", "cost_cents")
    if body.cost_cents is not None:
        typed["cost_cents"] = f"{body.cost_cents // 100},{body.cost_cents % 100:02}"  # the page asks for euros
    form = checked(Lesson(typed))
    use = queries.reuse(body.reuse)
    written = services.write_experience(caller(request), use, told=form.told(), at=timezone.now())
    made(response, page("commons_experiences", use.commons.slug))
    return Status(201, experience_document(written))
