"""Services of a commons and their footprint: declare one, bring in what was measured, compute, read results for ever."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_footprint as writes
from communaux.assessment.audits_compared import over_time
from communaux.assessment.forms_service import MeasurementForm, ResultForm, ServiceForm
from communaux.assessment.models import DigitalService, Measurement
from communaux.assessment.queries_ai_notes import ai_notes_of
from communaux.catalogue.models import Commons
from communaux.core.actions import allow
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import kept_commons
from communaux.web.catalogue.sheet import of_commons
from communaux.web.kept import form_page, meanwhile, written
from communaux.web.unchanged import while_unchanged

asked_or_sent = require_http_methods(["GET", "HEAD", "POST"])


def _may(request: HttpRequest, name: str, target: object) -> bool:
    return request.user.is_authenticated and rules.has_perm(f"assessment.{name}", request.user, target)


@of_commons
def footprint_of(request: HttpRequest, found: Commons) -> HttpResponse:
    """Services of a commons, each with its last result."""
    rows = list(queries.services_of(found)[: queries.SHOWN])
    last = queries.last_results(rows)
    context = {"commons": found, "rows": [(one, last.get(one.pk)) for one in rows]}
    context["may_declare"] = _may(request, "register_service", found)
    return render(request, "assessment/services.html", context)


@asked_or_sent
@account_needed
def register(request: HttpRequest, slug: str) -> HttpResponse:
    found, by = kept_commons(slug), signed_in(request)
    allow("assessment.register_service", by, found)
    form = ServiceForm(request.POST or None)
    made = written(form, lambda: writes.register_service(by, found, told=form.told, at=timezone.now()))
    if made is None:
        return form_page(request, "assessment/service_form.html", {"commons": found, "form": form})
    messages.success(request, _("Declared. Bring in what was measured of it."))
    return redirect(made)


@asked_or_sent
@account_needed
def edit(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    found, by = queries.service_at(slug, service), signed_in(request)
    allow("assessment.edit_service", by, found)
    form = ServiceForm(request.POST) if request.method == "POST" else ServiceForm.of(found)
    made = written(form, lambda: _edited(by, found, form))
    if made is None:
        context = {"commons": found.commons, "service": found, "form": form}
        found.refresh_from_db()
        return form_page(request, "assessment/service_form.html", context | meanwhile(form, ServiceForm.of(found)))
    return redirect(made)


def _edited(by: Person, found: DigitalService, form: ServiceForm) -> DigitalService:
    return writes.edit_service(by, found, told=form.told, seen=form.cleaned_data["seen"], at=timezone.now())


@require_POST
@account_needed
def withdraw(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    found = queries.service_at(slug, service)
    writes.withdraw_service(signed_in(request), found, at=timezone.now())
    messages.success(request, _("Withdrawn: it has left the list. What was measured stays readable here."))
    return redirect(found)


def of_service(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the service at its address; that of a merged commons leads on."""

    @require_safe
    @while_unchanged
    def answer(request: HttpRequest, slug: str, service: str, **more: UUID) -> HttpResponse:
        found = queries.service_at(slug, service)
        if found.commons.slug != slug:
            assert request.resolver_match
            there = (found.commons.slug, service, *more.values())
            return redirect(request.resolver_match.view_name, *there, permanent=True)
        return view(request, found, **more)

    return answer


@of_service
def service(request: HttpRequest, found: DigitalService) -> HttpResponse:
    """What it is, its results, what was measured, month by month."""
    audits, may = list(queries.audits_of(found)[: queries.SHOWN]), _may(request, "edit_service", found)
    shown = [one for one in audits if may or one.is_public]
    context = {
        "commons": found.commons,
        "service": found,
        "results": list(queries.results_that_count(found)[: queries.SHOWN]),
        "measurements": list(queries.measurements_that_count(found)[: queries.SHOWN]),
        "months": queries.by_month(found),
        "ai_notes": list(ai_notes_of(found)[: queries.SHOWN]),
        "past": over_time(shown, timezone.localdate()),
        "steps": list(pairwise(shown)),
        "draft": any(one.state == "draft" for one in audits),
        "published": any(one.is_public for one in audits),
        "may_edit": found.withdrawn_at is None and may,
    }
    return render(request, "assessment/service.html", context)


@asked_or_sent
@account_needed
def bring(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """A file of measures is read at once and kept as energy by the hour."""
    found, by = queries.service_at(slug, service), signed_in(request)
    allow("assessment.import_measurement", by, found)
    form = MeasurementForm(request.POST, request.FILES) if request.method == "POST" else MeasurementForm()
    made = written(form, lambda: writes.import_measurement(by, found, brought=form.brought, at=timezone.now()))
    if made is None:
        context = {"commons": found.commons, "service": found, "form": form}
        return form_page(request, "assessment/measurement_form.html", context)
    messages.success(request, _("Read. Say what you know of the machine, and compute."))
    return redirect(made)


@asked_or_sent
def measurement(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    """What was understood of a file; for who speaks for the commons, the form of a result."""
    found = queries.measurement_at(queries.service_at(slug, service), pk)
    if request.method == "POST":
        return _computed(request, found)
    return _measured(request, found, ResultForm.of(found))


@account_needed
def _computed(request: HttpRequest, found: Measurement) -> HttpResponse:
    form, by = ResultForm(request.POST, request.FILES, measurement=found), signed_in(request)
    allow("assessment.compute_footprint", by, found)
    made = written(
        form,
        lambda: writes.compute_footprint(by, found, given=form.given, hours=form.hours, at=timezone.now()),
    )
    return _measured(request, found, form) if made is None else redirect(made)


def _measured(request: HttpRequest, found: Measurement, form: ResultForm) -> HttpResponse:
    context: dict[str, Any] = {
        "commons": found.service.commons,
        "service": found.service,
        "measurement": found,
        "energy": found.energy(),
        "form": form if found.withdrawn_at is None and _may(request, "compute_footprint", found) else None,
        "results": list(found.results.select_related("service__commons").order_by("-created_at")[: queries.SHOWN]),
    }
    if context["form"] is None:
        return render(request, "assessment/measurement.html", context)
    return form_page(request, "assessment/measurement.html", context)


@require_POST
@account_needed
def withdraw_measurement(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    found = queries.measurement_at(queries.service_at(slug, service), pk)
    writes.withdraw_measurement(signed_in(request), found, at=timezone.now())
    messages.success(request, _("Withdrawn: it counts nowhere any more. The file can be brought in again."))
    return redirect(found)


@of_service
def result(request: HttpRequest, found: DigitalService, pk: UUID) -> HttpResponse:
    """One result, as it was computed, for ever."""
    one = queries.result_at(found, pk)
    context = {"commons": found.commons, "service": found, "one": one, "result": one.result}
    context |= {"newer": queries.replacing(one), "may_recompute": _may(request, "recompute_footprint", one)}
    return render(request, "assessment/footprint_of_service.html", context)


@require_POST
@account_needed
def recompute(request: HttpRequest, slug: str, service: str, pk: UUID) -> HttpResponse:
    old = queries.result_at(queries.service_at(slug, service), pk)
    try:
        made = writes.recompute_footprint(signed_in(request), old, at=timezone.now())
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect(old)
    messages.success(request, _("Computed with the numbers of today. The result before it stays."))
    return redirect(made)
