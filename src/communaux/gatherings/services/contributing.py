"""Days given: declared by who gives, confirmed for their body by somebody else of it, corrected and taken back at any time.

Lines of the journal say that something was declared or confirmed; what, when and for whom stands in the row, which can be erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.core.rules import is_member
from communaux.gatherings.models import Contribution, Roadmap, Session
from communaux.gatherings.queries.contributions import fingerprint

State, Visibility = Contribution.State, Contribution.Visibility


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says they gave. `quantity` None: not told. `organisation` None: in their own name."""

    target: Commons | Roadmap | Session
    kind: str
    legal_frame: str
    visibility: str
    on_date: date
    organisation: Organisation | None = None
    credit: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    evidence_url: str = ""


@action("gatherings.declare_contribution")
def declare_contribution(by: Person, *, key: UUID, given: Given, at: datetime) -> Contribution:
    """The same form sent twice (`key`) declares once."""
    _alone(by)
    if known := Contribution.objects.filter(pk=key, person=by).first():
        return known
    _sound(by, given, None)
    taken = Contribution.objects.filter(pk=key).exists()
    made = Contribution(pk=uuid7() if taken else key, person=by, created_at=at)
    _write(made, given)
    made.save(force_insert=True)
    return made


@action("gatherings.correct_contribution")
def correct_contribution(
    by: Person, contribution: Contribution, *, base: str, given: Given, at: datetime
) -> Contribution:
    """Who gave says it otherwise; a body confirms it anew. `base`: the fingerprint of what was shown."""
    _alone(by)
    held = _held(contribution)
    _sound(by, given, held.organisation)
    before = fingerprint(held)
    _write(held, given)
    if fingerprint(held) == before:  # nothing new: what was confirmed stays confirmed
        return Contribution.objects.get(pk=held.pk)
    if before != base:
        raise Conflict("changed_meanwhile", _("You changed this line elsewhere meanwhile. Compare, then send again."))
    held.save()
    return held


@action("gatherings.withdraw_contribution", journaled=False)
def withdraw_contribution(by: Person, contribution: Contribution, *, at: datetime) -> None:
    """The line is erased and no figure counts it any more."""
    held = _held(contribution)
    line = journal.Line("gatherings.withdraw_contribution", journal.subject_of(held), journal.facts(held), {})
    held.delete()
    journal.append(by, at, line)


@action("gatherings.validate_contribution")
def validate_contribution(by: Person, contribution: Contribution, *, base: str, at: datetime) -> Contribution:
    """Another member of the body says that it counts. `base`: the fingerprint of what was read."""
    held = _held(contribution)
    if held.state == State.CONFIRMED:
        return held
    _to_judge(held, base)
    held.state, held.validated_by = State.CONFIRMED, by
    held.save(update_fields=["state", "validated_by"])
    return held


@action("gatherings.refuse_contribution")
def refuse_contribution(by: Person, contribution: Contribution, *, base: str, why: str, at: datetime) -> Contribution:
    """It does not count for the body; `why` is for who declared it, and stays out of the journal."""
    held = _held(contribution)
    if held.state == State.REFUSED:
        return held
    _to_judge(held, base)
    if not why.strip():
        raise BadRequest("reason_needed", _("Say why it does not count for the body."))
    held.state, held.refused_because = State.REFUSED, why
    held.save(update_fields=["state", "refused_because"])
    return held


def _alone(by: Person) -> None:
    """One form of this person at a time; an account that was erased meanwhile writes nothing any more."""
    if not Person.objects.select_for_update(no_key=True).get(pk=by.pk).is_active:
        raise NotAllowed("account_erased", _("Your account is erased."))


def _held(contribution: Contribution) -> Contribution:
    beside = ("organisation", "commons", "roadmap", "session__edition")
    rows = Contribution.objects.select_for_update(no_key=True, of=("self",)).select_related(*beside)
    found = rows.filter(pk=contribution.pk).first()
    if found is None:
        raise Conflict("withdrawn", _("Who declared this contribution has taken it back meanwhile."))
    return found


def _sound(by: Person, given: Given, before: Organisation | None) -> None:
    """Raise unless `by` may speak of this body, and what is told holds together."""
    body = given.organisation
    if body and body != before and not (body.active and is_member(by, body)):
        raise NotAllowed("not_a_member", _("Only a confirmed member of a body declares what counts for it."))
    if body is None and given.visibility == Visibility.TOTAL:
        raise BadRequest("no_body", _("Say for which body it counts, or choose another way to show it."))
    if given.legal_frame not in Contribution.Frame.values:
        raise BadRequest("frame_needed", _("Say in what capacity you gave it."))


def _write(row: Contribution, given: Given) -> None:
    """As told; what counts for a body waits for somebody else of it."""
    named = {"commons": Commons, "roadmap": Roadmap, "session": Session}
    for name, model in named.items():
        setattr(row, name, given.target if isinstance(given.target, model) else None)
    for name in ("kind", "legal_frame", "visibility", "on_date", "organisation", "credit", "quantity", "evidence_url"):
        setattr(row, name, getattr(given, name))
    row.unit = given.unit if given.quantity is not None else ""
    counts = given.organisation is not None and given.visibility != Visibility.PRIVATE
    row.state = State.WAITING if counts else State.DECLARED
    row.validated_by, row.refused_because = None, ""


def _to_judge(held: Contribution, base: str) -> None:
    if held.state not in {State.WAITING, State.REFUSED} or fingerprint(held) != base:
        told = _("This contribution was said otherwise meanwhile: read it again before you answer.")
        raise Conflict("changed_meanwhile", told)
