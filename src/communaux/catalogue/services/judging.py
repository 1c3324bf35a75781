"""Pairs that may be one commons: a person names one, an editor judges it, and may take it back at any time (01 § 3.2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from communaux.catalogue.likeness import told_of
from communaux.catalogue.models import Commons, MatchProposal, Merge
from communaux.catalogue.services.merging import merge, undo_merge
from communaux.core import journal
from communaux.core.actions import action, allow
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import Person

State = MatchProposal.State
TO_JUDGE = (State.OPEN, State.UNDONE)


@action("catalogue.propose_pair", journaled=False)
def propose_pair(by: Person, one: Commons, other: Commons, *, reason: str, at: datetime) -> MatchProposal:
    """Say that two commons may be one; a pair that was judged already stays as it was judged."""
    _told(reason)
    if one.pk == other.pk:
        raise Conflict("same_commons", _("A commons cannot be merged with itself. Nothing was changed."))
    a, b = sorted((one, other), key=lambda commons: commons.pk)
    score, points, version = told_of(a, b)
    more = {
        "proposed_by": by,
        "proposed_because": reason,
        "score": score,
        "signals": points,
        "weights_version": version,
    }
    pair, new = MatchProposal.objects.get_or_create(a=a, b=b, defaults=more)
    if new:
        line = journal.Line("catalogue.propose_pair", journal.subject_of(pair), {}, journal.facts(pair), reason)
        journal.append(by, at, line)
    return pair


@action("catalogue.judge_pair")
def judge_pair(by: Person, pair: MatchProposal, *, kept: Commons | None, reason: str, at: datetime) -> MatchProposal:
    """Merge the two into `kept`, or say that they are different (None). Raise Conflict when another judged it meanwhile."""
    _told(reason)
    found = _locked(pair)
    allow("catalogue.judge_pair", by, found)  # a merge meanwhile may have made it a pair with another
    if found.state not in TO_JUDGE:
        raise Conflict("pair_judged", _judged(found))
    if kept is None:
        return _say(found, State.DIFFERENT, by, reason, at)
    if kept.pk not in (found.a_id, found.b_id):
        raise BadRequest("not_of_the_pair", _("The one to keep is not one of the two."))
    merge(by, kept, found.b if kept.pk == found.a_id else found.a, reason=reason, at=at)
    return _locked(pair)


@action("catalogue.reopen_pair")
def reopen_pair(by: Person, pair: MatchProposal, *, reason: str, at: datetime) -> MatchProposal:
    """Take a judgement back: a merge is undone, two that were held for different can be judged again."""
    _told(reason)
    found = _locked(pair)
    if found.state == State.DIFFERENT:
        return _say(found, State.OPEN, by, reason, at)
    done = merge_of(found)
    if done is None:
        raise Conflict("not_judged", _("There is no judgement to take back. Nothing was changed."))
    undo_merge(by, done, reason=reason, at=at)
    return _locked(pair)


def merge_of(pair: MatchProposal) -> Merge | None:
    """The merge that made the two one, if it still holds."""
    two = (pair.a_id, pair.b_id)
    return Merge.objects.filter(kept__in=two, absorbed__in=two, undone_at=None).first()


def _told(reason: str) -> None:
    if not reason.strip():
        raise NotReady("no_reason", _("A judgement has a reason."), missing=[_("the reason")])


def _locked(pair: MatchProposal) -> MatchProposal:
    """The pair as it now stands; two who judge it at once do so one after the other."""
    rows = MatchProposal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("a", "b", "by").get(pk=pair.pk)


def _say(pair: MatchProposal, state: str, by: Person, reason: str, at: datetime) -> MatchProposal:
    pair.state, pair.by, pair.reason, pair.decided_at = state, by, reason, at
    pair.save(update_fields=["state", "by", "reason", "decided_at"])
    return pair


def _judged(pair: MatchProposal) -> str:
    """Who judged first, in which role, and what."""
    who = pair.by.display_name if pair.by else "—"
    if pair.state == State.SAME:
        told = _("%(who)s, editor, has already judged that these are the same commons. Nothing was changed.")
    else:
        told = _("%(who)s, editor, has already judged that these are two different commons. Nothing was changed.")
    return told % {"who": who}
