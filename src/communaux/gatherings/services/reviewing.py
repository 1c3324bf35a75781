"""What reviewers say of a proposal: first whether they have a conflict of interest, then a score a criterion and some words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import Person
from communaux.gatherings import proposing
from communaux.gatherings.models import SessionProposal, SessionReview
from communaux.gatherings.queries import proposals
from communaux.gatherings.services.proposing import noted


@action("gatherings.declare_conflict", journaled=False)
def declare_conflict(by: Person, proposal: SessionProposal, *, conflict: bool, at: datetime) -> SessionReview:
    """Said before anything is read; a conflict that was declared stays, and takes what was written with it."""
    held = _held(proposal)
    known = proposals.review_of(held, by)
    if known is None:
        noted("gatherings.declare_conflict", by, held, at)
        return SessionReview.objects.create(proposal=held, reviewer=by, conflict=conflict, created_at=at)
    if known.conflict and not conflict:
        raise Conflict("conflict_stays", _("You declared a conflict of interest: this proposal stays hidden from you."))
    if conflict and not known.conflict:
        known.conflict, known.scores, known.text = True, {}, ""
        known.written += 1
        known.save()
        noted("gatherings.declare_conflict", by, held, at)
    return known


@action("gatherings.write_review", journaled=False)
def write_review(
    by: Person, proposal: SessionProposal, *, base: int, scores: Mapping[str, int], text: str, at: datetime
) -> SessionReview:
    """While a phase is open; a criterion may be left out. `base`: how often the review was written when it was shown."""
    held = _held(proposal)
    known = proposals.review_of(held, by)
    if known is None:
        raise NotReady("conflict_first", _("Say first whether you have a conflict of interest."))
    if proposals.days(held.edition, at).phase is None:
        raise NotReady("no_review_now", _("No phase of review is open today."))
    if held.state not in {SessionProposal.State.SUBMITTED, SessionProposal.State.WAITING}:
        raise Conflict("decided", _("This proposal was decided on: its reviews stay as they are."))
    if known.written != base:
        said = _("You wrote this review in another window meanwhile: read it again, then send.")
        raise Conflict("changed_meanwhile", said)
    if set(scores) - set(proposals.weights_of(held.edition)) or not set(scores.values()) <= set(
        range(proposing.HIGHEST + 1)
    ):
        raise BadRequest("bad_score", _("A score is a whole number from 0 to 5, for a criterion of this meeting."))
    known.scores, known.text = dict(scores), text
    known.written += 1
    known.save()
    noted("gatherings.write_review", by, held, at)
    return known


def _held(proposal: SessionProposal) -> SessionProposal:
    rows = SessionProposal.objects.select_for_update(no_key=True, of=("self",)).select_related("edition")
    return rows.get(pk=proposal.pk)
