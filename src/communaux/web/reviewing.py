"""Pages of who reads what is proposed for a meeting: the list, and one proposal, after a word on conflicts of interest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.actions import allow
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import ConflictForm, ReviewForm
from communaux.gatherings.models import Edition, SessionProposal, SessionReview
from communaux.gatherings.queries import editions, proposals
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.sending import again, refused, sent

PER_PAGE = 20


@account_needed
@require_safe
def review_list(request: HttpRequest, gathering: str) -> HttpResponse:
    """What may be read; what one proposed oneself or has a conflict with is not there."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.read_proposals", by, found)
    context = {"edition": found, "told": proposals.days(found, timezone.now()), **page_of(request, found, by)}
    return render(request, "gatherings/review_list.html", context)


def page_of(request: HttpRequest, found: Edition, by: Person, *, by_score: bool = False) -> dict[str, Any]:
    """Some of what this person may judge; `total`: how many there are. A score is of all reviews: by it, all are read."""
    rows: Any = proposals.listed(found, by)
    if by_score:
        rows = sorted(proposals.judged(found, by), key=lambda one: one.rank)
    paginator = Paginator(rows, PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    shown = list(page.object_list) if by_score else proposals.judged(found, by, page.object_list)
    told = {"rows": shown, "total": paginator.count}
    return told | pager.context(page.number, paginator.num_pages)


@account_needed
@reads_and_writes
def review_proposal(request: HttpRequest, gathering: str, proposal: UUID) -> HttpResponse:
    """First whether one has a conflict of interest, then the proposal and one's scores."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.read_proposals", by, found)
    row = proposals.to_judge(found, proposal, by)
    mine = proposals.review_of(row, by)
    if mine is None or request.POST.get("do") == "conflict":
        return _declare(request, by, row)
    return _review(request, by, row, mine)


def _declare(request: HttpRequest, by: Person, row: SessionProposal) -> HttpResponse:
    form = ConflictForm(request.POST if request.method == "POST" else None)
    if said := sent(form, lambda: services.declare_conflict(by, row, **form.cleaned_data, at=timezone.now())):
        if said.conflict:
            messages.success(request, _("Noted: this proposal is hidden from you from now on."))
            return redirect("review_list", row.edition.slug)
        return redirect("review_proposal", row.edition.slug, row.pk)
    context = {"edition": row.edition, "row": row, "form": form}
    return render(request, "gatherings/review_conflict.html", context, status=422 if form.errors else 200)


def _review(request: HttpRequest, by: Person, row: SessionProposal, mine: SessionReview) -> HttpResponse:
    begun = {f"score_{pk}": str(score) for pk, score in mine.scores.items()} | {"text": mine.text}
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        criteria=proposals.criteria(row.edition),
        initial=begun | {"base": mine.written},
    )
    if sent(form, lambda: _write(by, row, form)):
        messages.success(request, _("Your review is kept."))
        return redirect("review_list", row.edition.slug)
    if refused(form, "changed_meanwhile") and (now := proposals.review_of(row, by)):
        form.data = again(request, str(now.written))
    context = _shown(row, by) | {"form": form, "mine": mine}
    return render(request, "gatherings/review.html", context, status=422 if form.errors else 200)


def _write(by: Person, row: SessionProposal, form: ReviewForm) -> SessionReview:
    told = form.cleaned_data
    given = {"base": told["base"] or 0, "scores": form.scores(), "text": told["text"]}
    return services.write_review(by, row, **given, at=timezone.now())


def _shown(row: SessionProposal, by: Person) -> dict[str, Any]:
    """What the phase lets a reviewer read."""
    told = proposals.days(row.edition, timezone.now())
    hidden = told.anonymised
    return {
        "edition": row.edition,
        "row": row,
        "told": told,
        "hidden": hidden,
        "bodies": [] if hidden else proposals.bodies(row, timezone.localdate()),
        "answers": proposals.answered(row, reviewer=True, anonymised=hidden),
        "others": proposals.reviews(row, but=by) if told.sees_others else (),
    }
