"""Notes on whether AI is needed: read by whoever has their number, signed and revised as on the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field as F

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, faults, made, refuse, told
from communaux.api.footprints import FactorOut, IntervalOut, PackageOut
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import queries_ai_notes as queries
from communaux.assessment import queries_footprint
from communaux.assessment import services_ai_notes as services
from communaux.assessment.ai_noting import Signing
from communaux.assessment.forms_ai_note import AnswersForm, SignForm
from communaux.assessment.models import AiNote
from communaux.catalogue.queries.reuses import bodies_of
from communaux.core.actions import allow

router = Router(tags=["assessment"])
router.add_decorator(strict)
Task = Literal["find", "calculate", "translate", "summarise", "generate", "classify", "dialogue"]
Outcome = Literal["no_ai", "existing_tool", "small_model", "ai_with_conditions"]
YesNo = Literal["yes", "no"]
OWN = ("about", "organisation", "signed_by", "review_on", "service", "replaces")


class AiNoteIn(Body):
    """Eight answers, only the first needed, and who signs. All of it is public and never changes."""

    about: str = F(max_length=300, description="What is wanted, in a sentence")
    signed_by: str = F(max_length=120, description="A name, or a part, as everybody will read it")
    review_on: date = F(description="Day on which it is read again, within five years")
    organisation: UUID | None = F(None, description="Number of a body of yours, in whose name it is signed")
    service: UUID | None = F(None, description="Number of a service of a commons that you speak for")
    replaces: UUID | None = F(
        None, description="A note of yours whose place it takes; service and body are those of it"
    )
    task: Task = F(description="What is to be done")
    exists: YesNo | None = F(None, description="Whether a tool without AI, or a commons, does it; with `tool`")
    tool: str | None = F(None, max_length=200, description="Which one")
    users: float | None = F(None, description="How many people would use it")
    times: float | None = F(None, description="How often each of them, a year")
    error: Literal["slight", "grave"] | None = F(None, description="What a wrong answer costs")
    checker: str | None = F(None, max_length=200, description="Who checks the answers: a role")
    personal: YesNo | None = F(None, description="Whether personal data are used")
    legal_basis: str | None = F(None, max_length=200, description="On what legal basis")
    model: str | None = F(None, max_length=200, description="The smallest model that was tried")
    active: float | None = F(None, description="Its billions of parameters that work at once")
    cases: float | None = F(None, description="How many cases it was tried on")
    passed: float | None = F(None, description="How many of them it passed, in percent")
    tokens: float | None = F(None, description="How long an answer is")
    reused: float | None = F(None, description="How many answers are kept and used again, in percent")
    measured: str | None = F(None, max_length=200, description="What will be measured")
    stop: str | None = F(None, max_length=200, description="When it is stopped")


class WayOut(Schema):
    """A year of one way to do it; null: not known."""

    code: Literal["search", "model"] = F(description="Searches on the web, or answers of the model")
    servers_kwh: IntervalOut | None = F(description="Electricity of the servers alone, kWh")
    servers: IntervalOut | None = F(description="g of CO2 equivalent of the servers alone")
    kwh: IntervalOut | None = F(description="With the device and the network, kWh")
    grams: IntervalOut | None = F(description="With the device and the network, g of CO2 equivalent")


class NeedAiOut(Schema):
    """`communaux.need_ai/1`, as `communaux footprint need-ai … --json` gives it."""

    format: Literal["communaux.need_ai/1"] = F(description="Its form")
    answers: dict[str, Any] = F(description="What was answered; null: it was not")
    outcome: Outcome = F(description="The first rule that holds")
    instead: list[str] = F(description="Codes of what does it without AI")
    missing: list[str] = F(description="Codes of what has to be known or done before any AI")
    conditions: list[str] = F(description="Codes of conditions under which it may be")
    alternatives: list[WayOut] = F(description="A year of each way")
    factors: PackageOut = F(description="The set of numbers that was used")
    factors_used: list[FactorOut] = F(description="Each of them, with its source")


class AiNoteOut(Schema):
    """A note; it never changes."""

    id: UUID = F(description="Its number")
    about: str = F(description="What is wanted")
    service: UUID | None = F(description="Number of the service it is for; null: none")
    organisation: str | None = F(description="Name of the body it is signed for; null: none")
    signed_by: str | None = F(description="A name or a part, as it was typed; null: erased")
    signed_at: datetime = F(description="When")
    review_on: date = F(description="Day on which it is read again")
    replaces: UUID | None = F(description="The note whose place it takes; null: none")
    replaced_by: UUID | None = F(description="The note that took its place; null: none")
    engine_version: str = F(description="Version of the method")
    page: str = F(description="Address of its page")
    need: NeedAiOut = F(description="All of it")


class AiNotesOut(Schema):
    """Notes for one service that no other took the place of, newest first."""

    items: list[AiNoteOut] = F(description="At most fifty")
    total: int = F(description="How many there are")


def document(row: AiNote) -> dict[str, Any]:
    names = ("about", "signed_by", "signed_at", "review_on", "engine_version")
    newer: AiNote | None = getattr(row, "replaced_by", None)
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "service": row.service_id,
        "organisation": row.organisation.name if row.organisation else None,
        "replaces": row.replaces_id,
        "replaced_by": newer.pk if newer else None,
        "page": row.get_absolute_url(),
        "need": row.document,
    }


@router.get(
    "/ai-notes",
    url_name="ai_notes",
    response={200: AiNotesOut, **REFUSALS},
    summary="Notes on a need for AI, of one service",
)
def of_service(
    request: HttpRequest, service: Annotated[UUID, Query(description="Number of the service")]
) -> dict[str, Any]:
    """A note that is for no service is read by its number alone."""
    rows = queries.ai_notes_of(queries_footprint.service_numbered(service)).select_related("replaced_by")
    return {"items": [document(row) for row in rows[: queries_footprint.SHOWN]], "total": rows.count()}


@router.post(
    "/ai-notes",
    auth=WRITES,
    response={201: AiNoteOut, **REFUSED},
    summary="Sign a note on a need for AI, or another in its place",
)
def sign(request: HttpRequest, response: HttpResponse, body: AiNoteIn) -> Status[dict[str, Any]]:
    """In one’s own name or that of a body of one’s own, for a service of a commons one speaks for. 409: revised already."""
    by, now = caller(request), timezone.now()
    if body.replaces:
        old = queries.ai_note_at(body.replaces)
        allow("assessment.revise_ai_note", by, old)
        form, answers = _filled(body, None)
        row = services.revise_ai_note(by, old, told=form.told(answers.result.answers), at=now)
    else:
        service = queries_footprint.service_numbered(body.service) if body.service else None
        allow("assessment.sign_ai_note", by, Signing(service))
        form, answers = _filled(body, bodies_of(by, timezone.localdate()))
        signing = Signing(service, form.cleaned_data.get("organisation"))
        row = services.sign_ai_note(by, signing, told=form.told(answers.result.answers), at=now)
    made(response, reverse("api:ai_note", args=[row.pk]))
    return Status(201, document(row))


def _filled(body: AiNoteIn, bodies: Any) -> tuple[SignForm, AnswersForm]:
    form, answers = SignForm(told(body), bodies=bodies), AnswersForm(told(body, *OWN))
    refuse(faults(form), faults(answers))
    return form, answers


@router.get("/ai-notes/{note}", url_name="ai_note", response={200: AiNoteOut, **REFUSALS}, summary="One note")
def one(
    request: HttpRequest, note: Annotated[UUID, Path(description="Number of a note on a need for AI")]
) -> dict[str, Any]:
    """For anybody who has its number."""
    return document(queries.ai_note_at(note))
