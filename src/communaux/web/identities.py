"""Who is who in a history: put it right on the page of a commons; ask, in one's own space, not to be counted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.assessment import correcting, queries
from communaux.assessment.forms import CorrectionForm
from communaux.assessment.models import Correction
from communaux.core.errors import BadRequest
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import kept_commons, moved
from communaux.web.kept import form_page, written

looked_at_or_sent = require_http_methods(["GET", "HEAD", "POST"])


@looked_at_or_sent
def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said, for everybody; a form, for whoever is signed in."""
    found = kept_commons(slug)
    if there := moved(request, found, slug):
        return there
    return _said(request, slug) if request.method == "POST" else _page(request, slug, CorrectionForm())


@account_needed
def _said(request: HttpRequest, slug: str) -> HttpResponse:
    found, form, by = kept_commons(slug), CorrectionForm(request.POST), signed_in(request)
    made = written(
        form,
        lambda: correcting.propose_correction(
            by,
            found,
            kind=form.cleaned_data["kind"],
            mails=form.mails(),
            why=form.cleaned_data["why"],
            at=timezone.now(),
        ),
    )
    if made is None:
        return _page(request, slug, form)
    active = made.state == Correction.State.ACTIVE
    messages.success(request, _said_so(active))
    return redirect("corrections", found.slug)


def _said_so(active: bool) -> str:
    if active:
        return _("It counts from the next reading of the repository on, which is asked for.")
    return _("Noted. A steward or an editor decides on it; until then nothing changes.")


def _page(request: HttpRequest, slug: str, form: CorrectionForm) -> HttpResponse:
    found = kept_commons(slug)
    context = {"commons": found, "form": form, "corrections": queries.corrections_of(found)}
    return form_page(request, "assessment/corrections.html", context)


@require_POST
@account_needed
def decide(request: HttpRequest, correction: UUID) -> HttpResponse:
    said = get_object_or_404(Correction.objects.select_related("commons"), pk=correction)
    to = request.POST.get("to", "")
    if to not in ("active", "withdrawn"):
        raise BadRequest("no_decision", _("This form cannot be read. Open the page again."))
    correcting.decide_correction(signed_in(request), said, to=to, at=timezone.now())
    messages.success(request, _("Decided. The repository is read again where that changes a figure."))
    return redirect("corrections", said.commons.slug)


@account_needed
@require_safe
def own_traces(request: HttpRequest) -> HttpResponse:
    """One's own verified addresses, and which of them are counted."""
    rows = queries.counted_addresses(signed_in(request))
    return render(request, "space/traces.html", {"addresses": rows})


@require_POST
@account_needed
def count_me(request: HttpRequest) -> HttpResponse:
    """Do not count this address any more, or count it again."""
    by, mail, now = signed_in(request), request.POST.get("mail", ""), timezone.now()
    if request.POST.get("counted") == "yes":
        correcting.take_back_objection(by, mail, at=now)
        messages.success(request, _("You are counted again from the next reading of each repository on."))
    else:
        correcting.object_to_count(by, mail, at=now)
        messages.success(request, _("You are not counted any more, from the next reading of each repository on."))
    return redirect("own_traces")
