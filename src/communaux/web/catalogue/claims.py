"""Pages to say that one takes care of a commons, and to decide it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.catalogue import services
from communaux.catalogue.forms.claims import ClaimForm
from communaux.catalogue.models import Claim
from communaux.catalogue.queries import claims as claim_queries
from communaux.core.actions import allow
from communaux.core.errors import NotReady
from communaux.web.accounts import account_needed, signed_in

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@account_needed
@reads_and_writes
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to speak for a commons."""
    by = signed_in(request)
    found = claim_queries.claimable(slug, by)
    form = ClaimForm(request.POST or None)
    if form.is_valid():
        services.claim(by, found, **form.cleaned_data, at=timezone.now())
        messages.success(request, _("Asked: an editor will look at your proof."))
        return redirect("claim_commons", found.slug)
    asked = claim_queries.of_commons(found, by)
    return render(request, "catalogue/claim.html", {"commons": found, "form": form, "asked": asked})


@account_needed
@reads_and_writes
def decide(request: HttpRequest, claim: int) -> HttpResponse:
    """The proof, and the buttons of whoever may decide."""
    by, asked = signed_in(request), get_object_or_404(Claim.objects.select_related("commons", "person"), pk=claim)
    if asked.person != by:
        allow("catalogue.confirm_claim", by, asked)
    if request.method == "POST":
        _decide(request, asked)
        messages.success(request, _("Decided."))
        return redirect("claim", asked.pk)
    return render(request, "catalogue/claim_decide.html", {"asked": asked})


def _decide(request: HttpRequest, asked: Claim) -> None:
    by, at = signed_in(request), timezone.now()
    match request.POST.get("do"):
        case "confirm":
            services.confirm_claim(by, asked, at=at)
        case "refuse":
            services.refuse_claim(by, asked, reason=request.POST.get("reason", ""), at=at)
        case _:
            raise NotReady("unknown_act", _("This form does not say what to do."))
