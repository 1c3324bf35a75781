"""Answer a question of the bank, accept what a run proposes, withdraw, say what one found of another: as on the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Schema, Status
from pydantic import Field as F
from pydantic import StrictInt

from communaux.api.answers import QuestionOut, ReviewOut, question_document, review_document, router
from communaux.api.assessment import Slug, kept
from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, document, made
from communaux.assessment import queries_answers as queries
from communaux.assessment import services_answers as services
from communaux.assessment.answers import Asked, Reviewing
from communaux.assessment.forms_answers import Answering, Reading
from communaux.catalogue.queries.reuses import bodies_of

Number = Annotated[UUID, Path(description="Number of the answer")]
EXAMPLE = "01900000-0000-7000-8000-000000000001"


class AnswerIn(Body):
    """An answer; `seen` is the number of the answer that stood when the question was read."""

    question: str = F(max_length=40, description="Code of the question", examples=["data_export"])
    value: Literal["yes", "no", "not_applicable"] = F(description="What is answered")
    text: str = F(max_length=20_000, description="In words, at most 4,000 characters; no name of a person")
    links: list[Annotated[str, F(max_length=2000)]] = F(
        default_factory=list, max_length=20, description="Five addresses at most; kept as text, never fetched"
    )
    read_on: str = F("", max_length=20, description="The day they were read: 2026-03-15; empty: today")
    sha256: str = F("", max_length=100, description="Hash of the one document that `links` names")
    organisation: str = F("", max_length=64, description="Id of a body of yours, as in `/me`; empty: in nobody's name")
    seen: UUID | None = F(None, description="null: the question was not answered")


class AcceptIn(Body):
    """What a run proposes is to be the answer."""

    question: str = F(max_length=40, description="Code of the question", examples=["open_licence"])
    run: UUID = F(description="`proposed_by` of the question, as it was read", examples=[EXAMPLE])
    seen: UUID | None = F(None, description="The answer that stood then; null: there was none")


class WithdrawnOut(Schema):
    """An answer that is withdrawn; it stays readable among the earlier ones, and the question is open again."""

    id: UUID = F(description="Number of the answer")
    commons: str = F(description="Slug of the commons")
    question: str = F(description="Code of the question")
    withdrawn_at: datetime = F(description="When")


class ReviewIn(Body):
    """What somebody of another organisation found."""

    level: StrictInt = F(ge=0, le=3, description="0 contests, 1 only declared, 2 the evidence shows it, 3 confirms")
    fact: str = F(max_length=20_000, description="What you saw, where and when; at most 4,000 characters")
    conflict_of_interest: str = F(max_length=5000, description="What ties you to the commons, or “none”")
    organisation: str = F(max_length=64, description="Id of a body of yours, as in `/me`", examples=[EXAMPLE])


@router.post(
    "/commons/{slug}/answers",
    auth=WRITES,
    response={201: QuestionOut, **REFUSED},
    summary="Answer a question about a commons",
)
def answer(request: HttpRequest, response: HttpResponse, slug: Slug, body: AnswerIn) -> Status[dict[str, Any]]:
    """By somebody who speaks for the commons, or an editor. 409 when another answer stands than the one that was seen."""
    by, found, asked = caller(request), kept(slug), queries.question_at(body.question)
    typed = body.model_dump(exclude={"question", "seen", "links"}) | {"links": "\n".join(body.links)}
    form = checked(Answering(typed, bodies=bodies_of(by, timezone.localdate())))
    target = Asked(found, asked, form.cleaned_data.get("organisation"))
    services.answer(by, target, said=form.said(), seen=body.seen, at=timezone.now())
    made(response, document("assessment_answers", found.slug))
    return Status(201, question_document(queries.read_all(found, timezone.localdate())[asked.code]))


@router.post(
    "/commons/{slug}/acceptances",
    auth=WRITES,
    response={201: QuestionOut, **REFUSED},
    summary="Accept what an assessment proposes as an answer",
)
def accept(request: HttpRequest, response: HttpResponse, slug: Slug, body: AcceptIn) -> Status[dict[str, Any]]:
    """By somebody who may answer. 409 when this run proposes it no more, or another answer stands than the one that was seen."""
    by, found, asked = caller(request), kept(slug), queries.question_at(body.question)
    services.accept_proposal(by, Asked(found, asked), run=body.run, seen=body.seen, at=timezone.now())
    made(response, document("assessment_answers", found.slug))
    return Status(201, question_document(queries.read_all(found, timezone.localdate())[asked.code]))


@router.post(
    "/answers/{answer}/withdrawal",
    auth=WRITES,
    response={200: WithdrawnOut, **REFUSED},
    summary="Withdraw an answer",
)
def withdraw(request: HttpRequest, answer: Number) -> dict[str, Any]:
    """By who gave it, or who may answer the question. 409 when it does not stand any more."""
    given = services.withdraw_answer(caller(request), queries.answer_at(answer), at=timezone.now())
    told = {name: getattr(given, name) for name in ("id", "question", "withdrawn_at")}
    return told | {"commons": queries.kept(given.commons).slug}


@router.post(
    "/answers/{answer}/reviews",
    auth=WRITES,
    response={201: ReviewOut, **REFUSED},
    summary="Confirm or contest an answer",
)
def review(
    request: HttpRequest,
    response: HttpResponse,
    answer: Number,
    body: ReviewIn,
) -> Status[dict[str, Any]]:
    """In the name of a body that neither answered nor holds the commons. Once for each person: then 409."""
    by, given = caller(request), queries.answer_at(answer)
    bodies = queries.reading_bodies(by, given, timezone.localdate())
    form = checked(Reading(body.model_dump(), bodies=bodies))
    said = services.review_answer(
        by, Reviewing(given, form.cleaned_data["organisation"]), said=form.said(), at=timezone.now()
    )
    made(response, document("assessment_answers", queries.kept(given.commons).slug))
    return Status(201, review_document(said))
