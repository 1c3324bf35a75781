"""What bodies commit themselves to at a meeting: read by everybody, written by its organisers, answered by the body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.core.actions import allow
from communaux.core.errors import Refusal
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import CommitmentForm, NewsForm, RoleForm, begun_commitment
from communaux.gatherings.models import Commitment, Edition
from communaux.gatherings.queries import commitments, editions
from communaux.web import feeds
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.gatherings import MEDIA, sheet
from communaux.web.labels import TABLES
from communaux.web.sending import again, refused, sent


@require_safe
def commitment(request: HttpRequest, gathering: str, commitment: UUID) -> HttpResponse:
    """With all that was told of it; whether it is late depends on the day, so it is drawn each time."""
    found = _found(gathering, commitment)
    context = {
        "edition": found.edition,
        "told": commitments.standing(found, timezone.localdate()),
        "commitment": found,
        "news": found.follow_ups.select_related("organisation").order_by("at", "pk"),
    }
    return render(request, "gatherings/commitment.html", context)


@require_safe
def as_csv(request: HttpRequest, gathering: str) -> HttpResponse:
    found = editions.get(gathering)
    answer = feeds.sent(request, sheet(_lines(commitments.listed(found))), MEDIA)
    answer["Content-Disposition"] = f'attachment; filename="engagements-{found.slug}.csv"'
    return answer


def _lines(rows: Iterable[Commitment]) -> Iterator[list[str]]:
    """What nobody told is empty."""
    yield ["id", "text", "body", "session", "due_on", "state", "last_heard_on"]
    for one in rows:
        due = one.due_on.isoformat() if one.due_on else ""
        heard = timezone.localdate(one.last_heard).isoformat() if one.last_heard else ""
        yield [str(one.pk), one.text, one.body, one.code, due, one.state, heard]


@account_needed
@reads_and_writes
def add_commitment(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.add_commitment", by, found)
    form = CommitmentForm(request.POST or None, edition=found, initial={"key": uuid4()})
    if made := sent(form, lambda: _add(by, found, form)):
        messages.success(request, _("The commitment is there, for everybody to read."))
        return redirect(made)
    return _form(request, found, form)


@account_needed
@reads_and_writes
def change_commitment(request: HttpRequest, gathering: str, commitment: UUID) -> HttpResponse:
    by, row = signed_in(request), _found(gathering, commitment)
    allow("gatherings.change_commitment", by, row)
    form = CommitmentForm(request.POST or None, edition=row.edition, initial=begun_commitment(row))
    if made := sent(form, lambda: _change(by, row, form)):
        messages.success(request, _("The commitment says it otherwise now."))
        return redirect(made)
    theirs = None
    if refused(form, "changed_meanwhile"):
        theirs = row = _found(gathering, commitment)
        form.data = again(request, str(row.written))
    return _form(request, row.edition, form, row=row, theirs=theirs)


@require_POST
@account_needed
def drop_commitment(request: HttpRequest, gathering: str, commitment: UUID) -> HttpResponse:
    row = _found(gathering, commitment)
    try:
        edition = services.drop_commitment(signed_in(request), row, at=timezone.now())
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
        return redirect(row)
    messages.success(request, _("The commitment was taken away."))
    return redirect(edition)


@account_needed
@reads_and_writes
def stand_for(request: HttpRequest, gathering: str, commitment: UUID) -> HttpResponse:
    by, row = signed_in(request), _found(gathering, commitment)
    allow("gatherings.stand_for", by, row)
    form = RoleForm(request.POST or None, initial={"role": row.contact_role})
    if sent(form, lambda: services.stand_for(by, row, role=form.cleaned_data["role"], at=timezone.now())):
        messages.success(request, _("The desk will ask you how it goes, on its day and then once a year."))
        return redirect(row)
    return _asked(request, row, form, "gatherings/stand_for.html")


@account_needed
@reads_and_writes
def tell_commitment_news(request: HttpRequest, gathering: str, commitment: UUID) -> HttpResponse:
    """A member of the body, signed in."""
    by, row = signed_in(request), _found(gathering, commitment)
    allow("gatherings.tell_news", by, row)
    form = NewsForm(request.POST or None, words=TABLES["follow_up"])
    if sent(form, lambda: services.tell_news(by, row, news=form.news(), at=timezone.now())):
        messages.success(request, _("Your news is there, for everybody to read."))
        return redirect(row)
    return _asked(request, row, form, "gatherings/tell_news.html")


def _found(gathering: str, number: UUID) -> Commitment:
    return commitments.get(editions.get(gathering), number)


def _form(request: HttpRequest, edition: Edition, form: CommitmentForm, **more: Any) -> HttpResponse:
    context = {"edition": edition, "form": form} | more
    return render(request, "gatherings/commitment_form.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, row: Commitment, form: Any, template: str) -> HttpResponse:
    return render(request, template, {"asked": row, "form": form}, status=422 if form.errors else 200)


def _add(by: Person, edition: Edition, form: CommitmentForm) -> Commitment:
    return services.add_commitment(by, edition, key=form.cleaned_data["key"], told=form.told(), at=timezone.now())


def _change(by: Person, row: Commitment, form: CommitmentForm) -> Commitment:
    return services.change_commitment(by, row, base=form.cleaned_data["base"] or 0, told=form.told(), at=timezone.now())
