"""Pages to say that one takes care of a commons, and to decide it."""

from __future__ import annotations

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communaux.catalogue import services
from communaux.catalogue.forms.claims import ClaimForm
from communaux.catalogue.models import Claim
from communaux.catalogue.queries import claims as claim_queries
from communaux.catalogue.queries import commons as commons_queries
from communaux.core import services as core_services
from communaux.core.actions import allow
from communaux.core.errors import NotFound, NotReady
from communaux.web.accounts import account_needed, signed_in
from communaux.web.space.acts import waits

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
    held = claim_queries.stewards(found, timezone.localdate()).filter(person=by).first()
    context = {"commons": found, "form": form, "asked": claim_queries.of_commons(found, by), "held": held}
    return render(request, "catalogue/claim.html", context)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Give up the role; the last steward is told to find a successor first."""
    by, found = signed_in(request), commons_queries.by_slug(slug)
    held = claim_queries.stewards(found, timezone.localdate()).filter(person=by).first()
    if held is None:
        raise NotFound("no_role", _("You do not speak for this commons."))
    core_services.revoke(by, held, at=timezone.now(), reason="")
    messages.success(request, _("You do not speak for this commons any more."))
    return redirect(found)


@account_needed
@reads_and_writes
def decide(request: HttpRequest, claim: int) -> HttpResponse:
    """The proof, where it stands, and the buttons of whoever may decide."""
    by, asked = signed_in(request), get_object_or_404(Claim.objects.select_related("commons", "person"), pk=claim)
    act = claim_queries.act_of(asked, timezone.now())
    if asked.person != by and not rules.has_perm("core.read_dual_act", by, act):
        allow("catalogue.accept_claim", by, asked)
    if request.method == "POST":
        _decide(request, asked)
        return redirect("claim", asked.pk)
    return render(request, "catalogue/claim_decide.html", {"asked": asked, "act": act, "waits": act and waits(act)})


def _decide(request: HttpRequest, asked: Claim) -> None:
    by, at = signed_in(request), timezone.now()
    match request.POST.get("do"):
        case "accept":
            services.accept_claim(by, asked, at=at)
            messages.success(request, _("Kept: another person has to release the role."))
        case "refuse":
            services.refuse_claim(by, asked, reason=request.POST.get("reason", ""), at=at)
            messages.success(request, _("Decided."))
        case _:
            raise NotReady("unknown_act", _("This form does not say what to do."))
