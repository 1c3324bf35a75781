"""Writes on audits of a service: begin one, answer a line, tell what the declaration needs, close, publish, drop a draft."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communaux.assessment.auditing import Head, mark_of, mark_of_head
from communaux.assessment.models import DigitalService, ServiceAudit
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Person
from communaux.engines.footprint import telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import own
from communaux.engines.footprint.rgesn.audit import Audit, Finding, Service, blank
from communaux.engines.footprint.rgesn.declaration import missing, missing_to_close
from communaux.engines.footprint.rgesn.rules import check

MONTHS: Final = 18  # after which a closed audit is said to be old (spec 08b § 3.3)


@action("assessment.start_audit")
def start_audit(by: Person, service: DigitalService, *, at: datetime) -> ServiceAudit:
    """What an earlier one said stays as a reminder; nothing of it counts as assessed. Raise Conflict where a draft is there."""
    if service.withdrawn_at:
        raise Conflict("withdrawn_already", _("This service was withdrawn. Nothing was changed."))
    earlier = ServiceAudit.objects.filter(service=service).exclude(state="draft").order_by("-closed_at").first()
    audit = _renewed(earlier.audit) if earlier else blank(Service(service.name, service.kind, service.url))
    audit = replace(audit, started_on=localdate(at))
    try:
        with transaction.atomic():
            return ServiceAudit.objects.create(
                service=service, document=_written(audit), previous=earlier, by=by, started_at=at
            )
    except IntegrityError as error:
        raise Conflict(
            "draft_exists", _("An audit of this service is being written already: go on with it.")
        ) from error


def _renewed(old: Audit) -> Audit:
    unsaid: dict[str, Any] = {
        "answer": "not_assessed",
        "decided_on": None,
        "review": "",
        "remark": "",
        "reviewed_by": "",
    }
    findings = tuple(replace(one, **unsaid) for one in old.findings)
    days: dict[str, Any] = dict.fromkeys(("closed_on", "reviewed_on", "published_on", "expires_on"))
    return replace(
        old, findings=findings, state="draft", mode="assisted", reviewer="", reviewer_organisation="", **days
    )


@action("assessment.record_finding", journaled=False)
def record_finding(by: Person, row: ServiceAudit, *, finding: Finding, seen: str, at: datetime) -> ServiceAudit:
    """Answer one line. `seen`: mark of the line as it was read. Raise NotReady by the rules, Conflict where it changed."""
    held = _draft(row)
    audit = held.audit
    old = next(one for one in audit.findings if one.criterion == finding.criterion)
    if mark_of(old) != seen:
        raise Conflict(
            "changed_meanwhile", _("Somebody answered this line meanwhile. Read what it says now and send again.")
        )
    _checked(finding, audit)
    new = replace(finding, decided_on=localdate(at))
    findings = tuple(new if one.criterion == finding.criterion else one for one in audit.findings)
    _keep(held, replace(audit, findings=findings))
    before, after = journal.changes(_plain(old), _plain(new))
    told = {
        "criterion": new.criterion,
        "mark": mark_of(new),
    }  # for everybody; a draft is not theirs to read, words can be erased
    private = {"before": before, "after": after}
    journal.append(
        by, at, journal.Line("assessment.record_finding", journal.subject_of(held), {}, told, private=private)
    )
    return held


def _plain(finding: Finding) -> dict[str, Any]:
    told = asdict(finding)
    told["evidence"] = [one["locator"] for one in told["evidence"]]
    told["owners"] = list(told["owners"])
    return told


def _checked(finding: Finding, audit: Audit) -> None:
    try:
        check(finding, audit.service, audit.referential)
    except FootprintError as error:
        raise NotReady(error.code, telling.refused(error, "en" if get_language() == "en" else "fr")) from error


@action("assessment.tell_audit")
def tell_audit(by: Person, row: ServiceAudit, *, head: Head, seen: str, at: datetime) -> ServiceAudit:
    """Facts of the service may make lines fall or contradict them; those are told on the page of the audit.

    Of a closed audit only the parts of the declaration are taken, until it is published. Raise Conflict where it changed.
    """
    held = _held(row)
    if held.state not in (ServiceAudit.State.DRAFT, ServiceAudit.State.CLOSED):
        raise Conflict("audit_closed", _("This audit is published or too old: begin a new one to correct it."))
    audit = held.audit
    if mark_of_head(audit) != seen:
        raise Conflict("changed_meanwhile", _("Somebody changed this meanwhile. Read what it says now and send again."))
    told = replace(audit, blocks=dict(head.blocks))
    if held.state == ServiceAudit.State.DRAFT:
        facts: dict[str, Any] = dict(head.facts)
        service = replace(audit.service, **facts)
        told = replace(told, service=service, auditor=head.auditor, organisation=head.organisation, pages=head.pages)
    _keep(held, told)
    return held


@action("assessment.close_audit")
def close_audit(by: Person, row: ServiceAudit, *, at: datetime) -> ServiceAudit:
    """Freeze it. Raise NotReady with what is lacking."""
    held = _draft(row)
    audit, lang = held.audit, "en" if get_language() == "en" else "fr"
    if lacking := missing_to_close(audit):
        raise NotReady("audit_lacks", _lacks(lacking, lang), missing=list(lacking))
    today = localdate(at)
    held.expires_on = _later(today)
    _keep(held, replace(audit, state="closed", closed_on=today, expires_on=held.expires_on))
    held.state, held.closed_at = ServiceAudit.State.CLOSED, at
    held.save(update_fields=["state", "closed_at", "expires_on"])
    return held


def _lacks(codes: tuple[str, ...], lang: str) -> str:
    names = {"auditor": _("who made it"), "pages": _("a page that was looked at")}
    told = [names.get(code) or telling.word("rgesn_block", code, lang) for code in codes]
    return _("This is lacking: %(what)s.") % {"what": ", ".join(told)}


def _later(day: date) -> date:
    month = day.month - 1 + MONTHS
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


@action("assessment.publish_audit")
def publish_audit(by: Person, row: ServiceAudit, *, at: datetime) -> ServiceAudit:
    """Raise NotReady with the parts of the declaration that are empty, or while a review waits; Conflict where it is not closed."""
    held = _held(row)
    if held.state != ServiceAudit.State.CLOSED:
        raise Conflict("not_closed", _("Only a closed audit that is not published yet can be published."))
    audit, lang = held.audit, "en" if get_language() == "en" else "fr"
    if lacking := missing(audit):
        raise NotReady("declaration_lacks", _lacks(lacking, lang), missing=list(lacking))
    if audit.mode == "third_party" and audit.reviewed_on is None:
        raise NotReady("review_unsigned", _("Its review is not signed yet: wait for it, or take the question back."))
    _keep(held, replace(audit, state="published", published_on=localdate(at)))
    held.state, held.published_at = ServiceAudit.State.PUBLISHED, at
    held.save(update_fields=["state", "published_at"])
    return held


@action("assessment.drop_draft")
def drop_draft(by: Person, row: ServiceAudit, *, at: datetime) -> DigitalService:
    """The draft is gone; the journal tells that there was one."""
    held = _draft(row)
    service = held.service
    held.delete()
    return service


def _held(row: ServiceAudit) -> ServiceAudit:
    rows = ServiceAudit.objects.select_related("service__commons").select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise Conflict("audit_gone", _("This draft was dropped meanwhile."))
    return found


def _draft(row: ServiceAudit) -> ServiceAudit:
    held = _held(row)
    if held.state != ServiceAudit.State.DRAFT:
        raise Conflict("audit_closed", _("This audit is closed: begin a new one to correct it."))
    return held


def _keep(held: ServiceAudit, audit: Audit) -> None:
    held.document = _written(audit)
    held.save(update_fields=["document"])


def _written(audit: Audit) -> str:
    return own.write(audit).decode()
