"""Declared answers of a commons: the bank of questions with what is answered, and how far each frame is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import Router, Schema
from pydantic import Field as F

from communaux.api.assessment import Slug, elsewhere, kept
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import queries_answers as queries
from communaux.assessment.models import PeerReview
from communaux.core.models import Evidence
from communaux.engines.assess import answers as engine

router = Router(tags=["assessment"])
router.add_decorator(strict)


class EvidenceOut(Schema):
    """Something that bears an answer out."""

    kind: Literal["link", "run"] = F(description="link: an address; run: what an assessment read")
    locator: str = F(description="The address, or the number of the run")
    captured_at: datetime = F(description="When it was read")
    sha256: str = F(description="Hash of what was read; empty: not given")


class ReviewOut(Schema):
    """What somebody of another organisation found."""

    level: int = F(description="0 contests, 1 only declared, 2 the evidence shows it, 3 confirms")
    fact: str = F(description="What they saw")
    organisation: str = F(description="In the name of which body")
    conflict_of_interest: str = F(description="What ties them to the commons, as they say it")
    at: datetime = F(description="When")


class AnswerOut(Schema):
    """The answer in force."""

    id: UUID = F(description="Its number")
    value: Literal["yes", "no", "not_applicable", "unknown"] = F(description="What is answered")
    text: str = F(description="The same in words; may be empty")
    lang: str = F(description="Language of the text; empty: unknown")
    source: Literal["person", "machine", "charter", "import"] = F(description="How it came")
    origin: str = F(description="Whose file it was brought in from; empty: none")
    organisation: str | None = F(description="In the name of which body; null: of nobody but the author")
    answered_at: datetime = F(description="When")
    expires_on: date = F(description="The last day it holds")
    expired: bool = F(description="Whether it is past that day: only declared then")
    contested: bool = F(description="Whether a peer contests it")
    evidence: list[EvidenceOut] = F(description="What was attached")
    reviews: list[ReviewOut] = F(description="What peers found")


class QuestionOut(Schema):
    """A question of the bank, as it stands for this commons."""

    code: str = F(description="Its name for programs")
    axis: str = F(description="resource, community or governance")
    name: str = F(description="Its name, in the language asked for")
    question: str = F(description="The question")
    steward_only: bool = F(description="Whether only somebody who speaks for the commons may answer")
    level: int = F(
        description="0 nothing, 1 declared, 2 evidence attached, 3 confirmed by another organisation, 4 by two"
    )
    level_word: str = F(description="The same in words")
    proposed: str | None = F(description="What the assessment proposes and nobody has accepted; null: nothing")
    proposed_by: UUID | None = F(description="The run that proposes it, to be named by whoever accepts it")
    answer: AnswerOut | None = F(description="null: not answered, which is not no")


class PointOut(Schema):
    """A point of a frame."""

    ref: str = F(description="Its reference in the frame")
    name: str = F(description="Our short name of it")
    level: int = F(description="That of the least known of its questions")
    questions: list[str] = F(description="Codes of the questions that answer it")


class FrameOut(Schema):
    """A frame that asks questions of the bank. It certifies nothing."""

    code: str = F(description="dpg, spc or ostrom")
    name: str = F(description="Its name")
    points: list[PointOut] = F(description="Its points, in order")
    alpha: float | None = F(description="Krippendorff's alpha (ordinal) of its readers; null: it cannot be told")
    alpha_things: int = F(description="Answers read by two peers at least")


class AnswersOut(Schema):
    """Declared answers of a commons."""

    commons: str = F(description="Its slug")
    questions: list[QuestionOut] = F(description="The whole bank, in its order")
    frames: list[FrameOut] = F(description="The frames, with how far each is")


@router.get(
    "/commons/{slug}/answers",
    url_name="assessment_answers",
    response={200: AnswersOut, 308: None, **REFUSALS},
    summary="Declared answers of one commons",
)
def answers(request: HttpRequest, slug: Slug) -> dict[str, Any] | HttpResponse:
    """One bank of questions, shown in each frame that asks them. A level is derived, never typed."""
    found = kept(slug)
    if found.slug != slug:
        return elsewhere("assessment_answers", found)
    reads = queries.read_all(found, timezone.localdate())
    return {
        "commons": found.slug,
        "questions": [question_document(one) for one in reads.values()],
        "frames": [_frame(queries.framed(one, reads)) for one in engine.frames().values()],
    }


def _lang() -> str:
    return "en" if translation.get_language() == "en" else "fr"


def question_document(read: queries.Read) -> dict[str, Any]:
    name, asked, _shown = engine.words(read.question.code, _lang())
    return {
        "code": read.question.code,
        "axis": read.question.axis,
        "name": name,
        "question": asked,
        "steward_only": read.question.steward,
        "level": read.level,
        "level_word": engine.level_word(read.level, _lang()),
        "proposed": read.proposal.value if read.proposal else None,
        "proposed_by": read.proposal.run if read.proposal else None,
        "answer": _answer(read) if read.answer else None,
    }


def _answer(read: queries.Read) -> dict[str, Any]:
    one = read.answer
    assert one is not None  # asked by the caller
    return {
        "id": one.pk,
        "value": one.value,
        "text": one.text,
        "lang": one.lang,
        "origin": one.origin,
        "source": one.source,
        "organisation": one.organisation.name if one.organisation else None,
        "answered_at": one.answered_at,
        "expires_on": one.expires_on,
        "expired": read.expired,
        "contested": read.contested,
        "evidence": [_evidence(proof) for proof in read.evidence],
        "reviews": [review_document(review) for review in read.reviews],
    }


def _evidence(proof: Evidence) -> dict[str, Any]:
    return {name: getattr(proof, name) for name in ("kind", "locator", "captured_at", "sha256")}


def review_document(review: PeerReview) -> dict[str, Any]:
    told = {name: getattr(review, name) for name in ("level", "fact", "conflict_of_interest", "at")}
    return told | {"organisation": review.organisation.name}


def _frame(told: queries.Framed) -> dict[str, Any]:
    code = told.frame.code
    points = [
        {
            "ref": point.ref,
            "name": engine.item_name(code, point.ref, _lang()),
            "level": point.level,
            "questions": [read.question.code for read in point.reads],
        }
        for point in told.points
    ]
    agreed = told.agreement
    name = engine.frame_words(code, _lang())[0]
    return {"code": code, "name": name, "points": points, "alpha": agreed.alpha, "alpha_things": agreed.things}
