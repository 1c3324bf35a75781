"""Audits of a service by the RGESN: 78 lines, each with its page; the score moves as lines are answered; a declaration for all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_audit as writes
from communaux.assessment.auditing import mark_of
from communaux.assessment.forms_audit import FindingForm, HeadForm
from communaux.assessment.models import DigitalService, ServiceAudit
from communaux.core.actions import allow
from communaux.core.errors import Conflict, NotFound, NotReady
from communaux.data import own_audit
from communaux.engines.footprint import telling as words
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import declaration, telling
from communaux.engines.footprint.rgesn import own as own_format
from communaux.engines.footprint.rgesn.audit import Audit
from communaux.engines.footprint.rgesn.display import mark
from communaux.engines.footprint.rgesn.referential import referential
from communaux.engines.footprint.rgesn.rules import broken, held
from communaux.engines.footprint.rgesn.score import rounded, score
from communaux.web.accounts import account_needed, signed_in
from communaux.web.digital_services import of_service
from communaux.web.kept import form_page, meanwhile, written
from communaux.web.unchanged import while_unchanged

asked_or_sent = require_http_methods(["GET", "HEAD", "POST"])


def lang() -> str:
    return "en" if get_language() == "en" else "fr"


def found_audit(slug: str, service: str, pk: UUID) -> ServiceAudit:
    """By its address, whoever may read it."""
    return queries.audit_at(queries.service_at(slug, service), pk)


def readable(request: HttpRequest, row: ServiceAudit) -> bool:
    """What was published, by anybody; the rest by who speaks for the commons. Raise NotFound for others; whether they may write."""
    may = request.user.is_authenticated and rules.has_perm("assessment.record_finding", request.user, row)
    if not (row.is_public or may):
        raise NotFound("unknown_audit", _("No audit has this number."))
    return bool(may)


@require_POST
@account_needed
def start(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    found = queries.service_at(slug, service)
    return redirect(writes.start_audit(signed_in(request), found, at=timezone.now()))


@of_service
def audit(request: HttpRequest, found: DigitalService, pk: UUID) -> HttpResponse:
    """The score with its shares, and the lines by theme."""
    row = queries.audit_at(found, pk)
    may, told = readable(request, row), row.audit
    context = {"commons": found.commons, "service": found, "row": row, "audit": told, "may_write": may}
    return render(request, "assessment/audit.html", context | shown_audit(told))


def shown_audit(told: Audit) -> dict[str, Any]:
    """The score with its shares, the lines by theme, what a review says."""
    day, kept = localdate(), held(told)
    scores = score(kept, day)
    wrong = {error.what["number"]: words.refused(error, lang()) for error in broken(told)}
    lines = [
        (line, answer, wrong.get(line.number, "")) for line, answer in zip(told.criteria, told.answers, strict=True)
    ]
    themes = [
        (
            theme,
            telling.theme_line(theme.number, theme.names[lang()], scores.themes[theme.number], lang()),
            [one for one in lines if one[0].theme.number == theme.number],
        )
        for theme in referential(told.referential).themes.values()
    ]
    return {
        "bar": rounded(scores.whole.value),
        "shares": list(telling.shares(scores.whole, lang())),
        "on_assessed": rounded(scores.whole.on_assessed),
        "themes": themes,
        "official": referential(told.referential),
        "lacking": declaration.missing(told),
    } | _reviewed(told, day)


def _reviewed(told: Audit, day: date) -> dict[str, Any]:
    """What a signed review says; nothing of it before."""
    if told.reviewed_on is None:
        return {}
    lines = [one for one in zip(told.criteria, told.findings, strict=True) if one[1].review]
    return {
        "reviewed_by": telling.by(mark(told, day), lang()),
        "reviewed": len(lines),
        "contested": [one for one in lines if one[1].review == "contested"],
    }


@asked_or_sent
def line(request: HttpRequest, slug: str, service: str, pk: UUID, number: str) -> HttpResponse:
    """One criterion: what is answered, and the form of who may answer."""
    row = found_audit(slug, service, pk)
    writes_it, told = readable(request, row), row.audit
    try:
        criterion = referential(told.referential)[number]
    except FootprintError as error:
        raise NotFound("unknown_criterion", words.refused(error, lang())) from error
    old = next(one for one in told.findings if one.criterion == number)
    may = writes_it and row.state == ServiceAudit.State.DRAFT
    context = {
        "commons": row.service.commons,
        "service": row.service,
        "row": row,
        "criterion": criterion,
        "finding": old,
    }
    checks = [one for one in queries.checks_of(row) if one.check_id in criterion.checks]
    context |= {"official": referential(told.referential), "after": next_of(told, number), "checks": checks}
    if request.method == "POST":
        return _answered(request, row, number, context)
    if not may:
        return render(request, "assessment/audit_line.html", context)
    form = FindingForm.of(old, mark_of(old)).about(criterion, checks)
    return form_page(request, "assessment/audit_line.html", context | {"form": form})


@account_needed
def _answered(request: HttpRequest, row: ServiceAudit, number: str, context: dict[str, Any]) -> HttpResponse:
    by, old = signed_in(request), context["finding"]
    allow("assessment.record_finding", by, row)
    form = FindingForm(request.POST).about(context["criterion"], context["checks"])
    made = written(form, lambda: _recorded(by, row, form, old))
    if made is None:
        row.refresh_from_db()
        stands = next(one for one in row.audit.findings if one.criterion == number)
        now = FindingForm.of(stands, mark_of(stands)).about(context["criterion"], context["checks"])
        return form_page(request, "assessment/audit_line.html", context | {"form": form} | meanwhile(form, now))
    messages.success(request, _("Kept: %(number)s.") % {"number": number})
    after = context["after"]
    if after and "next" in request.POST:
        return redirect("audit_line", row.commons_slug, row.service_slug, row.pk, after)
    return redirect(row)


def _recorded(by: Any, row: ServiceAudit, form: FindingForm, old: Any) -> ServiceAudit:
    form.cleaned_data.setdefault("na_reason", "")
    return writes.record_finding(by, row, finding=form.finding(old), seen=form.cleaned_data["seen"], at=timezone.now())


def next_of(told: Audit, number: str) -> str:
    """The criterion after this one; empty after the last."""
    numbers = [one.number for one in told.criteria]
    place = numbers.index(number) + 1
    return numbers[place] if place < len(numbers) else ""


@asked_or_sent
@account_needed
def head(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    row, by = found_audit(slug, service, pk), signed_in(request)
    allow("assessment.tell_audit", by, row)
    form = HeadForm.of(row.audit)
    if request.method == "POST":
        form = HeadForm(request.POST, initial=form.initial)
    if row.state != ServiceAudit.State.DRAFT:
        form = form.closed()
    made = written(form, lambda: _told(by, row, form))
    if made is None:
        context = {"commons": row.service.commons, "service": row.service, "row": row, "form": form}
        row.refresh_from_db()
        return form_page(request, "assessment/audit_head.html", context | meanwhile(form, HeadForm.of(row.audit)))
    return redirect(row)


def _told(by: Any, row: ServiceAudit, form: HeadForm) -> ServiceAudit:
    return writes.tell_audit(by, row, head=form.head, seen=form.cleaned_data["seen"], at=timezone.now())


def act(write: Callable[..., Any], said: Callable[[], str]) -> Callable[..., HttpResponse]:
    """What cannot be done is told on the page of the audit."""

    @require_POST
    @account_needed
    def answer(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
        row = found_audit(slug, service, pk)
        try:
            made = write(signed_in(request), row, at=timezone.now())
        except (NotReady, Conflict) as error:
            messages.warning(request, error.message)
            return redirect(row)
        messages.success(request, said())
        return redirect(made)

    return answer


close = act(writes.close_audit, lambda: _("Closed: nothing in it changes any more."))
publish = act(writes.publish_audit, lambda: _("Published: its declaration is below."))
drop = act(writes.drop_draft, lambda: _("The draft is gone."))


def _declared(found: DigitalService, pk: UUID | None) -> ServiceAudit:
    """What was published last, or by one audit: that stays at the address of the audit, whatever came after."""
    row = queries.audit_at(found, pk) if pk else queries.declaration_of(found)
    if not row.is_public:
        raise NotFound("unknown_audit", _("No audit has this number."))
    return row


@of_service
def declared(request: HttpRequest, found: DigitalService, pk: UUID | None = None) -> HttpResponse:
    """What the service publishes, for everybody and for print."""
    row = _declared(found, pk)
    told, day = row.audit, localdate()
    context = {"commons": found.commons, "service": found, "row": row, "audit": told}
    context["old"] = row.state == ServiceAudit.State.EXPIRED or bool(row.expires_on and row.expires_on < day)
    context["newer"] = queries.declared_after(row)
    blocks = [(words.word("rgesn_block", name, lang()), text) for name, text in told.blocks.items()]
    return render(request, "assessment/declaration.html", context | {"blocks": blocks} | shown_audit(told))


@require_safe
def declared_json(request: HttpRequest, slug: str, service: str, pk: UUID | None = None) -> HttpResponse:
    row = _declared(queries.service_at(slug, service), pk)
    return JsonResponse(declaration.as_json(row.audit, localdate()))


@require_safe
@while_unchanged
def own(request: HttpRequest) -> HttpResponse:
    """What this software declares of itself: the audit that is shipped with it."""
    told = own_format.read(own_audit())
    by_number, seen = {one.criterion: one for one in told.findings}, shown_audit(told)
    seen["themes"] = [
        (theme, said, [(line, answer, by_number[line.number]) for line, answer, _wrong in lines])
        for theme, said, lines in seen["themes"]
    ]
    blocks = [(words.word("rgesn_block", name, lang()), text) for name, text in told.blocks.items()]
    old = told.expires_on is not None and told.expires_on < localdate()
    return render(request, "assessment/own_declaration.html", {"audit": told, "blocks": blocks, "old": old} | seen)


@require_safe
def own_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(declaration.as_json(own_format.read(own_audit()), localdate()))
