"""What is proposed for a meeting: written and changed by its author, decided by organisers, confirmed into the programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.gatherings import life, proposing
from communaux.gatherings.models import Edition, ProposalAnswer, Session, SessionProposal
from communaux.gatherings.queries import programmes, proposals

KEPT: Final = 12  # months after the meeting, of answers that may say who somebody is
MOST_PROPOSALS: Final = 10  # of one account for one meeting
COPIED: Final = ("title", "kind", "theme", "summary", "description", "minutes", "language", "needs")
State = SessionProposal.State


@action("gatherings.propose", journaled=False)
def propose(
    by: Person,
    edition: Edition,
    *,
    key: UUID,
    told: Mapping[str, Any],
    answers: Mapping[int, str],
    submit: bool,
    at: datetime,
) -> SessionProposal:
    """Send a proposal, or keep it as a draft; the same form sent twice makes one (`key`)."""
    held = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if made := SessionProposal.objects.filter(pk=key, edition=held, author=by).first():
        return made
    _in_time(held, at)
    if proposals.own(held, by).count() >= MOST_PROPOSALS:
        raise Conflict(
            "too_many_proposals",
            _("An account proposes %(most)d sessions at most for a meeting.") % {"most": MOST_PROPOSALS},
        )
    pk = uuid7() if SessionProposal.objects.filter(pk=key).exists() else key
    one = SessionProposal(pk=pk, edition=held, author=by, state=State.DRAFT, created_at=at, **told)
    return noted("gatherings.propose", by, _written(one, answers, submit, at), at)


@action("gatherings.change_proposal", journaled=False)
def change_proposal(
    by: Person,
    proposal: SessionProposal,
    *,
    base: int,
    told: Mapping[str, Any],
    answers: Mapping[int, str],
    submit: bool,
    at: datetime,
) -> SessionProposal:
    """Until the deadline, and before anything was decided. `base`: how often it was written when it was shown."""
    held = _held(proposal)
    _unchanged(held, base)
    _in_time(held.edition, at)
    if held.state not in {State.DRAFT, State.SUBMITTED}:
        raise Conflict("decided", _("This proposal was decided on: its words stay as they were."))
    for name, value in told.items():
        setattr(held, name, value)
    held.written += 1
    return noted("gatherings.change_proposal", by, _written(held, answers, submit, at), at)


def _written(one: SessionProposal, answers: Mapping[int, str], submit: bool, at: datetime) -> SessionProposal:
    submitted = submit or one.state == State.SUBMITTED
    asked = proposals.questions(one.edition)
    missing = [each.label for each in asked if each.required and not answers.get(each.pk)]
    if submitted and missing:
        raise NotReady("answers_missing", _("Answer this first: %(what)s") % {"what": missing[0]}, missing=missing)
    if submit and one.state == State.DRAFT:
        _step(one, "submit")
        one.submitted_at = at
    one.save()
    for each in asked:
        if value := answers.get(each.pk, ""):
            ProposalAnswer.objects.update_or_create(proposal=one, question=each, defaults={"value": value})
        else:
            one.answers.filter(question=each).delete()
    return one


@action("gatherings.withdraw_proposal", journaled=False)
def withdraw_proposal(by: Person, proposal: SessionProposal, *, at: datetime) -> SessionProposal:
    """By its author; what stands in the draft programme already is cancelled there."""
    held = _held(proposal)
    _step(held, "withdraw")
    _call_off(held, _("Withdrawn by those who proposed it."))
    return noted("gatherings.withdraw_proposal", by, _kept(held), at)


@action("gatherings.discard_proposal", journaled=False)
def discard_proposal(by: Person, proposal: SessionProposal, *, at: datetime) -> None:
    """A draft, which its author alone has read, is gone with its answers."""
    held = _held(proposal)
    if held.state != State.DRAFT:
        raise Conflict("sent", _("This proposal was sent: withdraw it instead."))
    noted("gatherings.discard_proposal", by, held, at)
    held.delete()


@action("gatherings.confirm_proposal", journaled=False)
def confirm_proposal(by: Person, proposal: SessionProposal, *, at: datetime) -> SessionProposal:
    """Its author says that it will take place: it is a session of the draft programme, still without room and time."""
    held = _held(proposal)
    _step(held, "confirm")
    told = {name: getattr(held, name) for name in COPIED}
    told["roles"] = [{"id": "", "kind": "speaker", "shown": one} for one in held.roles]
    code = programmes.free_code(held.edition)
    held.session = Session.objects.create(
        pk=uuid7(), edition=held.edition, code=code, created_at=at, state=State.CONFIRMED, **told
    )
    return noted("gatherings.confirm_proposal", by, _kept(held), at)


@action("gatherings.hold_beside", journaled=False)
def hold_beside(by: Person, proposal: SessionProposal, *, at: datetime) -> SessionProposal:
    """Declined, it would be held beside the programme: noted for the organisers."""
    held = _held(proposal)
    if held.state != State.DECLINED:
        raise Conflict("not_declined", _("Only a proposal that was declined is held beside the programme."))
    if not held.beside:
        held.beside = True
        noted("gatherings.hold_beside", by, _kept(held), at)
    return held


@action("gatherings.decide_proposal")
def decide_proposal(
    by: Person, proposal: SessionProposal, *, base: int, event: str, because: str, at: datetime
) -> SessionProposal:
    """Accept, put on the waiting list, decline or cancel. `because`: what its author reads, and never the public journal.

    `base`: how often it was written when it was shown; of two who decide at once the second is told.
    """
    if event not in proposing.DECISIONS:
        raise BadRequest("unknown_act", _("This form does not say what to do."))
    held = _held(proposal)
    _unchanged(held, base)
    if event in proposing.WITH_REASON and not because.strip():
        raise BadRequest("reason_needed", _("Say why: whoever proposed it reads it."))
    if event == "accept":
        _reviewed(held.edition, at)
    _step(held, event)
    held.reason, held.decided_at = because.strip(), at
    if event == "cancel":
        _call_off(held, held.reason)
    return _kept(held)


@action("gatherings.forget_answers", journaled=False)
def forget_answers(by: Person, day: date, *, at: datetime) -> int:
    """Take out answers that may say who somebody is, twelve months after the meeting or once their author is erased. How many."""
    personal = ProposalAnswer.objects.filter(question__personal=True)
    found = Edition.objects.filter(pk__in=personal.values("proposal__edition"))
    over = [one.pk for one in found if life.later(one.ends_on or one.starts_on, KEPT) <= day]
    gone = Q(proposal__edition__in=over) | Q(proposal__author__erased_at__isnull=False)
    return personal.filter(gone).delete()[0]


def noted(act: str, by: Person, proposal: SessionProposal, at: datetime) -> SessionProposal:
    """A line of the desk about the meeting. Who acted, and on which proposal, stays in its private part.

    A reviewer knows the number of a proposal: the public journal must not tell them whose it is, nor its author who reviewed it.
    """
    private = {"by": str(by.pk), "proposal": str(proposal.pk)}
    line = journal.Line(act, journal.subject_of(proposal.edition), private=private)
    journal.append(Person.objects.desk(), at, line)
    return proposal


def _held(proposal: SessionProposal) -> SessionProposal:
    """Locked: of two who write at once the second sees what the first wrote."""
    Edition.objects.select_for_update(no_key=True).get(pk=proposal.edition_id)
    rows = SessionProposal.objects.select_for_update(no_key=True, of=("self",)).select_related("edition", "session")
    return rows.get(pk=proposal.pk)


def _kept(one: SessionProposal) -> SessionProposal:
    one.written += 1
    one.save()
    return one


def _step(one: SessionProposal, event: str) -> None:
    following = proposing.STEPS.get((one.state, event))
    if following is None:
        raise Conflict("not_in_this_state", _("This is not possible any more: read where the proposal stands now."))
    one.state = following


def _unchanged(one: SessionProposal, base: int) -> None:
    if one.written != base:
        said = _(
            "Somebody changed this proposal or decided on it meanwhile: read what stands there now, then send again."
        )
        raise Conflict("changed_meanwhile", said)


def _in_time(edition: Edition, at: datetime) -> None:
    if late := proposals.refused(proposals.days(edition, at)):
        raise NotReady(*late)


def _reviewed(edition: Edition, at: datetime) -> None:
    told = proposals.days(edition, at)
    if not told.reviewed:
        last = date_format(told.phases[-1].ends_on)
        raise NotReady("review_open", _("The review lasts until %(day)s: nothing is accepted before.") % {"day": last})


def _call_off(one: SessionProposal, why: str) -> None:
    """Those who wanted to come read it in the programme."""
    if one.session and one.session.state not in {State.HELD, State.CANCELLED}:
        one.session.state, one.session.reason = State.CANCELLED, why[:300]
        one.session.written += 1
        one.session.save(update_fields=["state", "reason", "written"])
