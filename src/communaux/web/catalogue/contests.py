"""Contest what a sheet says: open a contest, read them all, answer, judge and withdraw one."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.catalogue.contests import CODES, KIND, is_many
from communaux.catalogue.fixed_facts import is_fact
from communaux.catalogue.forms.contests import Answering, Contesting, Judging
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import contests as queries
from communaux.catalogue.queries.search import PER_PAGE
from communaux.core import contest as core_contest
from communaux.core.errors import Conflict, NotFound
from communaux.core.models import Contest
from communaux.web import pager
from communaux.web.accounts import signed_in
from communaux.web.catalogue.acting import acting_on
from communaux.web.labels import FACT, STAGE, VERDICT

ACTS = ("answer", "decide", "withdraw")
WORDS = {"stage": STAGE, "is_commons": VERDICT}


@require_safe
def contests(request: HttpRequest) -> HttpResponse:
    paginator = Paginator(queries.contests(), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    subjects, now = queries.subjects(page.object_list), timezone.now()
    rows = [(one, subjects.get(one.subject_id), core_contest.is_overdue(one, now)) for one in page.object_list]
    context = {"rows": rows, "total": paginator.count, **pager.context(page.number, paginator.num_pages)}
    return render(request, "catalogue/contests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_on
def commons_contest(request: HttpRequest, found: Commons) -> HttpResponse:
    """Without `quoi` the things that can be contested, with it the form for one of them."""
    things = [one for one in queries.things(found) if _is_shown(one)]
    code = request.GET.get("quoi", "")
    thing = next((one for one in things if one.code == code), None)
    if thing is None:
        return render(request, "catalogue/commons_contest.html", {"commons": found, "things": things})
    form = Contesting(request.POST or None, code=code, choices=_choices(code), many=is_many(found, code))
    if form.is_valid():
        return _opened(request, found, code, form.cleaned_data)
    context = {"commons": found, "thing": thing, "form": form}
    return render(request, "catalogue/commons_contest.html", context, status=422 if form.is_bound else 200)


def _is_shown(thing: queries.Thing) -> bool:
    """A fact without a word of ours stands on no sheet."""
    return not is_fact(thing.code) or thing.code.partition(".")[2] in FACT


def _choices(code: str) -> list[tuple[str, Any]] | None:
    if code not in CODES:
        return None
    return [("", _("choose")), *((value, WORDS[code][value]) for value in CODES[code])]


def _opened(request: HttpRequest, found: Commons, code: str, said: dict[str, Any]) -> HttpResponse:
    """The contest that was just opened; sent twice, the form leads to the first one."""
    by, subject, value = signed_in(request), (KIND, str(found.pk)), said.get("proposed", "")
    try:
        made = core_contest.open_contest(
            by, subject=subject, field=code, proposed=value, fact=said["fact"], links=said["links"], at=timezone.now()
        ).pk
        messages.success(request, _("Your contest is public now. An answer is due within 30 days."))
    except Conflict as known:
        if known.code != "already_contested":
            raise
        made = known.details["contest"]
        messages.info(request, known.message)
    return redirect("contest", made)


@require_safe
def contest(request: HttpRequest, contest: int) -> HttpResponse:
    return _page(request, _found(contest))


def _found(number: int) -> Contest:
    people = ("by", "answered_by", "decided_by", "seconded_by")
    found = Contest.objects.select_related(*people).filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound("unknown_contest", _("No contest has this number."))
    return found


def _page(request: HttpRequest, found: Contest, status: int = 200, **forms: object) -> HttpResponse:
    commons, thing = queries.thing_of(found)
    now, standing = timezone.now(), found.state in Contest.STANDING
    opinions = list(found.opinions.select_related("by").order_by("pk"))
    may = {act: standing and rules.has_perm(f"core.{act}_contest", request.user, found) for act in ACTS}
    context = {
        "contest": found,
        "commons": commons,
        "thing": thing,
        "evidence": core_contest.evidence_of(found),
        "opinions": opinions,
        "overdue": core_contest.is_overdue(found, now),
        "answers": may["answer"] and found.state == Contest.State.OPEN,
        "decides": may["decide"]
        and core_contest.is_ripe(found, now)
        and request.user.pk not in {o.by_id for o in opinions},
        "withdraws": may["withdraw"],
        "answering": Answering(),
        "judging": Judging(),
    } | forms
    return render(request, "catalogue/contest.html", context, status=status)


@require_POST
def contest_answer(request: HttpRequest, contest: int) -> HttpResponse:
    by, found = signed_in(request), _found(contest)
    form = Answering(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, answering=form)
    core_contest.answer_contest(by, found, **form.cleaned_data, at=timezone.now())
    messages.success(request, _("Your answer is public now. Two persons outside the dispute judge."))
    return redirect("contest", contest)


@require_POST
def contest_decide(request: HttpRequest, contest: int) -> HttpResponse:
    by, found = signed_in(request), _found(contest)
    form = Judging(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, judging=form)
    done = core_contest.decide_contest(by, found, **form.cleaned_data, at=timezone.now())
    closed = done.state in Contest.DECIDED
    said = _("The contest is decided.") if closed else _("Your opinion is kept: a second person has to agree.")
    messages.success(request, said)
    return redirect("contest", contest)


@require_POST
def contest_withdraw(request: HttpRequest, contest: int) -> HttpResponse:
    core_contest.withdraw_contest(signed_in(request), _found(contest), at=timezone.now())
    messages.success(request, _("Your contest is withdrawn; it stays readable."))
    return redirect("contest", contest)
