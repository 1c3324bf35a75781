"""Take a road map up in the name of a body, and say what becomes of it or of a commitment: by a link, or signed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal, outbox
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Organisation, Person, SignedLink
from communaux.core.rules import is_member
from communaux.gatherings.models import Commitment, FollowUp, Milestone, Roadmap

type Asked = Roadmap | Commitment  # what the desk asks news of


@dataclass(frozen=True, slots=True)
class News:
    """What somebody says of it, and which milestones of a road map are reached; `at` of the answer is passed to the service."""

    status: str
    text: str
    evidence_url: str = ""
    reached: Collection[int] = ()


def asked_by(link: SignedLink, *, held: bool = False) -> Asked:
    """What a link asks about; `held`: for this writer alone."""
    model = Commitment if link.subject_kind == "commitment" else Roadmap
    rows = model._default_manager.select_related("edition", "carrier")
    return (rows.select_for_update(no_key=True, of=("self",)) if held else rows).get(pk=link.subject_id)


@action("gatherings.adopt")
def adopt(by: Person, roadmap: Roadmap, *, organisation: Organisation, role: str, at: datetime) -> Roadmap:
    """A member of the body takes it up; the desk asks this person for news, and shows the role only."""
    if not (organisation.active and is_member(by, organisation)):
        raise NotAllowed("not_a_member", _("Only a confirmed member of a body may take up a road map in its name."))
    can_be_asked(by)
    kept = Roadmap.objects.select_for_update(no_key=True).get(pk=roadmap.pk)
    if kept.fictive:
        raise Conflict("made_up", _("This road map is made up for the demonstration: nobody can carry it."))
    if kept.carrier_id:
        raise Conflict("carried_already", _("A body carries this road map already."))
    still_open(kept)
    kept.carrier, kept.contact, kept.contact_role = organisation, by, role
    kept.adopted_at, kept.state = at, Roadmap.State.ADOPTED
    kept.save(update_fields=["carrier", "contact", "contact_role", "adopted_at", "state"])
    return kept


@action("gatherings.tell_news", journaled=False)
def tell_news(by: Person, asked: Asked, *, news: News, at: datetime) -> FollowUp:
    """A member of the body that carries it, signed in."""
    return _tell(by, asked, news, at)


@action("gatherings.answer_link", journaled=False)
def answer_link(by: Person, link: SignedLink, *, news: News, at: datetime) -> FollowUp:
    """Whoever holds the link, in the name of the desk; a second answer corrects the first, which stays."""
    asked = asked_by(link)
    if asked.contact_id != link.to_id:
        raise Conflict("not_asked_any_more", _("The desk no longer asks the person this link was sent to."))
    SignedLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at)
    return _tell(by, asked, news, at)


@action("gatherings.stop_asking", journaled=False)
def stop_asking(by: Person, link: SignedLink, *, at: datetime) -> Asked:
    """No more mail about it; it stays that of its body, and says that nobody is asked any more."""
    kept = asked_by(link, held=True)
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


def can_be_asked(by: Person) -> None:
    """Conflict where mail does not reach who says "ask me"."""
    if not outbox.reaches(by):
        raise Conflict("contact_unreached", _("Mail does not reach you just now: the desk could not ask you for news."))


def still_open(asked: Asked) -> None:
    """Conflict where its story is closed."""
    if asked.state in asked.OVER:
        raise Conflict("story_over", _("It is delivered or stopped: its story is closed."))


def _tell(by: Person, asked: Asked, news: News, at: datetime) -> FollowUp:
    """One line in the ledger, the state it leads to, one line of the journal; said twice on one day, once."""
    kept = type(asked)._default_manager.select_for_update(no_key=True).get(pk=asked.pk)
    if twin := _twin(kept, news, at):
        return twin
    still_open(kept)
    if news.status == FollowUp.Status.DELIVERED and not news.evidence_url:
        raise NotReady("evidence_needed", _("Say where what was delivered can be seen."), missing=["evidence_url"])
    before = journal.facts(kept)
    kind, _pk = subject = journal.subject_of(kept)
    made = FollowUp.objects.create(
        at=at,
        kind=FollowUp.Kind.HUMAN,
        status=news.status,
        role=kept.contact_role,
        organisation=kept.carrier,
        text=news.text,
        evidence_url=news.evidence_url,
        **{kind: kept},
    )
    kept.state = kept.after(news.status)
    kept.save(update_fields=["state"])
    waiting = _waiting(kept, news)
    waiting.update(done_at=at, done_role=kept.contact_role, evidence_url=news.evidence_url)
    old, new = journal.changes(before, journal.facts(kept))
    told = new | {"follow_up": news.status}  # the words stand in the ledger: no line of the journal can be taken back
    journal.append(by, at, journal.Line("gatherings.tell_news", subject, old, told))
    return made


def _waiting(asked: Asked, news: News) -> QuerySet[Milestone]:
    """The milestones that are told to be reached, and were not before; a commitment has none."""
    if isinstance(asked, Commitment):
        return Milestone.objects.none()
    return Milestone.objects.filter(pk__in=news.reached, phase__roadmap=asked, done_at=None)


def _twin(asked: Asked, news: News, at: datetime) -> FollowUp | None:
    """The last line if it says the very same of the same day: two clicks, or a form sent again."""
    last = asked.follow_ups.order_by("-at", "-pk").first()
    if _waiting(asked, news).exists():
        return None
    same = last and (last.status, last.text, last.evidence_url) == (news.status, news.text, news.evidence_url)
    return last if last and same and timezone.localdate(last.at) == timezone.localdate(at) else None
