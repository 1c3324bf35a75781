"""Pages of organisers about a call for sessions: its days, questions, criteria, phases and reviewers, then the decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.actions import allow
from communaux.core.errors import BadRequest, NotFound, Refusal
from communaux.core.models import Person
from communaux.gatherings import proposing, services
from communaux.gatherings.forms import CallForm, CriterionForm, DecisionForm, PhaseForm, QuestionForm, ReviewerForm
from communaux.gatherings.models import Edition, SessionProposal
from communaux.gatherings.queries import editions, proposals
from communaux.gatherings.queries.proposals import Days
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.labels import TABLES
from communaux.web.reviewing import page_of
from communaux.web.sending import again, refused, sent

CHANGED = "changed_meanwhile"
CHANGED_HERE = ("question", "criterion", "phase")
READS = "gatherings.read_proposals"


@account_needed
@reads_and_writes
def session_call(request: HttpRequest, gathering: str) -> HttpResponse:
    """Each part has its form; the one that was refused comes back with what was typed."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.set_call", by, found)
    if request.method != "POST":
        return _desk(request, by, found)
    do = request.POST.get("do", "")
    if do.startswith("drop-"):
        return _drop(request, by, found, do)
    form = _forms(by, found, request.POST).get(do)
    if form is None:
        raise BadRequest("unknown_act", _("This form does not say what to do."))
    if sent(form, lambda: _write(by, found, do, form)):
        messages.success(request, _("Saved."))
        return redirect("session_call", found.slug)
    if refused(form, CHANGED):
        call = proposals.call_of(found)
        form.data = again(request, str(call.written if call else 0))
    return _desk(request, by, found, do, form)


def _chosen(found: Edition, name: str, pk: str) -> dict[str, Any]:
    """What the form of a question, a criterion or a phase begins with, to change it."""
    rows: dict[str, QuerySet[Any]] = {
        "question": found.questions.all(),
        "criterion": found.criteria.all(),
        "phase": found.review_phases.all(),
    }
    one = next((each for each in rows.get(name, ()) if pk and str(each.pk) == pk), None)
    if one is None:
        return {}
    held = {field.name: getattr(one, field.name) for field in one._meta.concrete_fields if field.name != "edition"}
    return held | {"one": one.pk, "choices": "\n".join(held.get("choices", []))}


def _forms(
    by: Person, found: Edition, typed: QueryDict | None = None, asked: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Form]:
    """Each by its name; the one that was sent holds what was typed, the one that was `asked` for the words to change."""
    do = typed.get("do", "") if typed else ""
    call, day = proposals.call_of(found), timezone.localdate()
    phases = list(found.review_phases.order_by("position"))
    begun = {name: getattr(call, name) for name in ("opens_on", "closes_on", "text")} if call else {}
    last = phases[-1].ends_on + timedelta(days=1) if phases else found.starts_on

    def made(name: str, make: Callable[..., Form], **given: Any) -> Form:
        chosen = _chosen(found, name, asked.get(name, ""))
        initial = given.pop("initial", {}) | chosen
        return make(typed if name == do else None, auto_id=f"{name}_%s", initial=initial, **given)

    return {
        "call": made("call", CallForm, initial=begun | {"base": call.written if call else 0}),
        "question": made("question", QuestionForm, words=TABLES["question_variant"]),
        "criterion": made("criterion", CriterionForm),
        "phase": made("phase", PhaseForm, initial={"position": min(len(phases) + 1, 2)}),
        "reviewer": made(
            "reviewer", ReviewerForm, people=proposals.may_be_named(found, by, day), initial={"until": max(last, day)}
        ),
    }


def _write(by: Person, found: Edition, do: str, form: Form) -> object:
    told, at = form.cleaned_data, timezone.now()
    match do:
        case "call":
            given = {name: told[name] for name in ("opens_on", "closes_on", "text")}
            return services.set_call(by, found, base=told["base"] or 0, told=given, at=at)
        case "question" | "criterion":
            given = {name: value for name, value in told.items() if name != "one"}
            return _put(by, found, do, str(told["one"] or ""), given)
        case "phase":
            given = {name: told[name] for name in ("starts_on", "ends_on", "anonymised", "sees_others")}
            return services.set_phase(by, found, position=told["position"], told=given, at=at)
        case _:
            return services.name_reviewer(by, found, **told, at=at)


def _put(by: Person, found: Edition, do: str, one: str, told: dict[str, Any]) -> object:
    """A question or a criterion: a new one, or the one whose number is given."""
    at = timezone.now()
    if do == "question":
        if one:
            return services.change_question(by, _one(found.questions.all(), one), told=told, at=at)
        return services.add_question(by, found, told=told, at=at)
    if one:
        return services.change_criterion(by, _one(found.criteria.all(), one), told=told, at=at)
    return services.add_criterion(by, found, told=told, at=at)


def _drop(request: HttpRequest, by: Person, found: Edition, do: str) -> HttpResponse:
    """`drop-criterion` and its number; what is used stays, and a sentence says so."""
    rows: dict[str, tuple[QuerySet[Any], Callable[[Any], object]]] = {
        "drop-question": (found.questions.all(), lambda one: services.drop_question(by, one, at=timezone.now())),
        "drop-criterion": (found.criteria.all(), lambda one: services.drop_criterion(by, one, at=timezone.now())),
        "drop-phase": (found.review_phases.all(), lambda one: services.drop_phase(by, one, at=timezone.now())),
        "drop-reviewer": (
            proposals.reviewers(found, timezone.localdate()),
            lambda one: services.drop_reviewer(by, found, grant=one, at=timezone.now()),
        ),
    }
    if do not in rows:
        raise BadRequest("unknown_act", _("This form does not say what to do."))
    those, act = rows[do]
    try:
        act(_one(those, request.POST.get("one", "")))
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
    return redirect("session_call", found.slug)


def _one(rows: QuerySet[Any], asked: str) -> Any:
    found = next((one for one in rows if str(one.pk) == asked), None)
    if found is None:
        raise NotFound("no_such_row", _("This is not there any more."))
    return found


def _desk(request: HttpRequest, by: Person, found: Edition, do: str = "", tried: Form | None = None) -> HttpResponse:
    asked = {name: request.GET[name] for name in CHANGED_HERE if request.method == "GET" and name in request.GET}
    forms = _forms(by, found, asked=asked) | ({do: tried} if tried else {})
    context = {
        "edition": found,
        "told": proposals.days(found, timezone.now()),
        "questions": proposals.questions(found),
        "criteria": proposals.criteria(found),
        "reviewers": proposals.reviewers_known(found, by, timezone.localdate()),
        "forms": forms,
        "tried": do or next(iter(asked), ""),
        "theirs": tried is not None and refused(tried, CHANGED),
    }
    return render(request, "gatherings/session_call.html", context, status=422 if tried else 200)


@account_needed
@require_safe
def decisions(request: HttpRequest, gathering: str) -> HttpResponse:
    """What was proposed, with what its reviews come to; what one proposed or has a conflict with is not there."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.set_call", by, found)
    told = proposals.days(found, timezone.now())
    reviews_too = _reviews_too(by, told)
    by_score = request.GET.get("tri") == "note" and not reviews_too
    page = page_of(request, found, by, by_score=by_score)
    context = {
        "edition": found,
        "told": told,
        "reviews_too": reviews_too,
        "by_score": by_score,
        "hidden": proposals.sent(found).count() - page["total"],
        **page,
    }
    return render(request, "gatherings/decisions.html", context)


@account_needed
@reads_and_writes
def decision(request: HttpRequest, gathering: str, proposal: UUID) -> HttpResponse:
    """The whole proposal, its reviews, and what may be decided."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.set_call", by, found)
    row = proposals.to_judge(found, proposal, by)
    form = _decision_form(row, request.POST if request.method == "POST" else None)
    if sent(form, lambda: _decide(by, row, form)):
        messages.success(request, _("Decided: whoever proposed it is told."))
        return redirect("decisions", found.slug)
    if refused(form, CHANGED):
        row = proposals.to_judge(found, proposal, by)
        form.data = again(request, str(row.written))
    return render(
        request, "gatherings/decision.html", _file(row, by) | {"form": form}, status=422 if form.errors else 200
    )


def _decision_form(row: SessionProposal, typed: QueryDict | None) -> DecisionForm:
    """With what its state allows; one that was sent may ask for more: the service says why not."""
    events = proposing.DECISIONS if typed is not None else proposing.decisions(row.state)
    words = TABLES["decision"]
    return DecisionForm(typed, events=[(one, words[one]) for one in events], initial={"base": row.written})


def _decide(by: Person, row: SessionProposal, form: DecisionForm) -> SessionProposal:
    told = form.cleaned_data
    given = {"event": told["event"], "because": told["because"], "base": told["base"] or 0}
    return services.decide_proposal(by, row, **given, at=timezone.now())


def _file(row: SessionProposal, by: Person) -> dict[str, Any]:
    """The whole of it; who reviews too reads, until the review is over, what a reviewer may."""
    told = proposals.days(row.edition, timezone.now())
    reviews_too = _reviews_too(by, told)
    hidden = reviews_too and told.anonymised
    written = proposals.reviews(row) if not reviews_too or told.sees_others else []
    return {
        "edition": row.edition,
        "row": row,
        "told": told,
        "reviews_too": reviews_too,
        "hidden": hidden,
        "bodies": [] if hidden else proposals.bodies(row, timezone.localdate()),
        "answers": proposals.answered(row, reviewer=reviews_too, anonymised=hidden),
        "reviews": written,
        "verdict": proposing.verdict(one.score for one in written),
        "may": proposing.decisions(row.state),
    }


def _reviews_too(by: Person, told: Days) -> bool:
    return not told.reviewed and told.call is not None and rules.has_perm(READS, by, told.call.edition)
