"""Pages of organisations: find one, declare one, see who speaks for it, join and leave it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.core import organisation_queries as queries
from communaux.core import organisations as services
from communaux.core import rules
from communaux.core.models import Membership, Organisation, Person
from communaux.gatherings.queries import contributions
from communaux.territory.forms import Declaration
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in

PER_PAGE = 20


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Found by name or number; an operator also sees the requests that wait for it."""
    asked = request.GET.get("q", "")[:250].strip()
    paginator = Paginator(queries.find(asked), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    operator = rules.is_operator(request.user)
    context = {
        "asked": asked,
        "page_of": page,
        "total": paginator.count,
        "waiting": queries.waiting(timezone.localdate()) if operator else (),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "core/organisations.html", context)


@account_needed
def declare(request: HttpRequest) -> HttpResponse:
    """One that is known already is shown instead; a name that its number tells is read again before it is declared."""
    form = Declaration(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "core/organisation_declare.html", {"form": form})
    known = queries.declared(**form.facts())
    if not known and "name" in form.taken:
        return _proposed(request, form)
    made = known or services.declare(signed_in(request), at=timezone.now(), **form.facts())
    messages.success(request, _("This organisation is already known here.") if known else _("It is declared."))
    for sentence in () if known else form.said_otherwise():
        messages.warning(request, sentence)
    return redirect("organisation", made.pk)


def _proposed(request: HttpRequest, form: Declaration) -> HttpResponse:
    """The same form, the name in it, and where the name comes from."""
    typed = request.POST.copy()
    for name in form.taken:
        typed[name] = form.cleaned_data[name]
    context = {"form": Declaration(typed), "official": form.official, "otherwise": form.said_otherwise()}
    return render(request, "core/organisation_declare.html", context)


@require_safe
def organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Who it is, how many speak for it, the roles it holds."""
    found, today = get_object_or_404(Organisation, pk=organisation), timezone.localdate()
    standing = queries.standing(found, request.user if isinstance(request.user, Person) else None, today)
    context = {
        "organisation": found,
        "standing": standing,
        "asking": queries.asking(found) if standing.admits else (),
        "roles": queries.roles_held(found),
        "given": contributions.of_body(found),
        "today": today,
    }
    return render(request, "core/organisation.html", context)


@require_POST
def join(request: HttpRequest, organisation: UUID) -> HttpResponse:
    person, found = signed_in(request), get_object_or_404(Organisation, pk=organisation)
    services.ask_to_join(person, found, at=timezone.now())
    messages.success(request, _("Your request is sent: somebody of the organisation will answer it."))
    return redirect("organisation", found.pk)


@require_POST
def confirm(request: HttpRequest, organisation: UUID, pk: int) -> HttpResponse:
    person, membership = signed_in(request), _membership(organisation, pk)
    services.confirm_member(person, membership, at=timezone.now())
    messages.success(request, _("%(name)s now belongs to the organisation.") % {"name": membership.person})
    return redirect("organisation", organisation)


@require_POST
def end(request: HttpRequest, organisation: UUID, pk: int) -> HttpResponse:
    """Leave, send away, refuse, withdraw."""
    person, membership = signed_in(request), _membership(organisation, pk)
    services.end_member(person, membership, at=timezone.now())
    left = membership.person_id == person.pk
    messages.success(
        request, _("You do not belong to it any more.") if left else _("This person does not belong to it.")
    )
    return redirect("organisation", organisation)


@require_POST
def appoint(request: HttpRequest, organisation: UUID, pk: int) -> HttpResponse:
    person, membership = signed_in(request), _membership(organisation, pk)
    role = request.POST.get("role", "")
    services.appoint(person, membership.organisation, person=membership.person, role=role, at=timezone.now())
    messages.success(request, _("%(name)s was named.") % {"name": membership.person})
    return redirect("organisation", organisation)


def _membership(organisation: UUID, pk: int) -> Membership:
    rows = Membership.objects.select_related("person", "organisation")
    return get_object_or_404(rows, pk=pk, organisation=organisation)


_ONE = "organisations/<uuid:organisation>/"
urlpatterns = [
    path("organisations/", organisations, name="organisations"),
    path("organisations/nouvelle/", declare, name="declare_organisation"),
    path(_ONE, organisation, name="organisation"),
    path(f"{_ONE}rejoindre/", join, name="join_organisation"),
    path(f"{_ONE}membres/<int:pk>/confirmer/", confirm, name="confirm_member"),
    path(f"{_ONE}membres/<int:pk>/retirer/", end, name="end_member"),
    path(f"{_ONE}membres/<int:pk>/nommer/", appoint, name="appoint_member"),
]
