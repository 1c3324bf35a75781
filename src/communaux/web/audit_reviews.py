"""The review of a closed audit by a third party: asked for by who speaks for the commons, written and signed by who is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.assessment import services_review as writes
from communaux.assessment.forms_review import AskReviewForm, ReviewLineForm, SignReviewForm
from communaux.assessment.models import ServiceAudit
from communaux.core.actions import allow
from communaux.core.errors import NotFound
from communaux.core.models import Person
from communaux.engines.footprint.rgesn.audit import Finding
from communaux.engines.footprint.rgesn.referential import referential
from communaux.web.accounts import account_needed, signed_in
from communaux.web.audits import act, asked_or_sent, found_audit, next_of, shown_audit
from communaux.web.kept import form_page, meanwhile, written


def _about(row: ServiceAudit, **more: Any) -> dict[str, Any]:
    return {"commons": row.service.commons, "service": row.service, "row": row, "audit": row.audit} | more


@asked_or_sent
@account_needed
def ask(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    row, by = found_audit(slug, service, pk), signed_in(request)
    allow("assessment.ask_review", by, row)
    form = AskReviewForm(request.POST or None)
    if written(form, lambda: writes.ask_review(by, row, mail=form.cleaned_data["mail"], at=timezone.now())) is None:
        return form_page(request, "assessment/audit_ask_review.html", _about(row, form=form))
    messages.success(request, _("A mail leaves to this address. The audit is published once its review is signed."))
    return redirect(row)


withdraw = act(writes.withdraw_review, lambda: _("Taken back: this audit is a self-assessment again."))


@asked_or_sent
@account_needed
def review(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    """The lines, what was said of each so far, and the signature."""
    row, by = found_audit(slug, service, pk), signed_in(request)
    allow("assessment.review_line", by, row)
    form = SignReviewForm(request.POST or None)
    if written(form, lambda: writes.sign_review(by, row, **form.cleaned_data, at=timezone.now())) is None:
        told = row.audit
        said = {one.criterion: one.review for one in told.findings if one.review}
        context = _about(row, form=form, said=said, n=len(said)) | shown_audit(told)
        return form_page(request, "assessment/audit_review.html", context)
    messages.success(request, _("Signed. What you found is published with the audit."))
    return redirect(row.service)


@asked_or_sent
@account_needed
def line(request: HttpRequest, slug: str, service: str, pk: UUID, number: str) -> HttpResponse:
    """One line as it was answered, and what the reviewer finds of it."""
    row, by = found_audit(slug, service, pk), signed_in(request)
    allow("assessment.review_line", by, row)
    old, after = _finding(row, number), next_of(row.audit, number)
    form = ReviewLineForm(request.POST) if request.method == "POST" else ReviewLineForm.of(old)
    if written(form, lambda: _reviewed(by, row, number, form)) is None:
        row.refresh_from_db()
        now = _finding(row, number)
        known = referential(row.audit.referential)
        context = _about(row, form=form, finding=now, criterion=known[number], official=known, after=after)
        context |= meanwhile(form, ReviewLineForm.of(now))
        return form_page(request, "assessment/audit_review_line.html", context)
    messages.success(request, _("Kept: %(number)s.") % {"number": number})
    there = (row.commons_slug, row.service_slug, row.pk)
    if after and "next" in request.POST:
        return redirect("review_audit_line", *there, after)
    return redirect("audit_review", *there)


def _finding(row: ServiceAudit, number: str) -> Finding:
    found = next((one for one in row.audit.findings if one.criterion == number), None)
    if found is None:
        raise NotFound("unknown_criterion", _("The RGESN has no criterion of this number."))
    return found


def _reviewed(by: Person, row: ServiceAudit, number: str, form: ReviewLineForm) -> ServiceAudit:
    return writes.review_line(by, row, number=number, **form.cleaned_data, at=timezone.now())
