"""Pages where a body promises days to its people, and where it tells of whom it mentors."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communaux.catalogue.queries.needs import own_bodies
from communaux.core.actions import allow
from communaux.core.models import Organisation, Person
from communaux.gatherings import rules, services
from communaux.gatherings.forms import MentoringEndForm, MentoringEntryForm, MentoringForm, PledgeForm
from communaux.gatherings.models import Mentoring, TimePledge
from communaux.gatherings.queries import contributions as queries
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.labels import TABLES
from communaux.web.sending import sent


@account_needed
@reads_and_writes
def pledge(request: HttpRequest) -> HttpResponse:
    """Promise days, and end what was promised."""
    by, today = signed_in(request), timezone.localdate()
    bodies = _led(by)
    begun = {"key": uuid4(), "year": today.year, "scope": TimePledge.Scope.AGENT}
    words = TABLES["pledge_scope"]
    form = PledgeForm(request.POST or None, bodies=bodies, words=words, today=today, initial=begun)
    if sent(form, lambda: _pledge(by, form)):
        messages.success(request, _("The promise is public."))
        return redirect("pledge_time")
    held = TimePledge.objects.filter(organisation__in=bodies).select_related("organisation")
    context = {"form": form, "bodies": bodies, "pledges": held.order_by("organisation__name", "-year", "pk")}
    return render(request, "gatherings/pledge.html", context, status=422 if form.errors else 200)


def _led(by: Person) -> QuerySet[Organisation]:
    """Bodies that this person decides for."""
    bodies = own_bodies(by, timezone.localdate())
    return bodies.filter(pk__in=[one.pk for one in bodies if rules.decides_for(by, one)])


def _pledge(by: Person, form: PledgeForm) -> TimePledge:
    body, key = form.cleaned_data["organisation"], form.cleaned_data["key"]
    return services.pledge_time(by, body, key=key, promise=form.promise(), at=timezone.now())


@require_POST
@account_needed
def end_pledge(request: HttpRequest, pledge: UUID) -> HttpResponse:
    found = get_object_or_404(TimePledge.objects.select_related("organisation"), pk=pledge)
    services.end_pledge(signed_in(request), found, on=timezone.localdate(), at=timezone.now())
    messages.success(request, _("The promise ends this year; that it was made stays."))
    return redirect("pledge_time")


@account_needed
@reads_and_writes
def mentor(request: HttpRequest) -> HttpResponse:
    """Begin to mentor, and what one's bodies do already."""
    by, today = signed_in(request), timezone.localdate()
    bodies = own_bodies(by, today)
    begun = {"key": uuid4(), "target": request.GET.get("cible", "")[:500]}
    words = TABLES["mentoring_subject"]
    form = MentoringForm(request.POST or None, bodies=bodies, words=words, today=today, initial=begun)
    if made := sent(form, lambda: _mentor(by, form)):
        messages.success(request, _("The mentoring is there. Tell here what you do, then what came of it."))
        return redirect(made)
    context = {"form": form, "bodies": bodies, "mentorings": queries.mentorings().filter(mentor__in=bodies)[:40]}
    return render(request, "gatherings/mentor.html", context, status=422 if form.errors else 200)


def _mentor(by: Person, form: MentoringForm) -> Mentoring:
    body, key = form.cleaned_data["organisation"], form.cleaned_data["key"]
    return services.open_mentoring(by, body, key=key, begun=form.begun(), at=timezone.now())


@reads_and_writes
def mentoring(request: HttpRequest, mentoring: UUID) -> HttpResponse:
    """Anybody reads it; a member of the body that mentors writes."""
    found = queries.mentoring(mentoring)
    return _act(request, found) if request.method == "POST" else _shown(request, found)


@account_needed
def _act(request: HttpRequest, found: Mentoring) -> HttpResponse:
    by, today = signed_in(request), timezone.localdate()
    allow("gatherings.log_mentoring", by, found)
    ends = request.POST.get("do") == "end"
    form: Any = (MentoringEndForm if ends else MentoringEntryForm)(request.POST, today=today, auto_id=_ids(ends))
    act = services.close_mentoring if ends else services.log_mentoring
    if sent(form, lambda: act(by, found, **form.cleaned_data, at=timezone.now())):
        messages.success(
            request, _("The end of the mentoring is told.") if ends else _("The day of the mentoring is told.")
        )
        return redirect(found)
    return _shown(request, found, **{"end" if ends else "entry": form})


def _ids(ends: bool) -> str:
    return "end_%s" if ends else "entry_%s"


def _shown(request: HttpRequest, found: Mentoring, **tried: Any) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "mentoring": found,
        "entries": found.entries.order_by("on_date", "pk"),
        "entry": MentoringEntryForm(today=today, auto_id=_ids(ends=False)),
        "end": MentoringEndForm(today=today, auto_id=_ids(ends=True)),
        **tried,
    }
    return render(request, "gatherings/mentoring.html", context, status=422 if tried else 200)
