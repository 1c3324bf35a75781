"""Pages of one place: what it is and who says so; declared and changed by its own body, taken off the desk by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.catalogue.forms.places import RefurbisherForm, said
from communaux.core.actions import allow
from communaux.core.errors import NotReady
from communaux.core.models import Organisation
from communaux.core.queries import history
from communaux.territory import services
from communaux.territory.models import Place
from communaux.territory.queries import places
from communaux.web.accounts import account_needed, signed_in
from communaux.web.kept import form_page, written
from communaux.web.labels import TABLES
from communaux.web.territory import completed

GONE = 410
reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@reads_and_writes
def place(request: HttpRequest, place: int) -> HttpResponse:
    """What is known of it; of one that was taken off the desk, why."""
    found = places.get(place)
    if request.method == "POST":
        return _act(request, found)
    context = {"place": found, "entries": history("place", str(found.pk))}
    return render(request, "territory/place_sheet.html", context, status=GONE if found.withheld_reason else 200)


@account_needed
def _act(request: HttpRequest, found: Place) -> HttpResponse:
    by, at, reason = signed_in(request), timezone.now(), request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "withdraw": (lambda: services.withdraw_place(by, found, at=at), _("It is no longer shown.")),
        "withhold": (lambda: services.withhold_place(by, found, reason=reason, at=at), _("It is taken off the desk.")),
        "restore": (lambda: services.restore_place(by, found, reason=reason, at=at), _("It is back on the desk.")),
    }
    wanted = request.POST.get("do", "")
    if wanted not in acts:
        raise NotReady("unknown_act", _("This form does not say what to do."))
    act, sentence = acts[wanted]
    act()
    messages.success(request, sentence)
    return redirect(found)


@account_needed
@reads_and_writes
def declare(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """One more establishment of this body."""
    by, body = signed_in(request), get_object_or_404(Organisation, pk=organisation)
    allow("territory.declare_place", by, body)
    begun = {"name": body.name, "siret": body.siret or "", "place": body.territory_code}
    form = _form(request, begun)
    made = written(form, lambda: services.declare_place(by, body, told=form.listed(), at=timezone.now()))
    if made is None:
        return form_page(
            request,
            "territory/place_form.html",
            {"organisation": body, "form": form, "declared": places.declared(body)},
        )
    messages.success(request, _("It is declared: it now stands in the chain of its territory."))
    return redirect(made)


@account_needed
@reads_and_writes
def edit(request: HttpRequest, place: int) -> HttpResponse:
    by, found = signed_in(request), places.get(place)
    allow("territory.edit_place", by, found)
    form = _form(request, said(found))
    made = written(form, lambda: services.edit_place(by, found, told=form.listed(), at=timezone.now()))
    if made is None:
        context = {"organisation": found.organisation, "place": found, "form": form}
        return form_page(request, "territory/place_form.html", context)
    messages.success(request, _("Saved."))
    return redirect(made)


def _form(request: HttpRequest, begun: dict[str, Any]) -> RefurbisherForm:
    form = RefurbisherForm(request.POST or None, words=TABLES["place_step"], initial=begun)
    form.fields["place"].widget.attrs |= completed()
    return form
