"""Pages of who proposes a session for a meeting: the form, which asks for an account at its end, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.errors import BadRequest
from communaux.core.ids import is_uuid
from communaux.core.models import Person
from communaux.gatherings import proposing, services
from communaux.gatherings.forms import ProposalForm, begun_proposal
from communaux.gatherings.models import Edition, SessionProposal
from communaux.gatherings.queries import editions, proposals
from communaux.gatherings.queries.proposals import Days
from communaux.web import resuming
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.labels import TABLES
from communaux.web.sending import again, refused, sent

WORDS = ("draft", "send")  # of the button: keep it as a draft, or send it


@reads_and_writes
def propose(request: HttpRequest, gathering: str) -> HttpResponse:
    """Anybody reads and fills it in; an account is asked for when it is sent, and what was typed comes back."""
    found = editions.get(gathering)
    told, back = proposals.days(found, timezone.now()), resuming.taken_back(request)
    typed = request.POST if request.method == "POST" else back
    form = _form(found, typed, _begun(request))
    if request.method == "POST" and (answer := _sent(request, found, told, form)):
        return answer
    if back:
        messages.info(request, _("You are signed in: send the form once more."))
    late = proposals.refused(told)
    context = {"edition": found, "told": told, "form": form, "late": late and late[1], "back": back is not None}
    status = 422 if request.method == "POST" else 200
    return render(request, "gatherings/propose.html", context, status=status)


def _sent(request: HttpRequest, found: Edition, told: Days, form: ProposalForm) -> HttpResponse | None:
    """Where a form that was sent leads; None where it comes back."""
    if not isinstance(request.user, Person):
        if told.open and form.is_valid() and resuming.keep(request):
            return render(request, "sign_in_first.html", {"first": True})
        if late := proposals.refused(told):
            form.add_error(None, late[1])
        return None
    by, submit = request.user, _submits(request)
    if sent(form, lambda: _propose(by, found, form, submit=submit)) is None:
        return None
    messages.success(request, _("Your proposal is sent.") if submit else _("Kept as a draft: only you see it."))
    return redirect("own_proposals", found.slug)


def _submits(request: HttpRequest) -> bool:
    return request.POST.get("do") != "draft"


def _propose(by: Person, found: Edition, form: ProposalForm, *, submit: bool) -> SessionProposal:
    given: dict[str, Any] = {"told": form.told(), "answers": form.answers(), "submit": submit}
    return services.propose(by, found, key=form.cleaned_data["key"], **given, at=timezone.now())


def _form(found: Edition, typed: Any, initial: dict[str, Any]) -> ProposalForm:
    drafting = typed is not None and typed.get("do") == "draft"
    asked, words = proposals.questions(found), TABLES["session_kind"]
    return ProposalForm(typed, asked=asked, words=words, drafting=drafting, initial=initial)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """Empty, or with the words of a proposal of one's own for another meeting."""
    asked = request.GET.get("depuis", "")
    if isinstance(request.user, Person) and is_uuid(asked):
        known = SessionProposal.objects.filter(pk=asked, author=request.user).first()
        if known:
            return begun_proposal(known, {}) | {"key": uuid4(), "base": None}
    return {"key": uuid4(), "minutes": 60}


@require_safe
def own_proposals(request: HttpRequest, gathering: str) -> HttpResponse:
    """One's own, and how many there are in all; nothing else is public."""
    found = editions.get(gathering)
    context = {
        "edition": found,
        "told": proposals.days(found, timezone.now()),
        "n": proposals.sent(found).count(),
        "own": proposals.own(found, request.user) if isinstance(request.user, Person) else (),
    }
    return render(request, "gatherings/own_proposals.html", context)


@account_needed
@reads_and_writes
def own_proposal(request: HttpRequest, gathering: str, proposal: UUID) -> HttpResponse:
    """Where it stands, its words until the deadline, and what its author may do."""
    by, found = signed_in(request), editions.get(gathering)
    row = proposals.of_author(found, proposal, by)
    do, typed = request.POST.get("do", ""), request.POST if request.method == "POST" else None
    if typed is not None and do not in WORDS:
        return _act(request, by, row, do)
    form = _form(found, typed, begun_proposal(row, proposals.answers(row)))
    if typed is not None and sent(form, lambda: _change(request, by, row, form)) is not None:
        messages.success(request, _("Saved."))
        return redirect("own_proposal", found.slug, row.pk)
    theirs = refused(form, "changed_meanwhile")
    if theirs:
        row = proposals.of_author(found, proposal, by)
        form.data = again(request, str(row.written))
    status = 422 if typed is not None else 200
    return render(request, "gatherings/own_proposal.html", _context(row, form) | {"theirs": theirs}, status=status)


def _context(row: SessionProposal, form: ProposalForm) -> dict[str, Any]:
    at = timezone.now()
    told = proposals.days(row.edition, at)
    declined = row.state == SessionProposal.State.DECLINED
    return {
        "edition": row.edition,
        "row": row,
        "form": form,
        "told": told,
        "may_change": (told.open and row.state in {"draft", "submitted"}) or form.is_bound,
        "answers": proposals.answered(row),
        "may": {event for event in ("confirm", "withdraw") if (row.state, event) in proposing.STEPS}
        | ({"discard"} if row.state == SessionProposal.State.DRAFT else set()),
        "elsewhere": proposals.open_elsewhere(row.edition, at) if declined else (),
    }


def _change(request: HttpRequest, by: Person, row: SessionProposal, form: ProposalForm) -> SessionProposal:
    given: dict[str, Any] = {"told": form.told(), "answers": form.answers(), "submit": _submits(request)}
    return services.change_proposal(by, row, base=form.cleaned_data["base"] or 0, **given, at=timezone.now())


def _act(request: HttpRequest, by: Person, row: SessionProposal, do: str) -> HttpResponse:
    if do == "discard":
        services.discard_proposal(by, row, at=timezone.now())
        messages.success(request, _("The draft is gone."))
        return redirect("own_proposals", row.edition.slug)
    acts: dict[str, tuple[Callable[..., SessionProposal], str]] = {
        "withdraw": (services.withdraw_proposal, _("Your proposal is withdrawn.")),
        "confirm": (
            services.confirm_proposal,
            _("Your proposal is confirmed: the organisers give it a room and a time."),
        ),
        "beside": (services.hold_beside, _("Noted: the organisers read that you would hold it beside the programme.")),
    }
    if do not in acts:
        raise BadRequest("unknown_act", _("This form does not say what to do."))
    act, sentence = acts[do]
    act(by, row, at=timezone.now())
    messages.success(request, sentence)
    return redirect("own_proposal", row.edition.slug, row.pk)
