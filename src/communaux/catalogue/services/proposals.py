"""From an idea to a sheet: draft, asked, published or sent back (01 § 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from communaux.catalogue import deployed
from communaux.catalogue.changes import changed
from communaux.catalogue.models import Commons, Proposal, SourceRecord
from communaux.catalogue.own import OWN
from communaux.catalogue.queries.editable import missing
from communaux.catalogue.services.describing import write
from communaux.catalogue.services.settle import settle
from communaux.catalogue.slugs import Used, new_slug
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Person, SlugHistory

State = Commons.State


@action("catalogue.draft", journaled=False)
def start_proposal(by: Person, *, name: str, address: str, given: Mapping[str, Any], at: datetime) -> Commons:
    """A draft that only its author and editors see; the same address sent twice by one person leads to the same draft."""
    again = Proposal.objects.filter(by=by, address=address, commons__state=State.DRAFT, commons__name=name[:250])
    if known := again.select_related("commons").first():
        return known.commons
    slug = new_slug(name, OWN, Used())
    commons = Commons.objects.create(slug=slug, name=name[:250], state=State.DRAFT, updated_at=at)
    Proposal.objects.create(commons=commons, by=by, address=address, created_at=at)
    write(by, commons, {"name": name[:250], **given}, at)
    settle(by, [commons.pk], "", at, act="catalogue.draft")
    commons.refresh_from_db()
    return commons


@action("catalogue.answer_duplicate")
def answer_duplicate(by: Person, commons: Commons, *, other: Commons, text: str, at: datetime) -> Proposal:
    """Say why a look-alike is not the same commons."""
    if not text.strip():
        raise NotReady("reason_needed", _("Say in a few words why it is not the same."))
    proposal = Proposal.objects.select_for_update(no_key=True).get(commons=commons)
    proposal.answers = proposal.answers | {str(other.pk): text.strip()[:500]}
    proposal.save(update_fields=["answers"])
    return proposal


@action("catalogue.ask", journaled=False)
def ask_publication(by: Person, commons: Commons, *, at: datetime) -> Commons:
    """Hand the draft to the editors; raise NotReady with what is missing."""
    held = _held(commons, State.DRAFT)
    _ready(held)
    Proposal.objects.filter(commons=held).update(asked_at=at, outcome="", decided_at=None, decided_by=None, reason="")
    return _moved(by, held, State.PROPOSED, "catalogue.ask", "", at)


@action("catalogue.publish", journaled=False)
def publish(by: Person, commons: Commons, *, at: datetime) -> Commons:
    """Open the sheet to everybody, under an address made of its name; raise NotReady with what is missing."""
    held = _held(commons, State.DRAFT, State.PROPOSED)
    _ready(held)
    if held.published_at is None:
        _readdress(held)
    held.published_at = held.published_at or at
    _decided(held, by, Proposal.Outcome.PUBLISHED, "", at)
    _moved(by, held, State.PUBLISHED, "catalogue.publish", "", at)
    settle(by, [held.pk], "", at, act="catalogue.publish")
    commons.refresh_from_db()
    return commons


@action("catalogue.send_back", journaled=False)
def send_back(by: Person, commons: Commons, *, reason: str, at: datetime) -> Commons:
    """Give a proposal back to its author, saying why."""
    held = _held(commons, State.PROPOSED)
    _said(reason)
    _decided(held, by, Proposal.Outcome.RETURNED, reason, at)
    return _moved(by, held, State.DRAFT, "catalogue.send_back", reason, at)


@action("catalogue.withhold", journaled=False)
def withhold(by: Person, commons: Commons, *, reason: str, at: datetime) -> Commons:
    """Take a sheet off the desk: its address stays and says why."""
    held = _held(commons, State.PUBLISHED, State.WITHHELD)
    _said(reason)
    held.withheld_reason = reason.strip()[:1000]
    return _moved(by, held, State.WITHHELD, "catalogue.withhold", reason, at)


@action("catalogue.restore", journaled=False)
def restore(by: Person, commons: Commons, *, reason: str, at: datetime) -> Commons:
    """Put a sheet that a person withheld back on the desk, as its records tell it."""
    held = _held(commons, State.WITHHELD)
    if not held.withheld_reason:
        raise Conflict("not_withheld", _("Nobody withheld this sheet: its records say that it is outside the commons."))
    held.withheld_reason = ""
    _moved(by, held, State.PUBLISHED, "catalogue.restore", reason, at)
    settle(by, [held.pk], reason, at, act="catalogue.restore")
    commons.refresh_from_db()
    return commons


@action("catalogue.discard", journaled=False)
def discard(by: Person, commons: Commons, *, at: datetime) -> None:
    """Forget a draft that nobody has read."""
    held = _held(commons, State.DRAFT)
    SourceRecord.objects.filter(source=OWN, external_id=str(held.pk)).delete()
    journal.append(by, at, journal.Line("catalogue.discard", journal.subject_of(held), {"state": held.state}, {}))
    held.delete()


def _held(commons: Commons, *states: str) -> Commons:
    """The row, held until commit, in one of these states: of two persons who decide at once the second is told."""
    held = Commons.objects.select_for_update(no_key=True).get(pk=commons.pk)
    if held.state not in states:
        raise Conflict(
            "moved_on", _("This sheet has moved on meanwhile: read it again before you decide."), state=held.state
        )
    return held


def _ready(commons: Commons) -> None:
    if lacking := missing(commons):
        raise NotReady("minimum", _("Something is missing before this can be published."), missing=lacking)


def _said(reason: str) -> None:
    if not reason.strip():
        raise NotReady("reason_needed", _("Say why: the reason is public."), missing=["reason"])


def _readdress(commons: Commons) -> None:
    """The address follows the name that the draft ended with; the one it had leads there."""
    slug = new_slug(commons.name, OWN, Used(free=commons.slug))
    if slug != commons.slug:
        SlugHistory.objects.create(kind="commons", old_slug=commons.slug, object_id=str(commons.pk))
        commons.slug = slug


def _decided(commons: Commons, by: Person, outcome: str, reason: str, at: datetime) -> None:
    Proposal.objects.filter(commons=commons).update(
        decided_by=by, decided_at=at, outcome=outcome, reason=reason.strip()[:2000]
    )


def _moved(by: Person, commons: Commons, state: str, act: str, reason: str, at: datetime) -> Commons:
    """Write the new state and its line of the journal; what can be searched has changed."""
    was, commons.state, commons.updated_at = commons.state, state, at
    with deployed.counted([commons.pk], at):
        commons.save(update_fields=["state", "slug", "published_at", "withheld_reason", "updated_at"])
    changed()
    line = journal.Line(act, journal.subject_of(commons), {"state": was}, {"state": state}, reason.strip())
    journal.append(by, at, line)
    return commons
