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
from communaux.assessment.forms import CheckForm, CorrectionForm
from communaux.assessment.models import Correction
from communaux.core.actions import allow
from communaux.core.errors import BadRequest, NotFound
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import kept_commons, moved
from communaux.web.kept import written

looked_at_or_sent = require_http_methods(["GET", "HEAD", "POST"])


@looked_at_or_sent
def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said, for everybody; a form, for whoever is signed in."""
    found = kept_commons(slug)
    if there := moved(request, found, slug):
        return there
    if request.method != "POST":
        return _page(request, slug, CorrectionForm())
    return _checked(request, slug) if "check" in request.POST else _said(request, slug)


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


@account_needed
def _checked(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether what was said is about an address: shown once to who decides on it, kept nowhere."""
    found, number = kept_commons(slug), request.POST["check"]
    said = next((one for one in queries.corrections_of(found) if str(one.pk) == number), None)
    if said is None:
        raise NotFound("unknown_correction", _("Nothing of this number was said here."))
    allow("assessment.decide_correction", signed_in(request), said)
    check = CheckForm(request.POST, said=said)
    return _page(request, slug, CorrectionForm(), check)


def _page(request: HttpRequest, slug: str, form: CorrectionForm, asked: CheckForm | None = None) -> HttpResponse:
    found = kept_commons(slug)
    rows = [
        (one, asked if asked and asked.said == one else CheckForm(said=one)) for one in queries.corrections_of(found)
    ]
    status = 422 if form.errors or (asked and asked.errors) else 200
    context = {"commons": found, "form": form, "corrections": rows}
    return render(request, "assessment/corrections.html", context, status=status)


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
