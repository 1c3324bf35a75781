"""The desk of editors: what waits for one of them, by queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.catalogue.queries import pairs
from communaux.core.actions import allow
from communaux.core.models import Contest, Person
from communaux.web.accounts import signed_in


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


QUEUES: tuple[Callable[[Person], Queue], ...] = (possible_duplicates, standing_contests)


@login_required
@require_safe
def edition(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    allow("catalogue.edit_desk", person)
    return render(request, "catalogue/edition.html", {"queues": [queue(person) for queue in QUEUES]})
