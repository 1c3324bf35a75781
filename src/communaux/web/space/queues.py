"""What is asked of somebody. Each area adds a function `queue(asked) -> Queue` to `QUEUES`; an empty one is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons
from communaux.catalogue.queries import asked as questions
from communaux.catalogue.queries.asked import Asked
from communaux.core import notify, subscriptions
from communaux.core.models import Entry
from communaux.gatherings.models import SessionProposal
from communaux.gatherings.queries import contributions
from communaux.gatherings.queries import proposals as proposed
from communaux.territory.queries import messages
from communaux.web.templatetags.desk import theme_name

SHOWN = 20  # of each queue, the oldest first


@dataclass(frozen=True, slots=True)
class Item:
    """`since`: when it began to wait; `about`: a few words beside the name."""

    name: str
    url: str
    since: datetime | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """`items`: at most SHOWN + 1, so that the page can say that there are more."""

    title: str
    items: list[Item]

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN]

    @property
    def more(self) -> bool:
        return len(self.items) > SHOWN


def proposals(asked: Asked) -> Queue:
    """Commons that somebody proposes, for the editors of their themes."""
    found = questions.to_read(asked)[: SHOWN + 1]
    return Queue(
        _("Proposals to read"),
        [_commons(one.commons, "publish_commons", one.commons.slug, one.asked_at) for one in found],
    )


def claims(asked: Asked) -> Queue:
    """People who ask to speak for a commons."""
    found = questions.to_decide(asked)[: SHOWN + 1]
    return Queue(_("Who speaks for a commons"), [_commons(one.commons, "claim", one.pk, one.asked_at) for one in found])


def _commons(commons: Commons, page: str, key: object, since: datetime | None) -> Item:
    themes = ", ".join(theme_name(theme) for theme in commons.themes.all())
    return Item(commons.name, reverse(page, args=[key]), since, themes)


def by_notice(asked: Asked) -> Queue:
    """Contests, people who ask to join an organisation, acts of two persons: known by the notices that nobody has settled."""
    rows = list(subscriptions.still_asked(asked.person, *ADDRESSES)[: SHOWN + 1])
    shown = notify.shown(row.entry for row in rows)
    items = []
    for row in rows:
        subject = shown.get((row.entry.subject_kind, row.entry.subject_id))
        said = notify.row_of(row.entry.act, row.kind)
        if subject and said:
            items.append(Item(subject.name, ADDRESSES[row.entry.act](row.entry, subject), row.at, str(said.says)))
    return Queue(_("Acts of two persons, contests, members"), items)


def _contest(entry: Entry, subject: notify.Shown) -> str:
    return reverse("contest", args=[entry.after["contest"]])


# Verb by which something was asked → where one does it
ADDRESSES: dict[str, Callable[[Entry, notify.Shown], str]] = {
    "core.open_contest": _contest,
    "core.answer_contest": _contest,
    "core.ask_to_join": lambda entry, subject: subject.path,
    "core.prepare_dual_act": lambda entry, subject: subject.path,
}


def uses(asked: Asked) -> Queue:
    """What their organisations use, to be confirmed."""
    found = questions.to_confirm(asked)[: SHOWN + 1]
    items = [Item(one.commons.name, one.get_absolute_url(), None, one.organisation.name) for one in found]
    return Queue(_("Uses to confirm"), items)


def written(asked: Asked) -> Queue:
    """What was written to them as an ambassador."""
    found, page = messages.unanswered(asked.person)[: SHOWN + 1], reverse("messages")
    return Queue(
        _("Messages to you as an ambassador"), [Item(one.from_org or one.from_mail, page, one.sent_at) for one in found]
    )


def sessions(asked: Asked) -> Queue:
    """Sessions that were proposed for the meetings of their bodies, and their own that were accepted."""
    found = proposed.waiting_for(asked.person, asked.day)[: SHOWN + 1]
    return Queue(_("Proposed sessions that wait for you"), [_session(one, asked) for one in found])


def _session(one: SessionProposal, asked: Asked) -> Item:
    ours = one.author_id == asked.person.pk
    page, todo = ("own_proposal", _("to confirm")) if ours else ("decide_proposal", _("to decide on"))
    address = reverse(page, args=[one.edition.slug, one.pk])
    return Item(one.title, address, one.submitted_at, f"{one.edition.name}, {todo}")


def reviews(asked: Asked) -> Queue:
    """Sessions that were proposed for a meeting they read for."""
    found = proposed.to_review(asked.person, asked.day)[: SHOWN + 1]
    items = [
        Item(one.title, reverse("review_proposal", args=[one.edition.slug, one.pk]), one.submitted_at, one.edition.name)
        for one in found
    ]
    return Queue(_("Proposed sessions to review"), items)


def given(asked: Asked) -> Queue:
    """What others of their bodies declared for them."""
    found, page = contributions.waiting(asked.person, asked.day)[: SHOWN + 1], reverse("contributions_to_confirm")
    return Queue(
        _("Contributions to confirm"),
        [Item(one.target_name, page, one.created_at, one.organisation_name) for one in found],
    )


QUEUES: list[Callable[[Asked], Queue]] = [proposals, claims, by_notice, uses, written, sessions, reviews]
QUEUES.append(given)


def waiting(asked: Asked) -> list[Queue]:
    return [queue for queue in (ask(asked) for ask in QUEUES) if queue.items]
