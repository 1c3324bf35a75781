"""Audits of a service by the RGESN: published ones read by anybody, written by who speaks for the commons. A review by a third
party is written and signed on its pages alone, by the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import rules
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema, Status
from pydantic import Field as F

from communaux.api.auth import READS, WRITES, caller
from communaux.api.bodies import READ_REFUSED, REFUSED, Body, checked, made
from communaux.api.digital_services import ServiceId
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_audit as services
from communaux.assessment.auditing import mark_of, mark_of_head
from communaux.assessment.forms_audit import FindingForm, HeadForm
from communaux.assessment.models import ServiceAudit
from communaux.core.actions import allow
from communaux.core.errors import NotFound
from communaux.engines.footprint.rgesn import compare, declaration
from communaux.engines.footprint.rgesn.audit import FACTS, Finding
from communaux.engines.footprint.rgesn.referential import referential
from communaux.engines.footprint.rgesn.rules import broken, held
from communaux.engines.footprint.rgesn.score import score

router = Router(tags=["assessment"])
router.add_decorator(strict)
AuditId = Annotated[UUID, Path(description="Number of an audit")]
Answer = Literal["not_assessed", "conforming", "not_conforming", "not_applicable"]
State = Literal["draft", "closed", "published", "expired"]
Mode = Literal["automatic", "assisted", "third_party"]


class FindingIn(Body):
    """One line, whole: what is left out is emptied. Roles and facts, no names: it is published one day."""

    criterion: str = F(max_length=5, description="Its number: 4.8")
    answer: Answer = F(description="What is answered")
    justification: str | None = F(None, max_length=2000, description="Why; 40 characters where no link shows it")
    na_reason: str | None = F(None, max_length=500, description="Why it does not apply")
    link: str | None = F(None, max_length=500, description="Address that shows it")
    valid_until: date | None = F(None, description="Last day on which the link shows it")
    action: str | None = F(None, max_length=500, description="What is planned")
    due: str | None = F(None, max_length=40, description="For when")
    mark: str = F(max_length=16, description="`mark` of the line as it was read: another one is refused")


class BlocksIn(Body):
    """What a declaration tells beside its lines."""

    perimeter: str | None = F(None, max_length=1000, description="What was audited")
    excluded: str | None = F(None, max_length=1000, description="What was left out")
    responsible: str | None = F(None, max_length=1000, description="Who answers for the service: a role")
    budget: str | None = F(None, max_length=1000, description="Weight and requests of a page")
    terminals: str | None = F(None, max_length=1000, description="Oldest device that works")
    systems: str | None = F(None, max_length=1000, description="Systems and browsers")
    speed: str | None = F(None, max_length=1000, description="Slowest line that works")
    codecs: str | None = F(None, max_length=1000, description="Of video and sound")
    hosting: str | None = F(None, max_length=1000, description="PUE, water, electricity, place")
    open_source: str | None = F(None, max_length=1000, description="Choices of open source")
    accessibility: str | None = F(None, max_length=1000, description="Rate of the RGAA and where it is told")
    contact: str | None = F(None, max_length=1000, description="How to write to the service")


class AboutIn(Body):
    """What an audit tells of itself, whole: what is left out is emptied. Of a closed one `declaration` alone is taken."""

    auditor: str | None = F(None, max_length=120, description="Who makes it: a role")
    organisation: str | None = F(None, max_length=120, description="For which body")
    pages: list[Annotated[str, F(max_length=500)]] = F([], max_length=20, description="Pages that were looked at")
    has_ai: bool | None = F(None, description="Whether it uses artificial intelligence; null: not told")
    has_video: bool | None = F(None, description="Whether it has videos; null: not told")
    sells_terminal: bool | None = F(None, description="Whether a device is sold with it; null: not told")
    hosted: bool | None = F(None, description="Whether it is hosted somewhere; null: not told")
    declaration: BlocksIn = F(description="What the declaration tells beside its lines")
    mark: str = F(max_length=16, description="`about_mark` of the audit as it was read: another one is refused")


class ScoreOut(Schema):
    """Never without its shares; fractions as text. null: nothing applies, or nothing to count."""

    shown: int | None = F(description="Of 100, half up")
    exact: str | None = F(description="The same as a fraction")
    on_assessed: str | None = F(description="Over the lines that were assessed alone, which says less")
    share_assessed: str | None = F(description="Of the lines that apply")
    share_proven: str | None = F(description="Of the lines that conform, those with evidence that holds")
    lines: dict[str, int] = F(description="How many, by answer")


class LineOut(Schema):
    """One line of an audit."""

    criterion: str = F(description="Its number")
    answer: Answer = F(description="What was answered")
    justification: str = F(description="Why")
    na_reason: str = F(description="Why it does not apply")
    action: str = F(description="What is planned")
    due: str = F(description="For when")
    evidence: list[str] = F(description="What shows it: addresses, hashes of files")
    refused: str = F(description="Code of why it is not counted; empty: it counts")
    mark: str = F(description="To be sent back with another answer")


class AuditOut(Schema):
    """An audit, with its score of today."""

    id: UUID = F(description="Its number")
    service: UUID = F(description="Number of the service")
    state: State = F(description="draft, closed, published or expired")
    mode: Mode = F(description="Who assessed: the service itself, or with a review by a third party")
    reviewed_on: date | None = F(description="When the review was signed; null: it is not")
    started_at: datetime = F(description="When it was begun")
    closed_at: datetime | None = F(description="When it was closed")
    published_at: datetime | None = F(description="When it was published")
    expires_on: date | None = F(description="Last day on which it is said to be fresh")
    previous: UUID | None = F(description="Number of the audit before it")
    score: ScoreOut = F(description="How far the service is")
    page: str = F(description="Address of its page")


class WholeAuditOut(AuditOut):
    """The same with its 78 lines."""

    missing: list[str] = F(description="Parts of the declaration that are still empty")
    about_mark: str = F(description="To be sent back with what the audit tells of itself")
    lines: list[LineOut] = F(description="In the order of the criteria")


class AuditsOut(Schema):
    """Published audits of a service, newest first."""

    items: list[AuditOut] = F(description="At most fifty")
    total: int = F(description="How many there are")


class DeclarationOut(Schema):
    """`communaux.rgesn-declaration/1`, as `communaux rgesn declaration --json` gives it."""

    format: Literal["communaux.rgesn-declaration/1"] = F(description="Its form")
    referential: dict[str, str] = F(description="Its code, address and authors")
    service: dict[str, Any] = F(description="Name, kind, address, and the facts that decide what applies")
    mode: Mode = F(description="Who assessed")
    state: State = F(description="published or expired")
    auditor: str = F(description="Who made it: a role")
    organisation: str = F(description="For which body")
    reviewer: str = F(description="Who signed the review; empty: nobody")
    reviewer_organisation: str = F(description="Of which body")
    started_on: date | None = F(description="When it was begun")
    closed_on: date | None = F(description="When it was closed")
    reviewed_on: date | None = F(description="When the review was signed")
    published_on: date | None = F(description="When it was published")
    expires_on: date | None = F(description="Last day on which it is said to be fresh")
    on: date = F(description="Day of the score: evidence must hold then")
    score: ScoreOut = F(description="How far the service is")
    themes: dict[str, ScoreOut] = F(description="The same by theme")
    declaration: dict[str, str] = F(description="What it tells beside its lines")
    missing: list[str] = F(description="Parts that are empty")
    undetailed: list[str] = F(description="Criteria that conform without words")
    not_held: list[dict[str, str]] = F(description="Criteria whose line breaks a rule, with why")
    pages: list[str] = F(description="Pages that were looked at")
    lines: list[dict[str, Any]] = F(description="The 78 lines: answer, reason, evidence, review, plan")


class ChangeOut(Schema):
    """A line that is answered otherwise."""

    criterion: str = F(description="Its number")
    kind: Literal["gained", "lost", "became_na", "newly_assessed", "other"] = F(description="What became of it")
    before: Answer = F(description="What was answered")
    after: Answer = F(description="What is answered now")


class DiffOut(Schema):
    """What changed between two audits of one service, from the earlier to the later."""

    format: Literal["communaux.rgesn-diff/1"] = F(description="Its form")
    before: ScoreOut = F(description="Of the earlier")
    after: ScoreOut = F(description="Of the later")
    only_na: bool = F(description="The score rises only because lines no longer apply")
    changes: list[ChangeOut] = F(description="In the order of the criteria")


def audit_document(row: ServiceAudit) -> dict[str, Any]:
    told = row.audit
    names = ("state", "started_at", "closed_at", "published_at", "expires_on")
    found: dict[str, Any] = {"id": row.pk, "service": row.service_id, "previous": row.previous_id}
    found |= {"page": row.get_absolute_url(), "mode": told.mode, "reviewed_on": told.reviewed_on}
    found["score"] = declaration.scored(score(held(told), timezone.localdate()).whole)
    return found | {name: getattr(row, name) for name in names}


def whole_document(row: ServiceAudit) -> dict[str, Any]:
    told = row.audit
    more = {"missing": list(declaration.missing(told)), "about_mark": mark_of_head(told)}
    return audit_document(row) | more | {"lines": list(_lines(row))}


def _lines(row: ServiceAudit) -> Iterator[dict[str, Any]]:
    told = row.audit
    wrong = {error.what["number"]: error.code for error in broken(told)}
    for answer, one in zip(told.answers, told.findings, strict=True):
        texts = {name: getattr(one, name) for name in ("criterion", "justification", "na_reason", "action", "due")}
        evidence = [proof.locator for proof in one.evidence]
        yield texts | {
            "answer": answer,
            "evidence": evidence,
            "refused": wrong.get(one.criterion, ""),
            "mark": mark_of(one),
        }


def _published(pk: UUID) -> ServiceAudit:
    row = queries.audit_numbered(pk)
    if not row.is_public:
        raise NotFound("unknown_audit", _("No audit has this number."))
    return row


def _finding(row: ServiceAudit, number: str) -> Finding:
    found = next((one for one in row.audit.findings if one.criterion == number), None)
    if found is None:
        raise NotFound("unknown_criterion", _("The RGESN has no criterion of this number."))
    return found


@router.get(
    "/services/{service}/audits",
    url_name="service_audits",
    response={200: AuditsOut, **REFUSALS},
    summary="Published audits of one service",
)
def of_service(request: HttpRequest, service: ServiceId) -> dict[str, Any]:
    """Those that expired too; newest first."""
    rows = queries.audits_of(queries.service_numbered(service)).exclude(published_at=None)
    return {"items": [audit_document(row) for row in rows[: queries.SHOWN]], "total": rows.count()}


@router.post(
    "/services/{service}/audits",
    auth=WRITES,
    response={201: WholeAuditOut, **REFUSED},
    summary="Begin an audit of one service",
)
def start(request: HttpRequest, response: HttpResponse, service: ServiceId) -> Status[dict[str, Any]]:
    """By a steward or an editor; 409 while a draft is there."""
    row = services.start_audit(caller(request), queries.service_numbered(service), at=timezone.now())
    made(response, reverse("api:audit", args=[row.pk]))
    return Status(201, whole_document(row))


@router.get(
    "/audits/{audit}",
    url_name="audit",
    auth=READS,
    response={200: WholeAuditOut, **REFUSALS, **READ_REFUSED},
    summary="One audit with its lines",
)
def one(request: HttpRequest, audit: AuditId) -> dict[str, Any]:
    """What is not published: for who speaks for the commons."""
    row = queries.audit_numbered(audit)
    if not row.is_public and not rules.has_perm("assessment.record_finding", caller(request), row):
        raise NotFound("unknown_audit", _("No audit has this number."))
    return whole_document(row)


@router.post(
    "/audits/{audit}/findings",
    auth=WRITES,
    response={200: WholeAuditOut, **REFUSED},
    summary="Answer one line of a draft",
)
def record(request: HttpRequest, audit: AuditId, body: FindingIn) -> dict[str, Any]:
    """By a steward or an editor; 409 where the line changed meanwhile, 422 where a rule refuses it."""
    by, row = caller(request), queries.audit_numbered(audit)
    allow("assessment.record_finding", by, row)
    old = _finding(row, body.criterion)
    given = body.model_dump(exclude={"criterion", "mark"}, exclude_none=True) | {"seen": body.mark}
    form = checked(FindingForm(given).about(referential(row.audit.referential)[body.criterion]))
    form.cleaned_data.setdefault("na_reason", "")
    services.record_finding(by, row, finding=form.finding(old), seen=body.mark, at=timezone.now())
    return _again(row)


@router.post(
    "/audits/{audit}/about",
    auth=WRITES,
    response={200: WholeAuditOut, **REFUSED},
    summary="Tell what an audit tells of itself",
)
def about(request: HttpRequest, audit: AuditId, body: AboutIn) -> dict[str, Any]:
    """By a steward or an editor, until it is published."""
    by, row = caller(request), queries.audit_numbered(audit)
    allow("assessment.tell_audit", by, row)
    words = {None: "", True: "yes", False: "no"}
    given = {"auditor": body.auditor, "organisation": body.organisation, "pages": "\n".join(body.pages)}
    given |= {name: words[getattr(body, name)] for name in FACTS} | body.declaration.model_dump() | {"seen": body.mark}
    form = HeadForm({name: value or "" for name, value in given.items()}, initial=HeadForm.of(row.audit).initial)
    form = checked(form if row.state == ServiceAudit.State.DRAFT else form.closed())
    services.tell_audit(by, row, head=form.head, seen=body.mark, at=timezone.now())
    return _again(row)


@router.post("/audits/{audit}/closure", auth=WRITES, response={200: WholeAuditOut, **REFUSED}, summary="Close a draft")
def close(request: HttpRequest, audit: AuditId) -> dict[str, Any]:
    """Its lines never change after that; 422 with what is lacking."""
    row = queries.audit_numbered(audit)
    services.close_audit(caller(request), row, at=timezone.now())
    return _again(row)


@router.post(
    "/audits/{audit}/publication", auth=WRITES, response={200: WholeAuditOut, **REFUSED}, summary="Publish an audit"
)
def publish(request: HttpRequest, audit: AuditId) -> dict[str, Any]:
    """A closed one, its declaration whole, a review that was asked for signed."""
    row = queries.audit_numbered(audit)
    services.publish_audit(caller(request), row, at=timezone.now())
    return _again(row)


@router.get(
    "/audits/{audit}/declaration",
    url_name="audit_declaration",
    response={200: DeclarationOut, **REFUSALS},
    summary="Declaration of one published audit",
)
def declared(request: HttpRequest, audit: AuditId) -> dict[str, Any]:
    """It stays at this address when it expires or another takes its place."""
    return declaration.as_json(_published(audit).audit, timezone.localdate())


@router.get(
    "/audits/{audit}/diff/{other}",
    url_name="audit_diff",
    response={200: DiffOut, **REFUSALS},
    summary="What changed between two published audits of one service",
)
def differences(
    request: HttpRequest, audit: AuditId, other: Annotated[UUID, Path(description="Number of another one")]
) -> dict[str, Any]:
    """From the earlier to the later, whichever is named first; 404 for audits of two services."""
    rows = sorted((_published(audit), _published(other)), key=lambda row: (row.started_at, row.pk))
    if rows[0].service_id != rows[1].service_id:
        raise NotFound("other_service", _("These are audits of two services."))
    before, after = (held(row.audit) for row in rows)
    return compare.as_json(compare.diff(before, after, timezone.localdate()))


def _again(row: ServiceAudit) -> dict[str, Any]:
    return whole_document(queries.audit_numbered(row.pk))
