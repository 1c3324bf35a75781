"""The call for sessions of a meeting, as its organisers set it: days, questions, criteria, phases of review, reviewers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import roles
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Grant, Person
from communaux.engines.programme import times
from communaux.gatherings.models import (
    CallQuestion,
    Edition,
    ReviewCriterion,
    ReviewPhase,
    SessionCall,
    SessionReview,
)
from communaux.gatherings.queries import proposals

MOST_QUESTIONS: Final = 20
MOST_CRITERIA: Final = 8


def _held(edition: Edition) -> Edition:
    return Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)


@action("gatherings.set_call")
def set_call(by: Person, edition: Edition, *, base: int, told: Mapping[str, Any], at: datetime) -> SessionCall:
    """Open a call for sessions, or change its days. `base`: how often it was written when it was shown, 0 before the first."""
    held = _held(edition)
    known = SessionCall.objects.filter(edition=held).first()
    if (known.written if known else 0) != base:
        said = _(
            "Somebody changed this call meanwhile: what they wrote stands above the form. Compare, then send again."
        )
        raise Conflict("changed_meanwhile", said)
    if told["closes_on"] > (held.ends_on or held.starts_on):
        raise BadRequest("call_after_meeting", _("The call closes after the meeting is over."))
    if known is None:
        return SessionCall.objects.create(edition=held, created_at=at, **told)
    for name, value in told.items():
        setattr(known, name, value)
    known.written += 1
    known.save()
    return known


@action("gatherings.add_question")
def add_question(by: Person, edition: Edition, *, told: Mapping[str, Any], at: datetime) -> CallQuestion:
    """One more; the same words twice are one question."""
    held = _held(edition)
    if known := held.questions.filter(label=told["label"]).first():
        return known
    if held.questions.count() >= MOST_QUESTIONS:
        raise BadRequest("too_many_questions", _("A call asks %(most)d questions at most.") % {"most": MOST_QUESTIONS})
    return CallQuestion.objects.create(edition=held, position=_next(held.questions), **told)


@action("gatherings.change_question")
def change_question(by: Person, question: CallQuestion, *, told: Mapping[str, Any], at: datetime) -> CallQuestion:
    """Its words; once proposals answer it, what is answered stays, and no choice is taken away."""
    held = _held(question.edition)
    _unlike(held.questions, question.pk, told["label"])
    kept = held.questions.get(pk=question.pk)
    fewer = set(kept.choices) - set(told.get("choices", []))
    if kept.answers.exists() and (kept.variant != told["variant"] or fewer):
        raise Conflict("question_answered", _("Proposals answer this question: its kind and its choices stay."))
    for name, value in told.items():
        setattr(kept, name, value)
    kept.save()
    return kept


@action("gatherings.drop_question")
def drop_question(by: Person, question: CallQuestion, *, at: datetime) -> Edition:
    held = _held(question.edition)
    if question.answers.exists():
        raise Conflict("question_answered", _("Proposals answer this question: it stays."))
    question.delete()
    return held


@action("gatherings.add_criterion")
def add_criterion(by: Person, edition: Edition, *, told: Mapping[str, Any], at: datetime) -> ReviewCriterion:
    """One more; the same words twice are one criterion."""
    held = _held(edition)
    if known := held.criteria.filter(label=told["label"]).first():
        return known
    if held.criteria.count() >= MOST_CRITERIA:
        raise BadRequest("too_many_criteria", _("A review has %(most)d criteria at most.") % {"most": MOST_CRITERIA})
    return ReviewCriterion.objects.create(edition=held, position=_next(held.criteria), **told)


@action("gatherings.change_criterion")
def change_criterion(
    by: Person, criterion: ReviewCriterion, *, told: Mapping[str, Any], at: datetime
) -> ReviewCriterion:
    """Its words and its weight: scores that were given count by the new one."""
    held = _held(criterion.edition)
    _unlike(held.criteria, criterion.pk, told["label"])
    kept = held.criteria.get(pk=criterion.pk)
    for name, value in told.items():
        setattr(kept, name, value)
    kept.save()
    return kept


@action("gatherings.drop_criterion")
def drop_criterion(by: Person, criterion: ReviewCriterion, *, at: datetime) -> Edition:
    held = _held(criterion.edition)
    given = SessionReview.objects.filter(proposal__edition=held).values_list("scores", flat=True)
    if any(str(criterion.pk) in scores for scores in given):
        raise Conflict("criterion_used", _("Reviewers scored this criterion: it stays."))
    criterion.delete()
    return held


def _unlike(rows: Any, pk: int, label: str) -> None:
    if rows.filter(label=label).exclude(pk=pk).exists():
        raise Conflict("label_known", _("Another one has these words already."))


def _next(rows: Any) -> int:
    last = rows.order_by("-position").first()
    return last.position + 1 if last else 1


@action("gatherings.set_phase")
def set_phase(by: Person, edition: Edition, *, position: int, told: Mapping[str, Any], at: datetime) -> ReviewPhase:
    """The first or the second phase of the review; the second begins when the first is over."""
    held = _held(edition)
    other = held.review_phases.exclude(position=position).first()
    if other is None and position > 1:
        raise BadRequest("phase_order", _("Set the first phase before the second."))
    if other and not (other.ends_on < told["starts_on"] if position > 1 else told["ends_on"] < other.starts_on):
        raise BadRequest("phase_order", _("The second phase begins after the last day of the first."))
    return ReviewPhase.objects.update_or_create(edition=held, position=position, defaults=told)[0]


@action("gatherings.drop_phase")
def drop_phase(by: Person, phase: ReviewPhase, *, at: datetime) -> Edition:
    """The last one, before it begins: a review that has begun is ended by its last day."""
    held = _held(phase.edition)
    if phase.starts_on <= at.astimezone(times.zone(held.timezone)).date():
        raise Conflict("phase_begun", _("This phase has begun: change its last day instead."))
    if held.review_phases.filter(position__gt=phase.position).exists():
        raise Conflict("phase_order", _("Remove the second phase first."))
    phase.delete()
    return held


@action("gatherings.name_reviewer", journaled=False)
def name_reviewer(by: Person, edition: Edition, *, person: Person, until: date, at: datetime) -> Grant:
    """A member of a body that organises the meeting reads what is proposed, until a day; told as any role is."""
    role, kind = proposals.REVIEWER
    if not proposals.may_be_named(edition, by, timezone.localdate(at)).filter(pk=person.pk).exists():
        raise BadRequest("not_a_member", _("Only a member of your body, if it organises this meeting, is named."))
    if until <= timezone.localdate(at):
        raise BadRequest("ends_before", _("This day is past: choose a later one."))
    given = roles.give(by, person, role=role, object_type=kind, object_id=str(edition.pk), ends_on=until, at=at)
    roles.tell(by, at, "core.grant", [given])
    return given


@action("gatherings.drop_reviewer", journaled=False)
def drop_reviewer(by: Person, edition: Edition, *, grant: Grant, at: datetime) -> Grant:
    """What they wrote stays."""
    if (grant.role, grant.object_type, grant.object_id) != (*proposals.REVIEWER, str(edition.pk)):
        raise BadRequest("other_role", _("This is no reviewer of this meeting."))
    gone = roles.withdraw(by, grant, at)
    roles.tell(by, at, "core.revoke", [gone])
    return gone
