"""Contests: open one with a fact and its evidence, answer it, decide it by two outsiders who agree, withdraw it (11 § 3.11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action, allow
from communaux.core.contestable import KINDS, subject_of
from communaux.core.errors import Conflict, NotFound, NotReady
from communaux.core.models import Contest, ContestOpinion, Evidence, Person

TIME_TO_ANSWER: Final = timedelta(days=30)
KIND: Final = "contest"  # of the evidence and of old addresses


@action("core.open_contest", journaled=False)
def open_contest(
    by: Person, *, subject: tuple[str, str], field: str, proposed: str, fact: str, links: Sequence[str], at: datetime
) -> Contest:
    """Put a fact with its evidence (addresses, kept as text and never fetched) against something the desk shows."""
    kind, found = KINDS.get(subject[0]), None
    if kind is None or (found := kind.find(subject[1])) is None:
        raise NotFound("no_subject", _("What you contest is not on this desk."))
    _complete(fact, links)
    made = Contest(subject_kind=subject[0], subject_id=str(found.pk), field=field, by=by, fact=fact.strip())
    made.proposed = kind.proposed(found, field, proposed.strip())
    made.opened_at, made.due_at = at, at + TIME_TO_ANSWER
    _keep(made)
    Evidence.objects.bulk_create(_evidence(made, link, at) for link in dict.fromkeys(links))
    _journal(by, made, "core.open_contest", at)
    return made


def _complete(fact: str, links: Sequence[str]) -> None:
    missing = [
        word
        for word, given in ((_("the fact"), fact.strip()), (_("its evidence"), list(filter(None, links))))
        if not given
    ]
    if missing:
        raise NotReady("fact_and_evidence", _("A contest needs a fact and its evidence."), missing=missing)


def _keep(made: Contest) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        mine = standing(made.subject_kind, [made.subject_id]).filter(by=made.by, field=made.field).first()
        if mine is None:
            raise
        told = _("You already contest this; one at a time.")
        raise Conflict("already_contested", told, contest=mine.pk) from error


def _evidence(made: Contest, link: str, at: datetime) -> Evidence:
    return Evidence(
        subject_kind=KIND, subject_id=str(made.pk), kind="link", locator=link[:2000], captured_at=at, method="declared"
    )


@action("core.answer_contest", journaled=False)
def answer_contest(by: Person, contest: Contest, *, answer: str, at: datetime) -> Contest:
    """The other party says what it thinks; a correction it makes at once is its answer."""
    kept = _locked(contest)
    if kept.state != Contest.State.OPEN:
        raise Conflict("not_open", _("This contest was answered or closed meanwhile. Nothing was changed."))
    if not answer.strip():
        raise NotReady("no_answer_given", _("An answer says something."), missing=[_("the answer")])
    kept.state, kept.answer, kept.answered_by, kept.answered_at = Contest.State.ANSWERED, answer.strip(), by, at
    kept.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _journal(by, kept, "core.answer_contest", at)
    return kept


@action("core.decide_contest", journaled=False)
def decide_contest(by: Person, contest: Contest, *, verdict: str, reason: str, at: datetime) -> Contest:
    """Give one's opinion; the second that agrees with an earlier one decides, and makes the effect in the same transaction."""
    kept = _locked(contest)
    allow("core.decide_contest", by, kept)  # who answered meanwhile has become a party
    if not is_ripe(kept, at):
        raise Conflict("not_ripe", _("This contest is closed, or its answer is still awaited. Nothing was changed."))
    if verdict not in Contest.DECIDED or not reason.strip():
        raise NotReady("no_verdict", _("A decision has a reason."), missing=[_("the reason")])
    first = kept.opinions.filter(verdict=verdict).exclude(by=by).order_by("pk").first()
    _opine(by, kept, verdict, reason.strip(), at)
    if first:
        kept.state, kept.decided_by, kept.seconded_by, kept.decided_at = verdict, first.by, by, at
        kept.reason = reason.strip()
        kept.save(update_fields=["state", "decided_by", "seconded_by", "decided_at", "reason"])
    _journal(by, kept, "core.decide_contest", at, opinion=verdict)
    if kept.state == Contest.State.UPHELD:
        KINDS[kept.subject_kind].uphold(by, kept, subject_of(kept), reason.strip(), at)
    return kept


def _opine(by: Person, contest: Contest, verdict: str, reason: str, at: datetime) -> None:
    if contest.opinions.filter(by=by).exists():
        raise Conflict("already_said", _("You have said what you think of this contest; another person has to agree."))
    ContestOpinion.objects.create(contest=contest, by=by, verdict=verdict, reason=reason, at=at)


@action("core.withdraw_contest", journaled=False)
def withdraw_contest(by: Person, contest: Contest, *, at: datetime) -> Contest:
    kept = _locked(contest)
    if kept.state not in Contest.STANDING:
        raise Conflict("not_standing", _("This contest is closed already. Nothing was changed."))
    kept.state = Contest.State.WITHDRAWN
    kept.save(update_fields=["state"])
    _journal(by, kept, "core.withdraw_contest", at)
    return kept


def _locked(contest: Contest) -> Contest:
    """The contest as it now stands; two who act on it at once do so one after the other."""
    return Contest.objects.select_for_update(no_key=True).get(pk=contest.pk)


def _journal(by: Person, contest: Contest, act: str, at: datetime, **more: str) -> None:
    """One line in the history of what is contested."""
    told = {"contest": contest.pk, "contested": contest.field, "contest_state": contest.state} | more
    journal.append(by, at, journal.Line(act, (contest.subject_kind, contest.subject_id), {}, told))


def is_ripe(contest: Contest, at: datetime) -> bool:
    """Whether it may be decided: answered, or open past its date."""
    return contest.state == Contest.State.ANSWERED or is_overdue(contest, at)


def is_overdue(contest: Contest, at: datetime) -> bool:
    return contest.state == Contest.State.OPEN and at > contest.due_at


def standing(kind: str, ids: Iterable[str]) -> QuerySet[Contest]:
    """Contests of these subjects that are not closed, the oldest first."""
    return Contest.objects.filter(state__in=Contest.STANDING, subject_kind=kind, subject_id__in=list(ids)).order_by(
        "pk"
    )


def evidence_of(contest: Contest) -> QuerySet[Evidence]:
    return Evidence.objects.filter(subject_kind=KIND, subject_id=str(contest.pk)).order_by("pk")
