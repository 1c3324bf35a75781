"""Automatic checks of an audit: what they saw, and the three ways to have them look. They suggest; a person answers each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_checks as writes
from communaux.assessment.forms_checks import BudgetForm, HostingForm, VisitForm
from communaux.assessment.models import ServiceAudit
from communaux.core.actions import allow
from communaux.core.models import Progress
from communaux.engines.footprint.rgesn.checks import EVERY, Check, of_hosting, of_page, together
from communaux.engines.footprint.rgesn.referential import referential
from communaux.web.accounts import account_needed, signed_in
from communaux.web.audits import readable
from communaux.web.kept import form_page, written

FORMS: Final[dict[str, type[forms.Form]]] = {"pages": BudgetForm, "visit": VisitForm, "hosting": HostingForm}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw of all targets together: the worst of them."""

    check: Check[...]
    outcome: str
    targets: int


@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    row = queries.audit_at(queries.service_at(slug, service), pk)
    may = readable(request, row) and row.state == ServiceAudit.State.DRAFT
    if request.method == "POST":
        return _looked(request, row)
    return _page(request, row, {name: form(prefix=name) for name, form in FORMS.items()} if may else {})


def _page(request: HttpRequest, row: ServiceAudit, given: dict[str, Any]) -> HttpResponse:
    runs = list(queries.checks_of(row))
    failed = [one for one in runs if one.check_id == writes.FETCH]
    seen = [
        Seen(check, together(of_it), len(of_it))  # type: ignore[arg-type]  # outcomes of a check, none of them an error
        for check in EVERY
        if (of_it := [one.outcome for one in runs if one.check_id == check.id])
    ]
    seen.sort(key=lambda one: list(referential(row.audit.referential).criteria).index(one.check.criterion))
    context = {"commons": row.service.commons, "service": row.service, "row": row, "seen": seen, "failed": failed}
    context |= {"pages": row.audit.pages[: writes.PAGES], "reading": queries.checking(row)}
    context |= {f"{name}_form": one for name, one in given.items()}
    wrong = next((one for one in given.values() if one.errors), None)
    if given:
        return form_page(request, "assessment/audit_checks.html", context | {"form": wrong or given["pages"]})
    return render(request, "assessment/audit_checks.html", context)


@account_needed
def _looked(request: HttpRequest, row: ServiceAudit) -> HttpResponse:
    by, what = signed_in(request), request.POST.get("what", "pages")
    allow("assessment.keep_checks", by, row)
    what = what if what in FORMS else "pages"
    given = {name: form(prefix=name) for name, form in FORMS.items() if name != what}
    form: Any = FORMS[what](request.POST, request.FILES, prefix=what)

    def write() -> ServiceAudit | Progress:
        at = timezone.now()
        if what == "pages":
            return writes.ask_checks(by, row, budget=form.budget, at=at)
        if what == "visit":
            return writes.keep_checks(by, row, target=form.page.url, found=of_page(form.page), at=at)
        found = of_hosting(form.hosting, timezone.localdate(at))
        return writes.keep_checks(by, row, target="", found=found, at=at)

    made = written(form, write)
    if made is None:
        return _page(request, row, {name: given.get(name, form) for name in FORMS})
    if isinstance(made, Progress):
        return redirect("progress", made.pk)
    messages.success(request, _("Looked at: what the checks saw is below. Each line is still yours to answer."))
    return redirect("audit_checks", row.commons_slug, row.service_slug, row.pk)
