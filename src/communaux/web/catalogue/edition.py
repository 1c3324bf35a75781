"""The desk of editors: what waits for one of them, by queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.catalogue.queries import claims, pairs, proposals, searches
from communaux.catalogue.queries.asked import Asked, to_watch
from communaux.core.actions import allow
from communaux.core.models import Contest, Person
from communaux.web import pager
from communaux.web.accounts import signed_in

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work that waits, how much of it, and where it is done."""

    title: str
    about: str
    count: int
    address: str


def possible_duplicates(person: Person) -> Queue:
    count = pairs.to_judge(person, timezone.localdate()).count()
    about = _("Two sheets that may be one: say whether they are.")
    return Queue(_("Possible duplicates"), about, count, reverse("pairs"))


def standing_contests(person: Person) -> Queue:
    count = Contest.objects.filter(state__in=Contest.STANDING).count()
    about = _("Facts put against what a sheet says: answer, then judge.")
    return Queue(_("Contests"), about, count, reverse("contests"))


def waiting_proposals(person: Person) -> Queue:
    about = _("Commons that somebody proposes: read, publish, or send back with a reason.")
    return Queue(_("Proposals"), about, proposals.waiting().count(), reverse("proposals"))


def waiting_claims(person: Person) -> Queue:
    about = _("People who say that they take care of a commons: look at the proof.")
    return Queue(_("Who speaks for a commons"), about, claims.waiting().count(), reverse("claims"))


def unanswered_needs(person: Person) -> Queue:
    count = searches.unanswered().count() + searches.waiting_needs().count()
    about = _(
        "What people search for and do not find, and needs that nothing answers: improve the words, or link them."
    )
    return Queue(_("Needs without answer"), about, count, reverse("unanswered"))


def stale_uses(person: Person) -> Queue:
    count = to_watch(Asked(person, timezone.localdate())).count()
    about = _("Uses that nobody has confirmed for a year: remind the body, or say that they have ended.")
    return Queue(_("Uses to be confirmed again"), about, count, reverse("stale_uses"))


QUEUES: tuple[Callable[[Person], Queue], ...] = (
    waiting_proposals,
    possible_duplicates,
    standing_contests,
    unanswered_needs,
    stale_uses,
    waiting_claims,
)


@login_required
@require_safe
def edition(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    allow("catalogue.edit_desk", person)
    return render(request, "catalogue/edition.html", {"queues": [queue(person) for queue in QUEUES]})


@login_required
@require_safe
def proposed(request: HttpRequest) -> HttpResponse:
    """Proposals that wait, the oldest first."""
    items = [
        (one.commons.name, reverse("publish_commons", args=[one.commons.slug]), one.asked_at)
        for one in proposals.waiting()
    ]
    return _listed(request, _("Proposals"), items)


@login_required
@require_safe
def claimed(request: HttpRequest) -> HttpResponse:
    """Claims that wait, the oldest first."""
    items = [(one.commons.name, reverse("claim", args=[one.pk]), one.asked_at) for one in claims.waiting()]
    return _listed(request, _("Who speaks for a commons"), items)


@login_required
@require_safe
def stale(request: HttpRequest) -> HttpResponse:
    """Uses that nobody confirmed for a year, and who may act."""
    person = signed_in(request)
    allow("catalogue.edit_desk", person)
    page = Paginator(to_watch(Asked(person, timezone.localdate())), PER_PAGE).get_page(pager.asked(request))
    context = {"page_of": page, **pager.context(page.number, page.paginator.num_pages)}
    return render(request, "catalogue/stale_uses.html", context)


def _listed(request: HttpRequest, title: str, items: Sequence[tuple[str, str, datetime | None]]) -> HttpResponse:
    allow("catalogue.edit_desk", signed_in(request))
    page = Paginator(items, PER_PAGE).get_page(pager.asked(request))
    context = {"title": title, "page_of": page, **pager.context(page.number, page.paginator.num_pages)}
    return render(request, "catalogue/queue.html", context)
