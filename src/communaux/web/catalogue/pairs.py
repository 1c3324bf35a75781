"""Pairs that may be one commons: the list of an editor, the two side by side, naming a new one."""

from __future__ import annotations

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.catalogue.forms.pairs import Different, Named, Same, TakeBack
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.queries import pairs as queries
from communaux.catalogue.queries.search import PER_PAGE
from communaux.catalogue.services import judge_pair, propose_pair, reopen_pair
from communaux.catalogue.services.judging import TO_JUDGE
from communaux.core.actions import allow
from communaux.core.errors import NotFound
from communaux.web import pager
from communaux.web.accounts import signed_in
from communaux.web.catalogue.acting import acting_on


@login_required
@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    allow("catalogue.edit_desk", person)
    paginator = Paginator(queries.to_judge(person, timezone.localdate()), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"page_of": page, "total": paginator.count, **pager.context(page.number, paginator.num_pages)}
    return render(request, "catalogue/pairs.html", context)


@require_safe
def pair(request: HttpRequest, pair: int) -> HttpResponse:
    return _page(request, _found(pair))


def _found(number: int) -> MatchProposal:
    found = queries.pair(number)
    if found is None:
        raise NotFound("unknown_pair", _("No pair has this number."))
    return found


def _page(request: HttpRequest, found: MatchProposal, status: int = 200, **forms: object) -> HttpResponse:
    apart = all(one.state != Commons.State.MERGED for one in (found.a, found.b))
    context = {
        "pair": found,
        "sides": queries.sides(found),
        "merge": queries.last_merge(found),
        "judges": rules.has_perm("catalogue.judge_pair", request.user, found),
        "to_judge": apart and found.state in TO_JUDGE,
        "taken": found.state in {MatchProposal.State.SAME, MatchProposal.State.DIFFERENT},
        "same": Same(pair=found),
        "different": Different(),
        "back": TakeBack(),
    } | forms
    return render(request, "catalogue/pair.html", context, status=status)


@require_POST
def pair_same(request: HttpRequest, pair: int) -> HttpResponse:
    by, found = signed_in(request), _found(pair)
    form = Same(request.POST, pair=found)
    if not form.is_valid():
        return _page(request, found, 422, same=form)
    judge_pair(by, found, **form.cleaned_data, at=timezone.now())
    messages.success(request, _("The two are one now. You can take this back at any time."))
    return redirect("pair", pair)


@require_POST
def pair_different(request: HttpRequest, pair: int) -> HttpResponse:
    by, found = signed_in(request), _found(pair)
    form = Different(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, different=form)
    judge_pair(by, found, kept=None, **form.cleaned_data, at=timezone.now())
    messages.success(
        request, _("The two stay apart and will not be proposed again. You can take this back at any time.")
    )
    return redirect("pair", pair)


@require_POST
def pair_back(request: HttpRequest, pair: int) -> HttpResponse:
    by, found = signed_in(request), _found(pair)
    form = TakeBack(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, back=form)
    reopen_pair(by, found, **form.cleaned_data, at=timezone.now())
    messages.success(request, _("This judgement has been taken back."))
    return redirect("pair", pair)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_on
def commons_merge(request: HttpRequest, found: Commons) -> HttpResponse:
    """Name another commons that may be the same; an editor judges on the page of the pair, the two side by side."""
    form = Named(request.POST or None, about=found)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "catalogue/commons_merge.html", {"commons": found, "form": form}, status=status)
    other, reason = form.cleaned_data["other"], form.cleaned_data["reason"]
    made = propose_pair(signed_in(request), found, other, reason=reason, at=timezone.now())
    messages.success(request, _("This pair is known now: an editor judges it."))
    return redirect("pair", made.pk)
