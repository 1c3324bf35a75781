"""Take a road map up in the name of a body, and say what becomes of it: by a link, without an account, or signed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal, outbox
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Organisation, Person, SignedLink
from communaux.core.rules import is_member
from communaux.gatherings import life
from communaux.gatherings.models import FollowUp, Milestone, Roadmap


@dataclass(frozen=True, slots=True)
class News:
    """What somebody says of a road map, and which milestones are reached; `at` of the answer is passed to the service."""

    status: str
    text: str
    evidence_url: str = ""
    reached: Collection[int] = ()


@action("gatherings.adopt")
def adopt(by: Person, roadmap: Roadmap, *, organisation: Organisation, role: str, at: datetime) -> Roadmap:
    """A member of the body takes it up; the desk asks this person for news, and shows the role only."""
    if not (organisation.active and is_member(by, organisation)):
        raise NotAllowed("not_a_member", _("Only a confirmed member of a body may take up a road map in its name."))
    if not outbox.reaches(by):
        raise Conflict("contact_unreached", _("Mail does not reach you just now: the desk could not ask you for news."))
    kept = Roadmap.objects.select_for_update(no_key=True).get(pk=roadmap.pk)
    if kept.fictive:
        raise Conflict("made_up", _("This road map is made up for the demonstration: nobody can carry it."))
    if kept.carrier_id:
        raise Conflict("carried_already", _("A body carries this road map already."))
    if kept.state in life.OVER:
        raise Conflict("roadmap_over", _("This road map is delivered or stopped: its story is closed."))
    kept.carrier, kept.contact, kept.contact_role = organisation, by, role
    kept.adopted_at, kept.state = at, Roadmap.State.ADOPTED
    kept.save(update_fields=["carrier", "contact", "contact_role", "adopted_at", "state"])
    return kept


@action("gatherings.tell_news", journaled=False)
def tell_news(by: Person, roadmap: Roadmap, *, news: News, at: datetime) -> FollowUp:
    """A member of the body that carries it, signed in."""
    return _tell(by, roadmap, news, at)


@action("gatherings.answer_link", journaled=False)
def answer_link(by: Person, link: SignedLink, *, news: News, at: datetime) -> FollowUp:
    """Whoever holds the link, in the name of the desk; a second answer corrects the first, which stays."""
    roadmap = Roadmap.objects.get(pk=link.subject_id)
    if roadmap.contact_id != link.to_id:
        raise Conflict("not_asked_any_more", _("The desk no longer asks the person this link was sent to."))
    SignedLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at)
    return _tell(by, roadmap, news, at)


@action("gatherings.stop_asking", journaled=False)
def stop_asking(by: Person, link: SignedLink, *, at: datetime) -> Roadmap:
    """No more mail about this road map; it stays carried, and says that nobody is asked any more."""
    kept = Roadmap.objects.select_for_update(no_key=True).get(pk=link.subject_id)
    SignedLink.objects.filter(subject_kind=link.subject_kind, subject_id=link.subject_id, revoked_at=None).update(
        revoked_at=at
    )
    if kept.contact_id == link.to_id:
        before = {"contact_role": kept.contact_role}
        kept.contact, kept.contact_role = None, ""
        kept.save(update_fields=["contact", "contact_role"])
        line = journal.Line("gatherings.stop_asking", journal.subject_of(kept), before, {"contact_role": ""})
        journal.append(by, at, line)
    return kept


def _tell(by: Person, roadmap: Roadmap, news: News, at: datetime) -> FollowUp:
    """One line in the ledger, the state it leads to, one line of the journal; said twice on one day, once."""
    kept = Roadmap.objects.select_for_update(no_key=True).get(pk=roadmap.pk)
    if twin := _twin(kept, news, at):
        return twin
    if kept.state in life.OVER:
        raise Conflict("roadmap_over", _("This road map is delivered or stopped: its story is closed."))
    if news.status == FollowUp.Status.DELIVERED and not news.evidence_url:
        raise NotReady("evidence_needed", _("Say where what was delivered can be seen."), missing=["evidence_url"])
    before = journal.facts(kept)
    made = FollowUp.objects.create(
        roadmap=kept,
        at=at,
        kind=FollowUp.Kind.HUMAN,
        status=news.status,
        role=kept.contact_role,
        organisation=kept.carrier,
        text=news.text,
        evidence_url=news.evidence_url,
    )
    kept.state = life.after(kept.state, news.status)
    kept.save(update_fields=["state"])
    waiting = Milestone.objects.filter(pk__in=news.reached, phase__roadmap=kept, done_at=None)
    waiting.update(done_at=at, done_role=kept.contact_role, evidence_url=news.evidence_url)
    old, new = journal.changes(before, journal.facts(kept))
    told = new | {"follow_up": news.status}  # the words stand in the ledger: no line of the journal can be taken back
    journal.append(by, at, journal.Line("gatherings.tell_news", journal.subject_of(kept), old, told))
    return made


def _twin(roadmap: Roadmap, news: News, at: datetime) -> FollowUp | None:
    """The last line if it says the very same of the same day: two clicks, or a form sent again."""
    last = roadmap.follow_ups.order_by("-at", "-pk").first()
    if Milestone.objects.filter(pk__in=news.reached, phase__roadmap=roadmap, done_at=None).exists():
        return None
    same = last and (last.status, last.text, last.evidence_url) == (news.status, news.text, news.evidence_url)
    return last if last and same and timezone.localdate(last.at) == timezone.localdate(at) else None
