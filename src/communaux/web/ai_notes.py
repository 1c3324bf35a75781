"""Notes on whether AI is needed: signed from the calculator's answers, read by whoever has the address, revised by who signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communaux.assessment import queries_ai_notes as queries
from communaux.assessment import queries_footprint
from communaux.assessment import services_ai_notes as writes
from communaux.assessment.ai_noting import Signed, Signing
from communaux.assessment.forms_ai_note import AnswersForm, SignForm
from communaux.assessment.models import AiNote, DigitalService
from communaux.catalogue.queries.reuses import bodies_of
from communaux.core.actions import allow
from communaux.core.errors import BadRequest
from communaux.web.accounts import account_needed, signed_in
from communaux.web.kept import written
from communaux.web.unchanged import while_unchanged

asked_or_sent = require_http_methods(["GET", "HEAD", "POST"])


@asked_or_sent
@account_needed
def sign(request: HttpRequest) -> HttpResponse:
    """`?service=` its number, and the answers as the calculator's address has them."""
    by, service = signed_in(request), service_asked(request)
    allow("assessment.sign_ai_note", by, Signing(service))
    bodies = bodies_of(by, timezone.localdate())
    if request.method != "POST":
        given = request.GET.dict()
        form, answers = SignForm.blank(given.get("need", ""), bodies), AnswersForm(initial=given)
        return _page(request, form, answers, service=service)
    form = SignForm(request.POST, bodies=bodies)

    def write(told: Signed) -> AiNote:
        signing = Signing(service, form.cleaned_data.get("organisation"))
        return writes.sign_ai_note(by, signing, told=told, at=timezone.now())

    return _signed(request, form, write, service=service)


@asked_or_sent
@account_needed
def revise(request: HttpRequest, pk: UUID) -> HttpResponse:
    old, by = queries.ai_note_at(pk), signed_in(request)
    allow("assessment.revise_ai_note", by, old)
    if request.method != "POST":
        return _page(request, SignForm.of(old), AnswersForm.of(old.decision.answers), service=old.service, old=old)

    def write(told: Signed) -> AiNote:
        return writes.revise_ai_note(by, old, told=told, at=timezone.now())

    return _signed(request, SignForm(request.POST), write, service=old.service, old=old)


def service_asked(request: HttpRequest) -> DigitalService | None:
    if not (told := request.GET.get("service", "")):
        return None
    try:
        return queries_footprint.service_numbered(UUID(told))
    except ValueError as error:
        raise BadRequest("no_number", _("This form cannot be read. Open the page again.")) from error


def _signed(
    request: HttpRequest,
    form: SignForm,
    write: Callable[[Signed], AiNote],
    *,
    service: DigitalService | None,
    old: AiNote | None = None,
) -> HttpResponse:
    answers = AnswersForm(request.POST)
    made = written(form, lambda: write(form.told(answers.result.answers))) if answers.is_valid() else None
    if made is None:
        return _page(request, form, answers, service=service, old=old)
    messages.success(request, _("Signed: this page keeps its address."))
    return redirect(made)


def _page(
    request: HttpRequest,
    form: SignForm,
    answers: AnswersForm,
    *,
    service: DigitalService | None,
    old: AiNote | None = None,
) -> HttpResponse:
    """Questions stand open where one of them has to be corrected, or the first was not answered yet."""
    wrong = bool(form.errors or answers.errors)
    context: dict[str, Any] = {"form": form, "answers": answers, "service": service, "old": old}
    context["open"] = bool(answers.errors) or not answers["task"].value()
    return render(request, "assessment/ai_note_form.html", context, status=422 if wrong else 200)


@require_safe
@while_unchanged
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of it, for anybody and for print."""
    one = queries.ai_note_at(pk)
    may = request.user.is_authenticated and rules.has_perm("assessment.revise_ai_note", request.user, one)
    newer = getattr(one, "replaced_by", None)
    context = {"one": one, "found_out": one.decision, "newer": newer, "may_revise": may and newer is None}
    context["said"] = list(AnswersForm.of(one.decision.answers).in_words())
    context["late"] = newer is None and one.review_on <= timezone.localdate()
    return render(request, "assessment/ai_note.html", context)
