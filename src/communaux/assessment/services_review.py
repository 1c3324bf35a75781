"""Writes on the review of an audit by a third party, who stands outside the commons: asked for by a steward while the audit is
closed, written line by line, signed by name. Nothing of it changes an answer or the score. And what becomes of audits too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.assessment.auditing import mark_of
from communaux.assessment.models import ServiceAudit
from communaux.assessment.review_letter import REVIEW
from communaux.core import journal, outbox
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady, TooMany
from communaux.core.models import Entry, Person
from communaux.engines.footprint.rgesn import own
from communaux.engines.footprint.rgesn.audit import Audit, Finding

DAY: Final = timedelta(days=1)
MOST: Final = 5  # mails of this kind that one person has sent within a day


@action("assessment.ask_review")
def ask_review(by: Person, row: ServiceAudit, *, mail: str, at: datetime) -> ServiceAudit:
    """Write to somebody outside; their address is kept until they sign. Raise Conflict where the audit is not closed, or somebody
    is asked already."""
    held = _closed(row)
    if held.audit.mode == "third_party":
        raise Conflict("review_asked", _("Somebody is asked already: take the question back first."))
    if EmailAddress.objects.filter(user=by, email__iexact=mail).exists():
        raise BadRequest("own_review", _("Nobody reviews what they look after: ask somebody outside."), field="mail")
    if Entry.objects.filter(act="assessment.ask_review", actor=by, at__gt=at - DAY).count() >= MOST:
        raise TooMany("too_many_reviews", _("Five such mails left within a day: this one was not sent. Ask tomorrow."))
    held.review_mail = mail
    _keep(held, replace(held.audit, mode="third_party"))
    letter = outbox.letter(None, REVIEW, held.pk, at)
    letter.dedupe_key += f":{at.isoformat()}"  # asked again after it was taken back: another mail
    outbox.put([letter])
    return held


@action("assessment.withdraw_review")
def withdraw_review(by: Person, row: ServiceAudit, *, at: datetime) -> ServiceAudit:
    """Back to a self-assessment; what was written of a review that nobody signed is gone. Raise Conflict once it is signed."""
    held = _closed(row)
    if held.audit.mode != "third_party" or held.audit.reviewed_on:
        raise Conflict("no_review_waits", _("No review waits for its signature: nothing was changed."))
    held.review_mail = ""
    findings = tuple(replace(one, review="", remark="") for one in held.audit.findings)
    _keep(held, replace(held.audit, mode="assisted", findings=findings))
    return held


@action("assessment.review_line", journaled=False)
def review_line(
    by: Person, row: ServiceAudit, *, number: str, review: str, remark: str, seen: str, at: datetime
) -> ServiceAudit:
    """Confirm or contest one line. `seen`: mark of the line as it was read. What contests says why, in a sentence."""
    held = _closed(row)
    old = next(one for one in held.audit.findings if one.criterion == number)
    if mark_of(old) != seen:
        raise Conflict("changed_meanwhile", _("You reviewed this line elsewhere meanwhile. Read it and send again."))
    if review == "contested" and not remark.strip():
        raise NotReady("remark_needed", _("Say in a sentence what you contest."), field="remark")
    new = replace(old, review=review, remark=remark)
    findings = (new if one.criterion == number else one for one in held.audit.findings)
    _keep(held, replace(held.audit, findings=tuple(findings)))
    private = {"before": _said(old), "after": _said(new)}
    told = {"criterion": number, "mark": mark_of(new)}  # as of an answer: what is not published is told to nobody
    line = journal.Line("assessment.review_line", journal.subject_of(held), {}, told, private=private)
    journal.append(by, at, line)
    return held


def _said(one: Finding) -> dict[str, str]:
    return {"review": one.review, "remark": one.remark}


@action("assessment.sign_review")
def sign_review(by: Person, row: ServiceAudit, *, name: str, organisation: str, at: datetime) -> ServiceAudit:
    """The reviewer types the name that is published with it. From then on nothing of the review changes. Raise NotReady where no
    line was reviewed."""
    held = _closed(row)
    audit = held.audit
    if not any(one.review for one in audit.findings):
        raise NotReady("nothing_reviewed", _("Confirm or contest one line at least before you sign."))
    findings = tuple(replace(one, reviewed_by=name) if one.review else one for one in audit.findings)
    signed: dict[str, Any] = {"reviewer": name, "reviewer_organisation": organisation, "reviewed_on": localdate(at)}
    held.review_mail = ""
    _keep(held, replace(audit, findings=findings, **signed))
    return held


@action("assessment.expire_audits", journaled=False)
def expire_audits(by: Person, *, at: datetime) -> int:
    """Closed and published audits whose day is over; one line each; return how many. Twice a day does nothing more."""
    rows = ServiceAudit.objects.filter(state__in=["closed", "published"], expires_on__lt=localdate(at))
    found = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    lines = []
    for one in found:
        was, one.state, one.review_mail = one.state, ServiceAudit.State.EXPIRED, ""
        _keep(one, replace(one.audit, state="expired"))
        told = ({"audit_state": was}, {"audit_state": one.state})
        lines.append(journal.Line("assessment.expire_audits", journal.subject_of(one), *told))
    journal.append_many(by, at, lines)
    return len(found)


def _closed(row: ServiceAudit) -> ServiceAudit:
    rows = ServiceAudit.objects.select_related("service__commons").select_for_update(of=("self",), no_key=True)
    held = rows.get(pk=row.pk)  # only a draft is ever deleted
    if held.state != ServiceAudit.State.CLOSED:
        raise Conflict("not_closed", _("Only a closed audit that is not published yet is reviewed."))
    return held


def _keep(held: ServiceAudit, audit: Audit) -> None:
    held.document = own.write(audit).decode()
    held.save(update_fields=["document", "state", "review_mail"])
